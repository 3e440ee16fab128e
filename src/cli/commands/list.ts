import { flag } from '../args/option.js';
import { defineCommand } from '../command.js';
import { listing } from '../output/outcome.js';
import { age, exitSpelling, exitText } from '../output/people.js';
import { filterOption, matches } from '../parse/filter.js';
import type { ContainerSummary } from '../../core/model/container.js';

const STATUSES = [
  'created',
  'running',
  'paused',
  'stopping',
  'stopped',
  'lost',
  'failed',
] as const satisfies readonly ContainerSummary['status'][];

/** What `--filter` compares; a label by its name, or by name and value. */
const facts: Readonly<Record<string, (item: ContainerSummary) => readonly string[]>> = {
  status: ({ status }) => [status],
  id: ({ id }) => [id],
  owner: ({ owner }) => [owner],
  isolation: ({ isolation }) => [isolation],
  label: ({ labels }) => labels.flatMap(({ name, value }) => [name, `${name}=${value}`]),
};

export default defineCommand({
  name: 'list',
  aliases: ['ls', 'ps'],
  describe: 'List containers',
  group: 'Observing',
  options: {
    all: flag('also the compute systems that others created', { short: 'a' }),
    filter: filterOption({ status: STATUSES, id: [], owner: [], isolation: ['process', 'hyperv'], label: [] }, 'f'),
  },
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs list --quiet --filter status=stopped', about: 'only the ids of those that have ended' },
    {
      shell: 'powershell',
      line: "(hcs list | ConvertFrom-Json).items | ? status -eq 'running'",
      about: 'those that run',
    },
  ],
  async handler({ options }, context) {
    const client = await context.connect();
    const { items: all, warnings } = await client.list(options.all, context.call);
    const items = all
      .filter((item) => matches(options.filter, (key) => facts[key]?.(item) ?? []))
      .map((item) => ({ ...item, ...exitSpelling(item.exitCode) }));
    const now = Date.now();
    return listing('list', items, {
      warnings,
      quiet: (item) => item.id,
      empty: 'no containers',
      columns: [
        { title: 'ID', get: (item) => item.id, shrink: 20 },
        { title: 'STATUS', get: (item) => item.status },
        // Room for the code; its name may go.
        { title: 'EXIT', get: (item) => (item.exitedAt === null ? '-' : exitText(item)), shrink: 11 },
        { title: 'PID', get: (item) => (item.pid === 0 ? '-' : String(item.pid)), align: 'right' },
        { title: 'CREATED', get: (item) => age(item.createdAt, now), align: 'right' },
        { title: 'ISOLATION', get: (item) => item.isolation },
        { title: 'OWNER', get: (item) => item.owner, shrink: true },
      ],
    });
  },
});
