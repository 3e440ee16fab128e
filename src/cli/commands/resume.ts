import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { idPositional } from './shared.js';

export default defineCommand({
  name: 'resume',
  describe: 'Let a paused container run on',
  group: 'Containers',
  options: {},
  positionals: [idPositional],
  examples: [
    { shell: 'sh', line: 'hcs resume web', about: 'by its id' },
    { shell: 'powershell', line: 'hcs resume web | ConvertFrom-Json', about: 'the answer as an object' },
  ],
  async handler({ words: { id = '' } }, context) {
    const client = await context.connect();
    await client.resume(id, context.call);
    return document('resume', { id }, id, { quiet: id });
  },
});
