import { choice } from '../args/option.js';
import { defineCommand } from '../command.js';
import type { Context } from '../context.js';
import { overEngines, sharedConnections, type Connections } from '../foreground/connections.js';
import { document } from '../output/outcome.js';
import { exitFields, exitText, exitTimes } from '../output/people.js';
import { forEachId, idsPositional } from './each.js';
import { execField, execOption } from './shared.js';

export default defineCommand({
  name: 'wait',
  describe: 'Wait for the end of containers, and tell their exit codes',
  group: 'Containers',
  options: {
    for: choice(['init', 'container'], 'the first process alone, or (default) the whole container'),
    ...execOption,
  },
  positionals: [idsPositional],
  examples: [
    { shell: 'sh', line: 'hcs wait web', about: 'its exit code is in the document; the exit status is 0' },
    {
      shell: 'powershell',
      line: '(hcs wait web | ConvertFrom-Json).exitCodeHex',
      about: 'the code as Windows writes it',
    },
  ],
  notes: ['With --timeout the wait itself ends after that time, with status 124.'],
  handler: ({ options, rest }, context) => {
    const { timeoutMs } = context.call;
    let began: number | undefined;
    // The bound is of the whole wait, however many engines it takes.
    const left = (): Context['call'] => {
      const now = Date.now();
      began ??= now;
      return timeoutMs === undefined
        ? context.call
        : { ...context.call, timeoutMs: Math.max(1, timeoutMs - now + began) };
    };
    let shared: Connections | undefined;
    return forEachId('wait', 'waiting for', rest, context, async (first, id) => {
      shared ??= sharedConnections(context, first);
      const exit = await overEngines(shared, (client) =>
        client.wait(id, options['exec-id'], options.for ?? 'container', left()),
      );
      return document(
        'wait',
        { id, ...execField(options['exec-id']), ...exitFields(exit), ...exitTimes(exit) },
        exitText(exit),
        { quiet: exit.exitCode === null ? 'unknown' : String(exit.exitCode) },
      );
    });
  },
});
