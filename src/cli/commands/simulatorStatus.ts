import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { connectSimulator } from '../simulatorControl.js';

export default defineCommand({
  name: 'simulator status',
  describe: 'Whether the simulated HCS runs, and what it holds; starts nothing',
  group: 'Service',
  options: {},
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs simulator status', about: 'compute systems, processes, handles, strings' },
    {
      shell: 'powershell',
      line: '(hcs simulator status | ConvertFrom-Json).handles',
      about: 'zero when nothing leaks',
    },
  ],
  async handler(_args, context) {
    const control = await connectSimulator(await context.home());
    if (control === undefined) {
      const none = { running: false, pid: null, computeSystems: 0, processes: 0, handles: 0, strings: 0 };
      return document('simulator-status', none, 'not running', { quiet: '' });
    }
    try {
      const counts = await control.rpc.sendRequest<Readonly<Record<string, unknown>>>('status');
      const body = { running: true, pid: control.pid, ...counts };
      const text = Object.entries(body)
        .map(([name, count]) => `${name.padEnd(16)} ${String(count)}`)
        .join('\n');
      return document('simulator-status', body, text, { quiet: String(control.pid) });
    } finally {
      control.close();
    }
  },
});
