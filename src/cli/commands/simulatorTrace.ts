import { flag, value } from '../args/option.js';
import { defineCommand } from '../command.js';
import type { Context } from '../context.js';
import { listing, status, type Outcome } from '../output/outcome.js';
import { visible } from '../output/visible.js';
import { integer } from '../parse/numbers.js';
import { connectSimulator, requireSimulator, type SimulatorControl } from '../simulatorControl.js';

/** One call as the service's trace shows it. */
interface Entry {
  readonly sequence: number;
  readonly time: string;
  readonly thread: number;
  readonly operation: string;
  readonly arguments: readonly (string | null)[];
  readonly hresult: string | null;
  readonly ms: number;
}

const line = (entry: Entry): string =>
  visible(
    `${entry.time}  ${entry.operation}(${entry.arguments.map(String).join(', ')}) = ${entry.hresult ?? 'no answer'}  ${entry.ms.toFixed(2)} ms`,
  );

async function follow(control: SimulatorControl, context: Context): Promise<Outcome> {
  let last = Promise.resolve();
  const gone = new Promise<void>((resolve) => {
    control.rpc.onClose(resolve);
    context.signal.addEventListener('abort', () => {
      resolve();
    });
  });
  control.rpc.onNotification('trace/entry', (entry: Entry) => {
    const show = context.mode === 'table' ? () => context.host.print(`${line(entry)}\n`) : () => context.line(entry);
    last = last.then(show);
  });
  await control.rpc.sendRequest('trace/follow');
  await gone;
  await last;
  return status(0);
}

export default defineCommand({
  name: 'simulator trace',
  describe: 'Every call that reached the simulated HCS',
  group: 'Service',
  options: {
    follow: flag('go on with the calls from now on', { short: 'f' }),
    after: value('N', 'only calls after this number', { parse: integer(0) }),
    tail: value('N', 'only the last N calls', { short: 'n', parse: integer(1) }),
  },
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs simulator trace --tail 20', about: 'the last calls with arguments and results' },
    {
      shell: 'powershell',
      line: "(hcs simulator trace | ConvertFrom-Json).items | ? hresult -ne '0x00000000'",
      about: 'those that failed',
    },
  ],
  async handler({ options }, context) {
    const control = options.follow ? await requireSimulator(context) : await connectSimulator(await context.home());
    try {
      if (control !== undefined && options.follow) return await follow(control, context);
      const answer = await control?.rpc.sendRequest<{ readonly items: readonly Entry[] }>('trace/list', {
        after: options.after ?? 0,
        ...(options.tail === undefined ? {} : { limit: options.tail }),
      });
      return listing('simulator-trace', answer?.items ?? [], {
        quiet: (item) => item.operation,
        empty: 'no calls',
        columns: [
          { title: 'N', get: (item) => String(item.sequence), align: 'right' },
          { title: 'TIME', get: (item) => item.time },
          { title: 'OPERATION', get: (item) => item.operation },
          { title: 'HRESULT', get: (item) => item.hresult ?? '-' },
          { title: 'MS', get: (item) => item.ms.toFixed(2), align: 'right' },
          { title: 'ARGUMENTS', get: (item) => item.arguments.map(String).join(' '), shrink: true },
        ],
      });
    } finally {
      control?.close();
    }
  },
});
