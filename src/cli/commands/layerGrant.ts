import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { absolute } from './layerShared.js';

export default defineCommand({
  name: 'layer grant',
  describe: 'Let a virtual machine open a file, such as the disk of a layer',
  group: 'Layers',
  options: {},
  positionals: [
    { name: 'vm', describe: 'id of the virtual machine', required: true },
    { name: 'file', describe: 'file that it may open', required: true },
  ],
  examples: [
    {
      shell: 'sh',
      line: 'hcs layer grant web ./scratch/sandbox.vhdx',
      about: 'against ERROR_ACCESS_DENIED with Hyper-V isolation',
    },
    { shell: 'powershell', line: 'hcs layer grant web C:\\s\\1\\sandbox.vhdx', about: 'the same on Windows' },
  ],
  async handler({ words }, context) {
    const vmId = words['vm'] ?? '';
    const path = absolute(context, words['file'] ?? '');
    await (await context.connect()).layers.grant(vmId, path, context.call);
    return document('layer-grant', { vmId, path }, path, { quiet: path });
  },
});
