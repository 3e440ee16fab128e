import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { forEachId, idsPositional } from './each.js';

export default defineCommand({
  name: 'pause',
  describe: 'Pause all processes of a container (Hyper-V isolation only)',
  group: 'Containers',
  options: {},
  positionals: [idsPositional],
  examples: [
    { shell: 'sh', line: 'hcs pause web', about: 'by its id' },
    { shell: 'powershell', line: 'hcs pause web | ConvertFrom-Json', about: 'the answer as an object' },
  ],
  handler: ({ rest }, context) =>
    forEachId('pause', 'pausing', rest, context, async (client, id) => {
      await client.pause(id, context.call);
      return document('pause', { id }, id, { quiet: id });
    }),
});
