import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { exitFields, exitText } from '../output/people.js';
import { idPositional } from './shared.js';

export default defineCommand({
  name: 'delete-task',
  describe: 'Exit code and time of an ended container; its record stays',
  group: 'Containers',
  options: {},
  positionals: [idPositional],
  examples: [
    { shell: 'sh', line: 'hcs delete-task web', about: 'what containerd calls deleting the task' },
    { shell: 'powershell', line: '(hcs delete-task web | ConvertFrom-Json).exitedAt', about: 'when it ended' },
  ],
  async handler({ words: { id = '' } }, context) {
    const client = await context.connect();
    const exit = await client.deleteTask(id, context.call);
    return document('delete-task', { id, ...exitFields(exit), exitedAt: exit.exitedAt }, exitText(exit), { quiet: id });
  },
});
