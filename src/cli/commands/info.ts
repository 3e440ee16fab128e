import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { visible } from '../output/visible.js';

export default defineCommand({
  name: 'info',
  describe: 'The machine and the engine',
  group: 'Service',
  options: {},
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs info', about: 'starts the engine if none runs' },
    { shell: 'powershell', line: '(hcs info | ConvertFrom-Json).backend', about: 'hcs or simulator' },
  ],
  async handler(_args, context) {
    const client = await context.connect();
    const info = await client.hostInfo(context.call);
    const text = Object.entries(info)
      .map(([name, item]) => `${name.padEnd(12)} ${visible(String(item))}`)
      .join('\n');
    return document('info', { ...info }, text, { quiet: info.version });
  },
});
