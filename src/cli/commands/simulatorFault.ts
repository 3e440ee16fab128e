import { choice, flag, value, type Parse } from '../args/option.js';
import { defineCommand, type Args } from '../command.js';
import { invalidRequest, RuntimeError } from '../../core/errors.js';
import { document, listing, type Outcome } from '../output/outcome.js';
import { duration } from '../parse/duration.js';
import { integer } from '../parse/numbers.js';
import { requireSimulator } from '../simulatorControl.js';

const hresult: Parse<number> = (text) => {
  const number = /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/iu.test(text) ? Number(text) : Number.NaN;
  return number <= 0xffffffff ? { value: number } : { expected: 'an HRESULT such as 0xC0370105' };
};

const options = {
  system: value('ID', 'only for this compute system'),
  error: value('HRESULT', 'answer or tell this instead', { parse: hresult }),
  delay: value('TIME', 'wait so long first', { parse: duration }),
  hang: flag('never complete'),
  lost: flag('a notification that is never told'),
  duplicate: flag('a notification that comes twice'),
  early: flag('a notification that comes before its call has returned'),
  after: flag('let the call happen first, then fail'),
  ignored: flag('say success without doing it'),
  completion: choice(['pending', 'immediate'], 'how the call completes'),
  'die-service': flag('the service ends there and then'),
  disconnect: flag('the connection breaks'),
  'system-exits': value('STATUS', 'the compute system ends with this status', { parse: hresult }),
  'last-wait-result': value('N', 'what the status of an ended process says', { parse: hresult }),
  skip: value('N', 'spare the first N times', { parse: integer(0) }),
  count: value('N', 'strike only N times', { parse: integer(1) }),
};

interface Armed {
  readonly id: number;
  readonly rule: Readonly<Record<string, unknown>>;
  readonly struck: number;
}

function ruleOf({ options: given, words }: Args<typeof options>): Readonly<Record<string, unknown>> {
  if (words['name'] === undefined) {
    throw invalidRequest(
      'the name of an export or a notification is missing',
      [{ path: 'name', expected: 'such as HcsCreateProcess or SystemExited', got: 'nothing' }],
      'for example: hcs simulator fault set HcsStartComputeSystem --error 0xC0370105',
    );
  }
  const rule = {
    name: words['name'],
    system: given.system,
    error: given.error,
    delayMs: given.delay,
    completion: given.completion,
    systemExits: given['system-exits'],
    lastWaitResult: given['last-wait-result'],
    skip: given.skip,
    count: given.count,
    hang: given.hang || undefined,
    lost: given.lost || undefined,
    duplicate: given.duplicate || undefined,
    early: given.early || undefined,
    after: given.after || undefined,
    ignored: given.ignored || undefined,
    dieService: given['die-service'] || undefined,
    disconnect: given.disconnect || undefined,
  };
  return Object.fromEntries(Object.entries(rule).filter(([, item]) => item !== undefined));
}

const faults = (items: readonly Armed[]): Outcome =>
  listing('simulator-fault', items, {
    quiet: (item) => String(item.id),
    empty: 'no faults are set',
    columns: [
      { title: 'ID', get: (item) => String(item.id), align: 'right' },
      { title: 'STRUCK', get: (item) => String(item.struck), align: 'right' },
      { title: 'RULE', get: (item) => JSON.stringify(item.rule), shrink: true },
    ],
  });

export default defineCommand({
  name: 'simulator fault',
  describe: 'Make calls and notifications of the simulated HCS fail: set NAME, list, or clear [N]',
  group: 'Service',
  options,
  positionals: [
    { name: 'action', describe: 'set, list or clear', required: true },
    { name: 'name', describe: 'set: an export or a notification, or * for every export; clear: a number' },
  ],
  examples: [
    {
      shell: 'sh',
      line: 'hcs simulator fault set HcsStartComputeSystem --error 0xC0370105 --count 1',
      about: 'the next start fails',
    },
    {
      shell: 'powershell',
      line: 'hcs simulator fault set SystemExited --lost; hcs simulator fault clear',
      about: 'lose a notification, then stop that',
    },
  ],
  async handler(args, context) {
    const { action = '', name } = args.words;
    if (action !== 'set' && action !== 'list' && action !== 'clear') {
      throw invalidRequest(
        `unknown action "${action}"`,
        [{ path: 'action', expected: 'set, list or clear', got: action }],
        'see: hcs help simulator fault',
      );
    }
    const rule = action === 'set' ? ruleOf(args) : undefined;
    const control = await requireSimulator(context);
    try {
      if (action === 'list') return faults((await control.rpc.sendRequest<{ items: Armed[] }>('fault/list')).items);
      if (rule !== undefined) {
        const { id } = await control.rpc.sendRequest<{ id: number }>('fault/set', rule);
        return document('simulator-fault', { id, rule }, String(id), { quiet: String(id) });
      }
      const { cleared } = await control.rpc.sendRequest<{ cleared: number }>(
        'fault/clear',
        name === undefined ? {} : { id: Number(name) },
      );
      return document('simulator-fault', { cleared }, `${cleared} cleared`, { quiet: String(cleared) });
    } catch (e) {
      if (typeof e === 'object' && e !== null && (e as { code?: unknown }).code === -32602) {
        throw invalidRequest(
          (e as Error).message,
          [{ path: 'rule', expected: 'a rule that the simulator knows', got: JSON.stringify(rule) }],
          'see: hcs help simulator fault',
        );
      }
      if (e instanceof Error && !(e instanceof RuntimeError))
        throw new RuntimeError('unavailable', `the simulated service: ${e.message}`, {}, { cause: e });
      throw e;
    } finally {
      control.close();
    }
  },
});
