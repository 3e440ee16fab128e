import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { absolute, layerPositional } from './layerShared.js';

export default defineCommand({
  name: 'layer mount-path',
  describe: 'The volume of a prepared layer, as root.path of a spec needs it',
  group: 'Layers',
  options: {},
  positionals: [layerPositional],
  examples: [
    { shell: 'sh', line: 'hcs layer mount-path ./scratch', about: 'null when it is not mounted' },
    {
      shell: 'powershell',
      line: '$spec.root = @{ path = (hcs layer mount-path C:\\s\\1 | ConvertFrom-Json).mountPath }',
      about: 'into a spec',
    },
  ],
  async handler({ words }, context) {
    const path = absolute(context, words['layer'] ?? '');
    const mountPath = await (await context.connect()).layers.mountPath(path, context.call);
    return document('layer-mount-path', { path, mountPath }, mountPath ?? 'not mounted', { quiet: mountPath ?? '' });
  },
});
