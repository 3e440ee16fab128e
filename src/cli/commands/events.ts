import { flag, list, value, type Parsed } from '../args/option.js';
import { defineCommand } from '../command.js';
import { invalidRequest } from '../../core/errors.js';
import type { FeedItem, RuntimeEvent } from '../../rpc/client/index.js';
import { listing } from '../output/outcome.js';
import { exitText } from '../output/people.js';
import { visible } from '../output/visible.js';
import { integer } from '../parse/numbers.js';
import { containerId } from '../parse/names.js';
import { filterOption, matches } from '../parse/filter.js';
import { followEvents, Sieve, type Wanted } from './eventsFollow.js';
import { beforeCreation } from './eventsSince.js';

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

const eventType = (text: string): Parsed<RuntimeEvent['type']> => {
  const found = TYPES.find((type) => type === text);
  return found === undefined ? { expected: `one of ${TYPES.join(', ')}; a time is --timeout` } : { value: found };
};

function detail(event: RuntimeEvent): string {
  switch (event.type) {
    case 'exit':
      return `code ${exitText(event)}`;
    case 'stopping':
      return event.cause;
    case 'lost':
      return event.reason;
    case 'recovered':
      return `stdio ${event.stdio}`;
    case 'delete':
      return '';
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
    after: value('CURSOR', 'only events after this one, 0 for all; with --follow and without it: only new ones', {
      parse: integer(0),
    }),
    filter: filterOption({ type: TYPES, id: [], process: [] }),
    id: value('CONTAINER', 'only of this container, not of an earlier one of that id', { parse: containerId }),
    until: list('TYPE', 'end after an event of this type; exit is that of the first process', {
      choices: TYPES,
      parse: eventType,
    }),
    count: value('N', 'end after N events', { short: 'n', parse: integer(0) }),
  },
  positionals: [{ name: 'container', describe: 'only of this one; the same as --id', kind: 'id' }],
  examples: [
    { shell: 'sh', line: 'hcs events --follow --json', about: 'one object a line' },
    { shell: 'sh', line: 'hcs events --filter type=exit --filter type=lost', about: 'which containers ended' },
    {
      shell: 'sh',
      line: 'hcs events web --follow --after 0 --until exit',
      about: 'all of one container, from its creation until it has exited',
    },
    {
      shell: 'powershell',
      line: "hcs events --follow --json | % { $_ | ConvertFrom-Json } | ? type -eq 'exit'",
      about: 'act on ends',
    },
  ],
  notes: [
    'With --follow, --timeout bounds the whole: status 124 after that time, and a line on stderr; on stdout are events alone. To wait for one end: hcs wait ID --timeout 5m.',
    'Of one container are told what happened since it was created: an earlier one that had its id is left out, unless --after gives a cursor other than 0. All that ever had the id: --filter id=ID.',
    'Following ends with status 0 after --count events, or with --until: of one container also when it had exited (--until exit), or was no more (--until delete), before anybody followed; what came before is there with --after 0. --filter does not keep an event from being the last, --id does.',
    'An event names its container as containerId, and its process as processId: init, or the id of an exec. exit is told for both.',
  ],
  async handler({ options, words: { container } }, context) {
    const id = oneId(options.id, container);
    const client = await context.connect();
    const ids = id === undefined ? [] : [{ key: 'id', value: id }];
    const filters = [...options.filter, ...ids];
    const by =
      (some: typeof filters) =>
      (item: FeedItem): boolean =>
        // Who follows must learn that events are missing, whatever they were.
        item.type === 'resync' || matches(some, (key) => [facts[key]?.(item) ?? '']);
    const wanted: Wanted = {
      shown: by(filters),
      concerned: by(filters.filter(({ key }) => key === 'id')),
      until: options.until,
      count: options.count,
    };
    // Of one container: an earlier one of that id is another. A cursor that was taken over is gone on from, whatever it follows.
    const ofOne = id !== undefined && (options.follow ? options.after === 0 : (options.after ?? 0) === 0);
    const from = ofOne ? await beforeCreation(client, id, context.call) : options.after;
    if (options.follow) {
      return followEvents(
        client,
        from,
        id,
        wanted,
        (item) => (context.mode === 'table' ? context.host.print(`${line(item)}\n`) : context.line(item)),
        context,
      );
    }
    const sieve = new Sieve(wanted);
    const items: RuntimeEvent[] = [];
    let after = from ?? 0;
    let expired = false;
    while (!sieve.enough()) {
      const page = await client.eventsList(after, PAGE, context.call);
      expired ||= page.expired;
      for (const event of page.events) {
        if (sieve.enough()) break;
        after = event.cursor;
        if (sieve.takes(event)) items.push(event);
      }
      if (page.events.length < PAGE) break;
    }
    const lost = expired && options.after !== undefined;
    return listing('events', items, {
      extra: { cursor: after, expired: lost },
      warnings: lost ? ['events after that cursor are no longer all kept'] : [],
      quiet: (item) => String(item.cursor),
      empty: 'no events',
      columns: [
        { title: 'TIME', get: (item) => item.time.replace(/\.\d+Z$/u, 'Z') },
        { title: 'TYPE', get: (item) => item.type },
        { title: 'ID', get: (item) => item.containerId, shrink: 16 },
        { title: 'PROCESS', get: (item) => item.processId, shrink: true },
        { title: 'DETAIL', get: (item) => detail(item), shrink: 16 },
        { title: 'CURSOR', get: (item) => String(item.cursor), align: 'right' },
      ],
    });
  },
});
