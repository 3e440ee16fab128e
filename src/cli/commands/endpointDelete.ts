import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';

export default defineCommand({
  name: 'endpoint delete',
  describe: 'Delete an endpoint',
  group: 'Networks',
  options: {},
  positionals: [{ name: 'endpoint', describe: 'id or name', kind: 'endpoint', required: true }],
  examples: [
    { shell: 'sh', line: 'hcs endpoint delete web', about: 'refused while it belongs to a container' },
    {
      shell: 'powershell',
      line: "(hcs endpoint list | ConvertFrom-Json).items | ? state -eq 'detached' | % { hcs endpoint delete $_.id }",
      about: 'what no container has any more',
    },
  ],
  async handler({ words }, context) {
    const { id } = await (await context.connect()).networks.deleteEndpoint(words['endpoint'] ?? '', context.call);
    return document('endpoint-delete', { id }, id, { quiet: id });
  },
});
