import { flag } from '../args/option.js';
import { defineCommand } from '../command.js';
import { listing } from '../output/outcome.js';
import { age, exitText } from '../output/people.js';

export default defineCommand({
  name: 'list',
  aliases: ['ls', 'ps'],
  describe: 'List containers',
  group: 'Observing',
  options: { all: flag('also the compute systems that others created', { short: 'a' }) },
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs list --output quiet', about: 'only the ids' },
    {
      shell: 'powershell',
      line: "(hcs list | ConvertFrom-Json).items | ? status -eq 'running'",
      about: 'those that run',
    },
  ],
  async handler({ options }, context) {
    const client = await context.connect();
    const { items, warnings } = await client.list(options.all, context.call);
    const now = Date.now();
    return listing('list', items, {
      warnings,
      quiet: (item) => item.id,
      empty: 'no containers',
      columns: [
        { title: 'ID', get: (item) => item.id, shrink: true },
        { title: 'STATUS', get: (item) => item.status },
        { title: 'EXIT', get: (item) => (item.exitedAt === null ? '-' : exitText(item)) },
        { title: 'PID', get: (item) => (item.pid === 0 ? '-' : String(item.pid)), align: 'right' },
        { title: 'ISOLATION', get: (item) => item.isolation },
        { title: 'CREATED', get: (item) => age(item.createdAt, now), align: 'right' },
        { title: 'OWNER', get: (item) => item.owner, shrink: true },
      ],
    });
  },
});
