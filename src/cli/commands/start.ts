import { flag } from '../args/option.js';
import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { forEachId, idsPositional } from './each.js';

export default defineCommand({
  name: 'start',
  describe: 'Start the programs of created containers',
  group: 'Containers',
  options: { interactive: flag('leave its stdin open', { short: 'i' }) },
  positionals: [idsPositional],
  examples: [
    { shell: 'sh', line: 'hcs start web', about: 'start it; its output goes to its log' },
    { shell: 'powershell', line: '(hcs start web | ConvertFrom-Json).pid', about: 'its process id' },
  ],
  handler: ({ options, rest }, context) =>
    forEachId('start', 'starting', rest, context, async (client, id) => {
      const { pid } = await client.start({ id, stdin: options.interactive }, context.call);
      return document('start', { id, pid }, id, { quiet: String(pid) });
    }),
});
