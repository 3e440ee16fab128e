import { defineCommand } from '../command.js';
import { listing } from '../output/outcome.js';
import { seconds, size } from '../output/people.js';
import { idPositional } from './shared.js';

export default defineCommand({
  name: 'top',
  describe: 'List the processes in a container',
  group: 'Observing',
  options: {},
  positionals: [idPositional],
  examples: [
    { shell: 'sh', line: 'hcs top web', about: 'as a table on a terminal' },
    { shell: 'powershell', line: '(hcs top web | ConvertFrom-Json).items.pid', about: 'only the process ids' },
  ],
  async handler({ words: { id = '' } }, context) {
    const client = await context.connect();
    const items = await client.processes(id, context.call);
    return listing('top', items, {
      extra: { id },
      quiet: (item) => String(item.pid),
      empty: 'no processes',
      columns: [
        { title: 'PID', get: (item) => String(item.pid), align: 'right' },
        { title: 'PROCESS', get: (item) => item.processId ?? '-' },
        { title: 'USER', get: (item) => seconds(item.userTime100ns), align: 'right' },
        { title: 'KERNEL', get: (item) => seconds(item.kernelTime100ns), align: 'right' },
        { title: 'MEMORY', get: (item) => size(item.memoryWorkingSetPrivateBytes), align: 'right' },
        { title: 'IMAGE', get: (item) => item.imageName, shrink: true },
      ],
    });
  },
});
