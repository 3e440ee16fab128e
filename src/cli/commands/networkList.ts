import { defineCommand } from '../command.js';
import { listing } from '../output/outcome.js';
import { networkColumns } from './networkShared.js';

export default defineCommand({
  name: 'network list',
  describe: 'Networks of the Host Networking Service',
  group: 'Networks',
  options: {},
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs network list', about: 'names for run --network' },
    { shell: 'powershell', line: '(hcs network list | ConvertFrom-Json).items.hns', about: "HNS's own documents" },
  ],
  async handler(_args, context) {
    const items = await (await context.connect()).networks.networks(context.call);
    return listing('network-list', items, {
      quiet: (item) => item.id,
      empty: 'no networks',
      columns: networkColumns,
    });
  },
});
