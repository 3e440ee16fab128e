import { flag } from '../args/option.js';
import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { forEachId, idsPositional } from './each.js';

export default defineCommand({
  name: 'delete',
  aliases: ['rm'],
  describe: 'Remove containers that do not run',
  group: 'Containers',
  options: { force: flag('kill it first if it runs', { short: 'f' }) },
  positionals: [idsPositional],
  examples: [
    { shell: 'sh', line: 'hcs delete --force web', about: 'whatever it is doing' },
    {
      shell: 'powershell',
      line: "(hcs list | ConvertFrom-Json).items | ? status -eq 'stopped' | % { hcs delete $_.id }",
      about: 'all that have stopped',
    },
  ],
  handler: ({ options, rest }, context) =>
    forEachId('delete', 'deleting', rest, context, async (client, id, each) => {
      await each.progress(`deleting ${id}`, (call) => client.delete(id, options.force, call));
      return document('delete', { id }, id, { quiet: id });
    }),
});
