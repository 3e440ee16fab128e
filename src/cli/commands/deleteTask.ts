import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { exitFields, exitText, exitTimes } from '../output/people.js';
import { forEachId, idsPositional } from './each.js';

export default defineCommand({
  name: 'delete-task',
  describe: 'Exit code and time of an ended container; its record stays',
  group: 'Containers',
  options: {},
  positionals: [idsPositional],
  examples: [
    { shell: 'sh', line: 'hcs delete-task web', about: 'what containerd calls deleting the task' },
    { shell: 'powershell', line: '(hcs delete-task web | ConvertFrom-Json).exitedAt', about: 'when it ended' },
  ],
  handler: ({ rest }, context) =>
    forEachId('delete-task', 'asking for', rest, context, async (client, id) => {
      const exit = await client.deleteTask(id, context.call);
      return document('delete-task', { id, ...exitFields(exit), ...exitTimes(exit) }, exitText(exit), {
        quiet: id,
      });
    }),
});
