import { flag } from '../args/option.js';
import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { idPositional } from './shared.js';

export default defineCommand({
  name: 'delete',
  aliases: ['rm'],
  describe: 'Remove a container that does not run',
  group: 'Containers',
  options: { force: flag('kill it first if it runs', { short: 'f' }) },
  positionals: [idPositional],
  examples: [
    { shell: 'sh', line: 'hcs delete --force web', about: 'whatever it is doing' },
    {
      shell: 'powershell',
      line: "(hcs list | ConvertFrom-Json).items | ? status -eq 'stopped' | % { hcs delete $_.id }",
      about: 'all that have stopped',
    },
  ],
  async handler({ options, words: { id = '' } }, context) {
    const client = await context.connect();
    await context.progress(`deleting ${id}`, (call) => client.delete(id, options.force, call));
    return document('delete', { id }, id, { quiet: id });
  },
});
