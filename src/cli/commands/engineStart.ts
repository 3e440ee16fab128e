import { defineCommand } from '../command.js';
import { statusOutcome } from './engineStatus.js';

export default defineCommand({
  name: 'engine start',
  describe: 'Start the engine if it does not run; every verb that needs it does the same',
  group: 'Service',
  options: {},
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs engine start', about: 'so that the next verb is quick' },
    {
      shell: 'powershell',
      line: 'hcs engine start --backend simulator | ConvertFrom-Json',
      about: 'with the simulated HCS',
    },
  ],
  async handler(_args, context) {
    const client = await context.progress('starting the engine', () => context.connect());
    return statusOutcome('engine-start', await client.engineStatus(context.call), await context.home());
  },
});
