import { flag, value } from '../args/option.js';
import { defineCommand, type Args } from '../command.js';
import { attend } from '../foreground/attend.js';
import { ownInput } from '../foreground/input.js';
import { Capture } from '../foreground/capture.js';
import { programOutcome, reporting } from '../foreground/outcome.js';
import { OWN_FAILURE } from '../output/exitStatus.js';
import { document } from '../output/outcome.js';
import { positiveDuration } from '../parse/duration.js';
import { execId } from '../parse/names.js';
import { composeProcess } from '../spec/compose.js';
import { processOptions } from '../spec/options.js';
import { readEnvironment, readProcess } from '../spec/read.js';
import { terminalSize } from '../spec/request.js';
import type { Context } from '../context.js';
import type { OciProcess } from '../../core/documents/spec.js';
import { invalidRequest } from '../../core/errors.js';
import { idPositional } from './shared.js';

const options = {
  ...processOptions,
  detach: flag('leave it running and print its exec id', { short: 'd' }),
  'exec-id': value('ID', 'id of the exec; made up when absent', { parse: execId }),
  process: value('FILE|-', 'OCI process as JSON; - reads stdin'),
  'max-time': value('TIME', 'end the program after this time; status 124', { parse: positiveDuration }),
  report: value('FILE', 'write the report (ids, exit code, times) as JSON to a file'),
};

async function processOf(args: Args<typeof options>, context: Context): Promise<OciProcess> {
  const { process: file, env, 'env-file': files, workdir, user, tty } = args.options;
  const base = file === undefined ? undefined : await readProcess(file, '--process', context.host);
  if (base === undefined && args.rest.length === 0) {
    throw invalidRequest(
      'nothing to run: a command or --process is missing',
      [{ path: 'command', expected: 'a command, or --process FILE', got: 'nothing' }],
      'for example: hcs exec web -- cmd /c ver',
    );
  }
  const environment = await readEnvironment(files, env, context.host);
  const consoleSize = tty ? terminalSize(context) : undefined;
  return composeProcess(base, { args: args.rest, env: environment, workdir, user, tty, consoleSize });
}

export default defineCommand({
  name: 'exec',
  describe: 'Run a further program in a running container',
  group: 'Containers',
  options,
  halt: true,
  streams: 'program',
  failureStatus: OWN_FAILURE,
  positionals: [idPositional, { name: 'command', describe: 'program and its arguments', variadic: true }],
  notes: [
    "Environment, user and working directory are the container's, with -e, -u and -w over them. With --process FILE they are only those of the file.",
  ],
  examples: [
    { shell: 'sh', line: 'hcs exec -it web cmd', about: 'a shell in it' },
    {
      shell: 'powershell',
      line: '(hcs exec --json web hostname | ConvertFrom-Json).stdout.Trim()',
      about: 'what a program says',
    },
  ],
  handler: (args, context) =>
    reporting('exec', args.options.report, async () => {
      const { id = '' } = args.words;
      const { interactive, tty, detach, report, 'max-time': maxTimeMs, 'exec-id': wanted } = args.options;
      const process = await processOf(args, context);
      const client = await context.connect();
      const captured =
        !detach && context.modeAsked && context.mode !== 'table' && context.mode !== 'quiet'
          ? { stdout: new Capture(), stderr: new Capture() }
          : undefined;
      const started = await client.exec(
        {
          id,
          process,
          stdin: interactive,
          // A process document is the whole of it; options are changes to init's.
          ...(args.options.process === undefined ? { inherit: true } : {}),
          ...(wanted === undefined ? {} : { execId: wanted }),
          ...(detach ? {} : { foreground: tty ? ['stdout'] : ['stdout', 'stderr'] }),
        },
        context.call,
      );
      const names = { id, execId: started.execId, pid: started.pid };
      if (detach) return document('exec', names, started.execId, { quiet: started.execId });
      const attended = await attend({
        context,
        client,
        target: { id, execId: started.execId },
        stdio: started.stdio,
        openInput: ownInput(started.stdio),
        stdout: () => captured?.stdout ?? context.host.stdout,
        stderr: tty ? undefined : () => captured?.stderr ?? context.host.stderr,
        tty,
        maxTimeMs,
        interrupt: 'stop',
        tether: 'kill',
      });
      return programOutcome('exec', names, attended, captured, report, context);
    }),
});
