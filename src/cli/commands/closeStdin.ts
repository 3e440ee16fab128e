import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { execField, execOption, idPositional } from './shared.js';

export default defineCommand({
  name: 'close-stdin',
  describe: 'End the input of a program in a container',
  group: 'Processes',
  options: { ...execOption },
  positionals: [idPositional],
  examples: [
    { shell: 'sh', line: 'hcs close-stdin web', about: 'the first process' },
    { shell: 'powershell', line: 'hcs close-stdin web --exec-id job | ConvertFrom-Json', about: 'an exec' },
  ],
  async handler({ options, words: { id = '' } }, context) {
    const client = await context.connect();
    await client.closeStdin(id, options['exec-id'], context.call);
    return document('close-stdin', { id, ...execField(options['exec-id']) }, id, { quiet: id });
  },
});
