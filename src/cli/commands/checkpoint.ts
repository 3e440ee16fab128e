import { defineCommand } from '../command.js';
import { idPositional } from './shared.js';

export default defineCommand({
  name: 'checkpoint',
  describe: 'Not supported by HCS for containers; says why',
  group: 'Containers',
  options: {},
  positionals: [idPositional],
  examples: [
    { shell: 'sh', line: 'hcs checkpoint web', about: 'answers unsupported, with the reason' },
    { shell: 'powershell', line: '(hcs checkpoint web | ConvertFrom-Json).error.message', about: 'the reason' },
  ],
  async handler({ words: { id = '' } }, context) {
    const client = await context.connect();
    return client.checkpoint(id, context.call);
  },
});
