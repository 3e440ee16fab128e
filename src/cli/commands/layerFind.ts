import { list } from '../args/option.js';
import { defineCommand } from '../command.js';
import { listing } from '../output/outcome.js';
import { absolute } from './layerShared.js';

export default defineCommand({
  name: 'layer find',
  describe: 'Image layers that Docker and containerd have unpacked on this machine',
  group: 'Layers',
  options: { root: list('DIR', 'look here instead: a layer, or a folder of layers') },
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs layer find', about: 'with Windows build, and whether it fits this host' },
    {
      shell: 'powershell',
      line: '$base = (hcs layer find | ConvertFrom-Json).items | ? matches | select -First 1; hcs run --layer $base.path cmd /c ver',
      about: 'run on the first that fits',
    },
  ],
  notes: [
    "The build is read from the file version of the kernel in the layer or in its base; Windows versions that are switched on by an enablement package have the kernel's build. containerd does not write down which layers stand on which: parents are null there.",
  ],
  async handler({ options }, context) {
    const roots = options.root.length === 0 ? undefined : options.root.map((root) => absolute(context, root));
    const { layers } = await context.connect();
    const { items, hostBuild, warnings } = await layers.find(roots, context.call);
    return listing('layer-find', items, {
      warnings,
      extra: { hostBuild },
      quiet: (item) => item.path,
      empty: 'no layers found',
      columns: [
        { title: 'SOURCE', get: (item) => item.source },
        { title: 'BUILD', get: (item) => String(item.osBuild ?? '-'), align: 'right' },
        { title: 'FITS', get: (item) => (item.matches === null ? '?' : item.matches ? 'yes' : 'no') },
        { title: 'BASE', get: (item) => (item.base ? 'yes' : 'no') },
        { title: 'UTILITY VM', get: (item) => (item.hasUtilityVM ? 'yes' : 'no') },
        { title: 'PATH', get: (item) => item.path, shrink: true },
      ],
    });
  },
});
