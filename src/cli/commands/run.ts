import { randomBytes } from 'node:crypto';
import { flag, value } from '../args/option.js';
import { defineCommand, type Args } from '../command.js';
import { invalidRequest, toRuntimeError } from '../../core/errors.js';
import type { CreateRequest } from '../../core/runtime.js';
import type { Client } from '../../rpc/client/index.js';
import type { Context } from '../context.js';
import { attend } from '../foreground/attend.js';
import { ownInput } from '../foreground/input.js';
import { Capture } from '../foreground/capture.js';
import { programOutcome, reporting } from '../foreground/outcome.js';
import { OWN_FAILURE } from '../output/exitStatus.js';
import { document, type Outcome } from '../output/outcome.js';
import { write } from '../output/write.js';
import { positiveDuration } from '../parse/duration.js';
import { containerOptions } from '../spec/options.js';
import { createRequest } from '../spec/request.js';

const options = {
  ...containerOptions,
  detach: flag('leave it running and print its id', { short: 'd' }),
  rm: flag('delete the container when its program has ended'),
  'max-time': value('TIME', 'end the program after this time; status 124', { parse: positiveDuration }),
  report: value('FILE', 'write the report (id, exit code, times) as JSON to a file'),
};
type RunArgs = Args<typeof options>;

function checkDetached({ detach, rm, 'max-time': maxTime, report }: RunArgs['options']): void {
  if (!detach) return;
  const clash = rm ? '--rm' : maxTime !== undefined ? '--max-time' : report !== undefined ? '--report' : undefined;
  if (clash === undefined) return;
  throw invalidRequest(
    `${clash} needs somebody who waits, which --detach forbids`,
    [{ path: clash, expected: 'no --detach', got: '--detach' }],
    'leave one of them out; later: hcs wait ID; hcs delete ID',
  );
}

/** Removes the container whatever state it is in; the reason why we are here is the one to be told. */
async function discard(client: Client, id: string): Promise<void> {
  await client.delete(id, true).catch(() => undefined);
}

/** What is to vanish with its program must vanish, too, when HCS could not create it: hence an id that is known before. */
async function createPassing(client: Client, request: CreateRequest, context: Context): ReturnType<Client['create']> {
  // As the engine makes them up.
  const id = request.id ?? `hcs-${randomBytes(6).toString('hex')}`;
  try {
    return await client.create({ ...request, id }, context.call);
  } catch (e) {
    const { code } = toRuntimeError(e);
    // Of another, or never recorded.
    if (code !== 'alreadyExists' && code !== 'invalidRequest') await client.delete(id, false).catch(() => undefined);
    throw e;
  }
}

/** A program's stderr is its own: where people do not read along, only the report has them. */
async function warn(warnings: readonly string[], context: Context): Promise<void> {
  if (warnings.length === 0 || context.modeAsked || context.host.stderr.isTTY !== true) return;
  for (const warning of warnings) await write(context.host.stderr, `hcs: warning: ${warning}\n`);
}

async function detached(
  client: Client,
  id: string,
  warnings: readonly string[],
  args: RunArgs,
  context: Context,
): Promise<Outcome> {
  const { pid } = await client.start({ id, stdin: args.options.interactive }, context.call);
  return document('run', { id, pid, warnings }, id, { quiet: id });
}

async function foreground(
  client: Client,
  id: string,
  warnings: readonly string[],
  args: RunArgs,
  context: Context,
): Promise<Outcome> {
  const { interactive, rm, report, 'max-time': maxTimeMs } = args.options;
  const tty = args.options.tty;
  const captured =
    context.modeAsked && context.mode !== 'table' && context.mode !== 'quiet'
      ? { stdout: new Capture(), stderr: new Capture() }
      : undefined;
  const { pid, stdio } = await client.start(
    { id, stdin: interactive, foreground: tty ? ['stdout'] : ['stdout', 'stderr'] },
    context.call,
  );
  const attended = await attend({
    context,
    client,
    target: { id },
    stdio,
    openInput: ownInput(stdio),
    stdout: () => captured?.stdout ?? context.host.stdout,
    stderr: tty ? undefined : () => captured?.stderr ?? context.host.stderr,
    tty,
    maxTimeMs,
    interrupt: 'stop',
    tether: rm ? 'delete' : 'kill',
  });
  if (rm) await (await context.connect()).delete(id, false);
  return programOutcome('run', { id, pid, warnings }, attended, captured, report, context);
}

export default defineCommand({
  name: 'run',
  describe: 'Run a program in a new container',
  group: 'Containers',
  options,
  halt: true,
  streams: 'program',
  apart: ({ detach }) => detach,
  failureStatus: OWN_FAILURE,
  positionals: [{ name: 'command', describe: 'program and its arguments', variadic: true }],
  examples: [
    { shell: 'sh', line: "hcs run --rm -- sh -c 'echo hello'", about: 'its output and exit code are ours' },
    {
      shell: 'powershell',
      line: '(hcs run --rm --json cmd /c ver | ConvertFrom-Json).stdout',
      about: 'capture output, code and errors in one object',
    },
  ],
  notes: [
    'Without --detach the program ends with the command, however that ends: a signal, a reader that goes away, a kill.',
    "The exit status is the program's; 2 when the command line or the spec is wrong, 125 when hcs itself failed, 126 or 127 when the program cannot be run or found. Off Windows a code above 255 becomes 255; the report has the true one.",
  ],
  handler: (args, context) =>
    reporting('run', args.options.report, async () => {
      checkDetached(args.options);
      const { request, warnings: given } = await createRequest(args, context);
      if (!args.options.detach) await warn(given, context);
      const client = await context.connect();
      const made = args.options.rm
        ? await createPassing(client, request, context)
        : await client.create(request, context.call);
      const { id } = made;
      const warnings = [...made.warnings, ...given];
      try {
        const work = args.options.detach ? detached : foreground;
        return await work(client, id, warnings, args, context);
      } catch (e) {
        if (args.options.rm) await discard(await context.connect(), id);
        throw e;
      }
    }),
});
