import { choice } from '../args/option.js';
import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { exitFields, exitText } from '../output/people.js';
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
  handler: ({ options, rest }, context) =>
    forEachId('wait', 'waiting for', rest, context, async (client, id) => {
      const exit = await client.wait(id, options['exec-id'], options.for ?? 'container', context.call);
      return document(
        'wait',
        { id, ...execField(options['exec-id']), ...exitFields(exit), exitedAt: exit.exitedAt },
        exitText(exit),
        { quiet: exit.exitCode === null ? 'unknown' : String(exit.exitCode) },
      );
    }),
});
