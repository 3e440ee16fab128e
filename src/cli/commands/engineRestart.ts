import { flag } from '../args/option.js';
import { defineCommand } from '../command.js';
import { stopEngine } from './engineEnd.js';
import { statusOutcome } from './engineStatus.js';

export default defineCommand({
  name: 'engine restart',
  describe: 'End the engine and start a new one, which takes up what still runs',
  group: 'Service',
  options: { force: flag('also when others are connected, or it does not answer', { short: 'f' }) },
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs engine restart', about: 'after an update' },
    { shell: 'powershell', line: '(hcs engine restart --force | ConvertFrom-Json).pid', about: 'whoever is connected' },
  ],
  async handler({ options }, context) {
    await stopEngine(options.force, context);
    const client = await context.reconnect();
    return statusOutcome('engine-restart', await client.engineStatus(context.call), await context.home());
  },
});
