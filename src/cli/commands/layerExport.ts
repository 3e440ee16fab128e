import { invalidRequest } from '../../core/errors.js';
import { value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { absolute, layerPositional, parentOption, parentsOf } from './layerShared.js';

export default defineCommand({
  name: 'layer export',
  describe: 'Write what a layer changes into a folder',
  group: 'Layers',
  options: { ...parentOption, to: value('DIR', 'folder to write to') },
  positionals: [layerPositional],
  examples: [
    {
      shell: 'sh',
      line: 'hcs layer export ./scratch --to ./changes',
      about: 'parents are those of its layerchain.json',
    },
    {
      shell: 'powershell',
      line: 'hcs layer export C:\\s\\1 --to D:\\changes --parent C:\\layers\\app',
      about: 'needs an elevated session',
    },
  ],
  async handler({ options, words }, context) {
    if (options.to === undefined)
      throw invalidRequest(
        '--to is missing',
        [{ path: '--to', expected: 'a folder to write to', got: 'nothing' }],
        'see: hcs help layer export',
      );
    const path = absolute(context, words['layer'] ?? '');
    const folder = absolute(context, options.to);
    const { layers } = await context.connect();
    const { parents } = await context.progress(`exporting ${path}`, (call) =>
      layers.export(path, folder, parentsOf(context, options.parent), call),
    );
    return document('layer-export', { path, folder, parents }, folder, { quiet: folder });
  },
});
