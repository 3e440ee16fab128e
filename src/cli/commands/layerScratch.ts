import { invalidRequest } from '../../core/errors.js';
import { value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { bytes } from '../parse/numbers.js';
import { absolute, layerPositional, parentOption, parentsOf } from './layerShared.js';

export default defineCommand({
  name: 'layer scratch',
  describe: 'Make a scratch layer on a chain of parents',
  group: 'Layers',
  options: { ...parentOption, size: value('SIZE', 'size of its system drive, such as 40g', { parse: bytes }) },
  positionals: [{ ...layerPositional, describe: 'folder to make; must not exist' }],
  examples: [
    {
      shell: 'sh',
      line: 'hcs layer scratch ./scratch --parent ./app',
      about: "on a layer and its layerchain.json's parents",
    },
    {
      shell: 'powershell',
      line: 'hcs layer scratch C:\\s\\1 --parent C:\\layers\\app --parent C:\\layers\\base --size 40g',
      about: 'on a chain, nearest first',
    },
  ],
  async handler({ options, words }, context) {
    const path = absolute(context, words['layer'] ?? '');
    const parents = parentsOf(context, options.parent);
    if (parents === undefined)
      throw invalidRequest(
        '--parent is missing',
        [{ path: '--parent', expected: 'the layer to stand on', got: 'nothing' }],
        'see: hcs layer find',
      );
    const { layers } = await context.connect();
    const made = await context.progress('layer scratch', (call) => layers.scratch(path, parents, options.size, call));
    return document('layer-scratch', { path, parents: made.parents }, path, { quiet: path });
  },
});
