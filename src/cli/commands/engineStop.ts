import { flag } from '../args/option.js';
import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { stopEngine } from './engineEnd.js';

export default defineCommand({
  name: 'engine stop',
  describe: 'End the engine; containers live on, and the next engine takes them up',
  group: 'Service',
  options: { force: flag('also when others are connected, or it does not answer', { short: 'f' }) },
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs engine stop', about: 'no error when none runs' },
    { shell: 'powershell', line: '(hcs engine stop | ConvertFrom-Json).stopped', about: 'whether there was one' },
  ],
  async handler({ options }, context) {
    const stopped = await stopEngine(options.force, context);
    return document('engine-stop', { stopped }, stopped ? 'stopped' : 'not running', { quiet: '' });
  },
});
