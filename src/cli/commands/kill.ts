import { value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { forEachId, idsPositional } from './each.js';
import { execField, execOption } from './shared.js';

export default defineCommand({
  name: 'kill',
  describe: 'End containers, or an exec, now',
  group: 'Containers',
  options: {
    signal: value('NAME', 'KILL (default) terminates; any other asks the container to shut down', { short: 's' }),
    ...execOption,
  },
  positionals: [idsPositional],
  examples: [
    { shell: 'sh', line: 'hcs kill web', about: 'terminate it' },
    {
      shell: 'powershell',
      line: 'hcs kill web --signal TERM; hcs wait web | ConvertFrom-Json',
      about: 'ask it to end and wait',
    },
  ],
  notes: ['It does not wait for the end. A container that has stopped already is no error.'],
  handler: ({ options, rest }, context) =>
    forEachId('kill', 'killing', rest, context, async (client, id) => {
      const signal = options.signal ?? 'KILL';
      await client.kill(id, options['exec-id'], /^\d+$/u.test(signal) ? Number(signal) : signal, context.call);
      return document('kill', { id, ...execField(options['exec-id']), signal }, id, { quiet: id });
    }),
});
