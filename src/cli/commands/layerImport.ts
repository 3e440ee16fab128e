import { invalidRequest } from '../../core/errors.js';
import { value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { absolute, layerPositional, parentOption, parentsOf } from './layerShared.js';

export default defineCommand({
  name: 'layer import',
  describe: 'Make a read-only layer of unpacked layer contents',
  group: 'Layers',
  options: { ...parentOption, from: value('DIR', 'folder with the contents (Files, Hives)') },
  positionals: [{ ...layerPositional, describe: 'folder of the new layer' }],
  examples: [
    { shell: 'sh', line: 'hcs layer import ./app --from ./unpacked --parent ./base', about: 'on a base layer' },
    {
      shell: 'powershell',
      line: 'hcs layer import C:\\layers\\base --from D:\\unpacked',
      about: 'a base layer; needs an elevated session',
    },
  ],
  async handler({ options, words }, context) {
    if (options.from === undefined)
      throw invalidRequest(
        '--from is missing',
        [{ path: '--from', expected: 'a folder with layer contents', got: 'nothing' }],
        'see: hcs help layer import',
      );
    const path = absolute(context, words['layer'] ?? '');
    const folder = absolute(context, options.from);
    const { layers } = await context.connect();
    const { parents } = await context.progress(`importing ${path}`, (call) =>
      layers.import(path, folder, parentsOf(context, options.parent), call),
    );
    return document('layer-import', { path, folder, parents }, path, { quiet: path });
  },
});
