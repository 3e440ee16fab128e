import { flag } from '../args/option.js';
import { defineCommand } from '../command.js';
import { listing } from '../output/outcome.js';

export default defineCommand({
  name: 'sweep',
  describe: 'Remove what nothing owns any more',
  group: 'Service',
  options: { 'dry-run': flag('only tell what would be removed') },
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs sweep --dry-run', about: 'look first' },
    {
      shell: 'powershell',
      line: '(hcs sweep | ConvertFrom-Json).items | Format-Table',
      about: 'what was removed, and why',
    },
  ],
  async handler({ options }, context) {
    const client = await context.connect();
    const { items } = await context.progress('sweeping', (call) => client.sweep(options['dry-run'], call));
    return listing('sweep', items, {
      extra: { dryRun: options['dry-run'] },
      quiet: (item) => item.id,
      empty: 'nothing to sweep',
      columns: [
        { title: 'KIND', get: (item) => item.kind },
        { title: 'ID', get: (item) => item.id, shrink: true },
        { title: 'REMOVED', get: (item) => (item.removed ? 'yes' : 'no') },
        { title: 'WHY', get: (item) => item.why, shrink: true },
      ],
    });
  },
});
