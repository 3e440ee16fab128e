import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';

export default defineCommand({
  name: 'network delete',
  describe: 'Delete a network',
  group: 'Networks',
  options: {},
  positionals: [{ name: 'network', describe: 'name or id', kind: 'network', required: true }],
  examples: [
    { shell: 'sh', line: 'hcs network delete lab', about: 'with its endpoints' },
    {
      shell: 'powershell',
      line: "(hcs network list | ConvertFrom-Json).items | ? name -like 'lab*' | % { hcs network delete $_.id }",
      about: 'several',
    },
  ],
  async handler({ words }, context) {
    const { id } = await (await context.connect()).networks.deleteNetwork(words['network'] ?? '', context.call);
    return document('network-delete', { id }, id, { quiet: id });
  },
});
