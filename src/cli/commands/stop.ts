import { value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { exitFields, exitText, exitTimes } from '../output/people.js';
import { duration } from '../parse/duration.js';
import { forEachId, idsPositional } from './each.js';

export default defineCommand({
  name: 'stop',
  describe: 'Shut containers down; terminate what takes too long',
  group: 'Containers',
  options: {
    time: value('TIME', 'how long it may take to shut down; default 10s', { short: 't', parse: duration }),
  },
  positionals: [idsPositional],
  examples: [
    { shell: 'sh', line: 'hcs stop --time 30s web', about: 'give it half a minute' },
    { shell: 'powershell', line: '(hcs stop web | ConvertFrom-Json).exitCode', about: 'how it ended' },
  ],
  handler: ({ options, rest }, context) =>
    forEachId('stop', 'stopping', rest, context, async (client, id, each) => {
      const exit = await each.progress(`stopping ${id}`, (call) => client.stop(id, options.time, call));
      return document('stop', { id, ...exitFields(exit), ...exitTimes(exit) }, `${id}: ${exitText(exit)}`, {
        quiet: id,
      });
    }),
});
