import { flag, value } from '../args/option.js';
import { defineCommand, type Args } from '../command.js';
import type { Context } from '../context.js';
import { invalidRequest } from '../../core/errors.js';
import { attendUntil } from '../foreground/attend.js';
import { followTime } from '../foreground/followTime.js';
import { leftInput } from '../foreground/input.js';
import { leftOutcome, programOutcome, reporting } from '../foreground/outcome.js';
import { OWN_FAILURE } from '../output/exitStatus.js';
import type { Outcome } from '../output/outcome.js';
import { execField, execOption, idPositional } from './shared.js';

const options = {
  ...execOption,
  interactive: flag('also pass our stdin on, where it was left open (run -d -i); its end is the end of its input', {
    short: 'i',
  }),
  'keep-stdin': flag(
    'with -i: at the end of our stdin leave, status 0; its input stays open for the next attach -i, what it answers is in its log',
  ),
  replay: flag('first what it wrote before, as far as the log goes back'),
  report: value('FILE', 'write the report (id, exit code, times, or why it was left) as JSON to a file'),
};

async function follow(args: Args<typeof options>, context: Context): Promise<Outcome> {
  const { id = '' } = args.words;
  const { interactive, replay, report, 'exec-id': exec, 'keep-stdin': keep } = args.options;
  const client = await context.connect();
  const state = await client.state(id, context.call);
  const ended = state.exitedAt !== null;
  const target = { id, ...execField(exec) };
  if (keep && !interactive) {
    throw invalidRequest(
      '--keep-stdin is about the input that -i passes on',
      [{ path: '--keep-stdin', expected: '-i beside it', got: 'no -i' }],
      'for example: hcs attach -i --keep-stdin web',
    );
  }
  // Before anything is followed: who cannot write must hear of it.
  const input = interactive && !ended ? await leftInput(client, target, keep) : undefined;
  const time = followTime(context);
  const left = new Promise<undefined>((resolve) => {
    const leave = (): void => {
      resolve(undefined);
    };
    if (keep) input?.sink.once('finish', leave);
    time.signal.addEventListener('abort', leave, { once: true });
  });
  const attended = await attendUntil(
    {
      context,
      client,
      target,
      stdio: {},
      openInput: input && (() => Promise.resolve(input.sink)),
      stdout: () => context.host.stdout,
      stderr: () => context.host.stderr,
      tty: false,
      // Of a program that has not begun all is to come.
      from: replay || ended || state.startedAt === null ? 0 : 'end',
      interrupt: 'leave',
      beforeLeaving: input?.leave,
    },
    left,
  );
  if (attended !== undefined) return programOutcome('attach', target, attended, undefined, report, context);
  const overTime = time.outcome();
  if (overTime !== undefined) await input?.leave().catch(() => undefined);
  return leftOutcome(target, overTime, report);
}

export default defineCommand({
  name: 'attach',
  describe: 'Follow the output of a running program until it ends',
  group: 'Processes',
  options,
  positionals: [idPositional],
  streams: 'program',
  failureStatus: OWN_FAILURE,
  examples: [
    {
      shell: 'sh',
      line: 'hcs attach web',
      about: 'its exit status becomes ours; Ctrl+C leaves it running, and its input open',
    },
    { shell: 'sh', line: 'hcs attach -i shell', about: 'type to a program that was started with run -d -i' },
    {
      shell: 'powershell',
      line: "'reload' | hcs attach -i --keep-stdin web",
      about: 'send one line, and leave its input open',
    },
    { shell: 'powershell', line: 'hcs attach web --replay | Select-String error', about: 'watch for a word' },
  ],
  notes: [
    'Of a program that has ended already: all that it wrote. --timeout bounds the whole: after that time it leaves the program alone, with status 124 and a line on stderr.',
  ],
  handler: (args, context) => reporting('attach', args.options.report, () => follow(args, context)),
});
