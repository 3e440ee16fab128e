import { value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { execOption } from './shared.js';

export default defineCommand({
  name: 'kill',
  describe: 'End a container or one of its execs now',
  group: 'Containers',
  options: {
    signal: value('NAME', 'KILL (default) terminates; any other asks the container to shut down', { short: 's' }),
    ...execOption,
  },
  positionals: [{ name: 'id', describe: 'id of the container', kind: 'id', required: true }],
  examples: [
    { shell: 'sh', line: 'hcs kill web', about: 'terminate it' },
    {
      shell: 'powershell',
      line: 'hcs kill web --signal TERM; hcs wait web | ConvertFrom-Json',
      about: 'ask it to end and wait',
    },
  ],
  notes: ['It does not wait for the end. A container that has stopped already is no error.'],
  async handler({ options, words: { id = '' } }, context) {
    const signal = options.signal ?? 'KILL';
    const client = await context.connect();
    await client.kill(id, options['exec-id'], /^\d+$/u.test(signal) ? Number(signal) : signal, context.call);
    return document(
      'kill',
      { id, ...(options['exec-id'] === undefined ? {} : { execId: options['exec-id'] }), signal },
      id,
      { quiet: id },
    );
  },
});
