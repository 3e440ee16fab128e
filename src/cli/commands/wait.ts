import { choice, flag } from '../args/option.js';
import { defineCommand } from '../command.js';
import type { Context } from '../context.js';
import { overEngines, sharedConnections, type Connections } from '../foreground/connections.js';
import { document, type DocumentOutcome, type Outcome } from '../output/outcome.js';
import type { Client } from '../../rpc/client/index.js';
import { exitFields, exitText, exitTimes } from '../output/people.js';
import { forEachId, idsPositional } from './each.js';
import { execField, execOption } from './shared.js';

/** Of those that had ended when they were asked for the answers come in the order of the questions: who has ended before `id`, first of all. */
async function endedBefore(
  client: Client,
  ids: readonly string[],
  id: string,
  context: Context,
): Promise<string | undefined> {
  const asked = new Set(ids.map((each) => each.toLowerCase()));
  const { items } = await client.list(false, context.call);
  const ended = items
    .filter((item) => item.status === 'stopped' && asked.has(item.id.toLowerCase()))
    .sort((a, b) => (a.exitedAt ?? '').localeCompare(b.exitedAt ?? ''));
  // With --for init the container may still be on its way down: then nobody is known to have been earlier.
  const isListed = ended.some((item) => item.id.toLowerCase() === id.toLowerCase());
  return isListed && ended[0]?.id.toLowerCase() !== id.toLowerCase() ? ended[0]?.id : undefined;
}

export default defineCommand({
  name: 'wait',
  describe: 'Wait for the end of containers, and tell their exit codes',
  group: 'Containers',
  options: {
    for: choice(['init', 'container'], 'the first process alone, or (default) the whole container'),
    any: flag('end with the first of them that has ended, and tell of that one alone'),
    ...execOption,
  },
  positionals: [idsPositional],
  examples: [
    { shell: 'sh', line: 'hcs wait web', about: 'its exit code is in the document; the exit status is 0' },
    { shell: 'sh', line: 'hcs wait --any job-1 job-2 job-3', about: 'the first that ends' },
    {
      shell: 'powershell',
      line: '(hcs wait web | ConvertFrom-Json).exitCodeHex',
      about: 'the code as Windows writes it',
    },
  ],
  notes: ['With --timeout the wait itself ends after that time, with status 124.'],
  async handler({ options, rest }, context): Promise<Outcome> {
    const { timeoutMs } = context.call;
    let began: number | undefined;
    // The bound is of the whole wait, however many engines it takes.
    const left = (): Context['call'] => {
      const now = Date.now();
      began ??= now;
      return timeoutMs === undefined
        ? context.call
        : { ...context.call, timeoutMs: Math.max(1, timeoutMs - now + began) };
    };
    let shared: Connections | undefined;
    // The other waits are given up then.
    const enough = new AbortController();
    const signal = AbortSignal.any([context.signal, enough.signal]);
    const one = async (first: Client, id: string): Promise<DocumentOutcome> => {
      shared ??= sharedConnections(context, first);
      const exit = await overEngines(shared, (client) =>
        client.wait(id, options['exec-id'], options.for ?? 'container', { ...left(), signal }),
      );
      return document(
        'wait',
        { id, ...execField(options['exec-id']), ...exitFields(exit), ...exitTimes(exit) },
        exitText(exit),
        { quiet: exit.exitCode === null ? 'unknown' : String(exit.exitCode) },
      );
    };
    if (!options.any) return forEachId('wait', 'waiting for', rest, context, one);
    const client = await context.connect();
    try {
      const [id, outcome] = await Promise.race(rest.map(async (each) => [each, await one(client, each)] as const));
      const before =
        options['exec-id'] === undefined
          ? await endedBefore(shared?.current() ?? client, rest, id, context)
          : undefined;
      return before === undefined ? outcome : await one(client, before);
    } finally {
      enough.abort();
    }
  },
});
