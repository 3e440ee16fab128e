import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { forEachId, idsPositional } from './each.js';

export default defineCommand({
  name: 'resume',
  aliases: ['unpause'],
  describe: 'Let a paused container run on',
  group: 'Containers',
  options: {},
  positionals: [idsPositional],
  examples: [
    { shell: 'sh', line: 'hcs resume web', about: 'by its id' },
    { shell: 'powershell', line: 'hcs resume web | ConvertFrom-Json', about: 'the answer as an object' },
  ],
  handler: ({ rest }, context) =>
    forEachId('resume', 'resuming', rest, context, async (client, id) => {
      await client.resume(id, context.call);
      return document('resume', { id }, id, { quiet: id });
    }),
});
