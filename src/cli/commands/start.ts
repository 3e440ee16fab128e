import { flag } from '../args/option.js';
import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';

export default defineCommand({
  name: 'start',
  describe: 'Start the program of a created container',
  group: 'Containers',
  options: { interactive: flag('leave its stdin open', { short: 'i' }) },
  positionals: [{ name: 'id', describe: 'id of the container', kind: 'id', required: true }],
  examples: [
    { shell: 'sh', line: 'hcs start web', about: 'start it; its output goes to its log' },
    { shell: 'powershell', line: '(hcs start web | ConvertFrom-Json).pid', about: 'its process id' },
  ],
  async handler({ options, words: { id = '' } }, context) {
    const client = await context.connect();
    const { pid } = await client.start({ id, stdin: options.interactive }, context.call);
    return document('start', { id, pid }, id, { quiet: String(pid) });
  },
});
