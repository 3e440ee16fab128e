import { flag, value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { invalidRequest, isRuntimeError, RuntimeError } from '../../core/errors.js';
import type { Client, FeedItem, RuntimeEvent } from '../../rpc/client/index.js';
import type { Context } from '../context.js';
import { listing, status, type Outcome } from '../output/outcome.js';
import { exitText } from '../output/people.js';
import { visible } from '../output/visible.js';
import { integer } from '../parse/numbers.js';
import { containerId } from '../parse/names.js';
import { filterOption, matches } from '../parse/filter.js';

const PAGE = 10_000;

const TYPES: readonly RuntimeEvent['type'][] = [
  'create',
  'start',
  'exec-added',
  'exec-started',
  'exit',
  'stopping',
  'paused',
  'resumed',
  'delete',
  'lost',
  'recovered',
];

/** What `--filter` compares. */
const facts: Readonly<Record<string, (event: RuntimeEvent) => string>> = {
  type: ({ type }) => type,
  id: ({ containerId: id }) => id,
  process: ({ processId }) => processId,
};

function detail(event: RuntimeEvent): string {
  switch (event.type) {
    case 'exit':
      return `exit code ${exitText(event)}`;
    case 'stopping':
      return event.cause;
    case 'lost':
      return event.reason;
    case 'recovered':
      return `stdio ${event.stdio}`;
    default:
      return event.pid === 0 ? '' : `pid ${event.pid}`;
  }
}

const line = (item: FeedItem): string =>
  item.type === 'resync'
    ? `${item.time}  resync  up to ${item.cursor}`
    : visible(
        `${item.time}  ${item.type.padEnd(12)} ${item.containerId}${item.processId === 'init' ? '' : `/${item.processId}`}  ${detail(item)}`.trimEnd(),
      );

async function follow(
  client: Client,
  after: number | undefined,
  wanted: (item: FeedItem) => boolean,
  context: Context,
): Promise<Outcome> {
  let cursor = after;
  let current = client;
  const { timeout } = context.globals;
  const over = timeout === undefined ? undefined : AbortSignal.timeout(timeout);
  const signal = over === undefined ? context.signal : AbortSignal.any([context.signal, over]);
  for (;;) {
    try {
      const feed = current.events({ signal, ...(cursor === undefined ? {} : { after: cursor }) });
      for await (const item of feed) {
        cursor = item.cursor;
        if (!wanted(item)) continue;
        if (context.mode === 'table') await context.host.print(`${line(item)}\n`);
        else await context.line(item);
      }
    } catch (e) {
      // Ctrl+C is how following ends. An engine that died is followed by another, which has all its events.
      if (context.signal.aborted) return status(0);
      if (over?.aborted === true) throw new RuntimeError('timeout', `followed for ${String(timeout)} ms`);
      if (!isRuntimeError(e) || e.code !== 'unavailable' || cursor === undefined) throw e;
      current = await context.reconnect();
    }
  }
}

function oneId(option: string | undefined, word: string | undefined): string | undefined {
  if (option !== undefined && word !== undefined && option.toLowerCase() !== word.toLowerCase()) {
    throw invalidRequest(
      'events are of all containers or of one',
      [{ path: '--id', expected: `nothing, since ${word} is given`, got: option }],
      'leave one of them out',
    );
  }
  return option ?? word;
}

export default defineCommand({
  name: 'events',
  describe: 'What happened to containers, in order',
  group: 'Observing',
  options: {
    follow: flag('go on with what happens from now on, one JSON object a line', { short: 'f' }),
    after: value('CURSOR', 'only events after this one; with --follow and without it: only new ones', {
      parse: integer(0),
    }),
    filter: filterOption({ type: TYPES, id: [], process: [] }),
    id: value('CONTAINER', 'only of this container', { parse: containerId }),
  },
  positionals: [{ name: 'container', describe: 'only of this one; the same as --id', kind: 'id' }],
  examples: [
    { shell: 'sh', line: 'hcs events --follow --json', about: 'one object a line' },
    { shell: 'sh', line: 'hcs events --filter type=exit --filter type=lost', about: 'which containers ended' },
    {
      shell: 'powershell',
      line: "hcs events --follow --json | % { $_ | ConvertFrom-Json } | ? type -eq 'exit'",
      about: 'act on ends',
    },
  ],
  notes: [
    'With --follow, --timeout bounds the whole: status 124 after that time. To wait for one end: hcs wait ID --timeout 5m.',
    'An event names its container as containerId, and its process as processId: init, or the id of an exec. exit is told for both.',
  ],
  async handler({ options, words: { container } }, context) {
    const id = oneId(options.id, container);
    const client = await context.connect();
    const filters = [...options.filter, ...(id === undefined ? [] : [{ key: 'id', value: id }])];
    // Who follows must learn that events are missing, whatever they were.
    const wanted = (item: FeedItem): boolean =>
      item.type === 'resync' || matches(filters, (key) => [facts[key]?.(item) ?? '']);
    if (options.follow) return follow(client, options.after, wanted, context);
    const items: RuntimeEvent[] = [];
    let after = options.after ?? 0;
    let expired = false;
    for (;;) {
      const page = await client.eventsList(after, PAGE, context.call);
      expired ||= page.expired;
      items.push(...page.events.filter(wanted));
      const last = page.events.at(-1);
      if (last === undefined || page.events.length < PAGE) {
        after = last?.cursor ?? after;
        break;
      }
      after = last.cursor;
    }
    return listing('events', items, {
      extra: { cursor: after, expired: expired && options.after !== undefined },
      warnings: expired && options.after !== undefined ? ['events after that cursor are no longer all kept'] : [],
      quiet: (item) => String(item.cursor),
      empty: 'no events',
      columns: [
        { title: 'CURSOR', get: (item) => String(item.cursor), align: 'right' },
        { title: 'TIME', get: (item) => item.time },
        { title: 'TYPE', get: (item) => item.type },
        { title: 'ID', get: (item) => item.containerId, shrink: true },
        { title: 'PROCESS', get: (item) => item.processId },
        { title: 'DETAIL', get: (item) => detail(item), shrink: true },
      ],
    });
  },
});
