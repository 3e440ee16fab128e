import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { absolute, layerPositional, parentOption, parentsOf } from './layerShared.js';

export default defineCommand({
  name: 'layer prepare',
  describe: 'Mount an active scratch layer over its parents',
  group: 'Layers',
  options: parentOption,
  positionals: [layerPositional],
  examples: [
    { shell: 'sh', line: 'hcs layer prepare ./scratch', about: 'parents are those of its layerchain.json' },
    {
      shell: 'powershell',
      line: 'hcs layer prepare C:\\s\\1 --parent C:\\layers\\app; hcs layer mount-path C:\\s\\1',
      about: 'and see where it is',
    },
  ],
  async handler({ options, words }, context) {
    const path = absolute(context, words['layer'] ?? '');
    const { layers } = await context.connect();
    const { parents } = await layers.prepare(path, parentsOf(context, options.parent), context.call);
    return document('layer-prepare', { path, parents }, path, { quiet: path });
  },
});
