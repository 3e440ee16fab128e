import { defineCommand } from '../command.js';
import { listing } from '../output/outcome.js';

export default defineCommand({
  name: 'layer list',
  describe: 'Scratch layers of containers, and base images that HCS knows',
  group: 'Layers',
  options: {},
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs layer list', about: 'each with the container that stands on it' },
    {
      shell: 'powershell',
      line: "(hcs layer list | ConvertFrom-Json).items | ? { $_.kind -eq 'scratch' -and !$_.container }",
      about: 'what hcs sweep would remove',
    },
  ],
  async handler(_args, context) {
    const { items, warnings } = await (await context.connect()).layers.list(context.call);
    return listing('layer-list', items, {
      warnings,
      quiet: (item) => item.path,
      empty: 'no layers',
      columns: [
        { title: 'KIND', get: (item) => item.kind },
        { title: 'CONTAINER', get: (item) => item.container ?? '-' },
        { title: 'EXISTS', get: (item) => (item.exists ? 'yes' : 'no') },
        { title: 'PATH', get: (item) => item.path, shrink: true },
      ],
    });
  },
});
