import { defineCommand } from '../command.js';
import { listing } from '../output/outcome.js';
import { endpointColumns } from './networkShared.js';

export default defineCommand({
  name: 'endpoint list',
  describe: 'Endpoints of the Host Networking Service',
  group: 'Networks',
  options: {},
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs endpoint list', about: 'with addresses and containers' },
    {
      shell: 'powershell',
      line: "(hcs endpoint list | ConvertFrom-Json).items | ? containers -contains 'web'",
      about: 'those of a container',
    },
  ],
  async handler(_args, context) {
    const items = await (await context.connect()).networks.endpoints(context.call);
    return listing('endpoint-list', items, {
      quiet: (item) => item.id,
      empty: 'no endpoints',
      columns: endpointColumns,
    });
  },
});
