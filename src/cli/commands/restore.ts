import { choice } from '../args/option.js';
import { defineCommand } from '../command.js';
import { listing } from '../output/outcome.js';
import { exitText } from '../output/people.js';

export default defineCommand({
  name: 'restore',
  describe: 'Take recorded containers up again, or end them',
  group: 'Service',
  options: { policy: choice(['reattach', 'terminate'], 'default reattach') },
  positionals: [{ name: 'id', describe: 'only this container', kind: 'id' }],
  examples: [
    { shell: 'sh', line: 'hcs restore --policy terminate', about: 'end whatever an earlier engine left running' },
    { shell: 'powershell', line: '(hcs restore | ConvertFrom-Json).items', about: 'what became of each' },
  ],
  async handler({ options, words: { id } }, context) {
    const client = await context.connect();
    const items = await context.progress('restoring', (call) => client.restore(id, options.policy ?? 'reattach', call));
    return listing('restore', items, {
      quiet: (item) => item.id,
      empty: 'no containers on record',
      columns: [
        { title: 'ID', get: (item) => item.id, shrink: true },
        { title: 'OUTCOME', get: (item) => item.outcome },
        { title: 'EXIT', get: (item) => (item.exit === undefined ? '-' : exitText(item.exit)) },
        { title: 'ERROR', get: (item) => item.error ?? '', shrink: true },
      ],
    });
  },
});
