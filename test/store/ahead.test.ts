import test from 'ava';
import fc from 'fast-check';
import type { RuntimeEvent } from '#src/core/model/event.js';
import { Ahead } from '#src/store/ahead.js';
import { event } from './support.js';

const cursors = (events: readonly RuntimeEvent[]): number[] => events.map(({ cursor }) => cursor);

/** Turns of a few events each: all cursors from 1, in an order of coming in which some turns are late. */
const turns = fc
  .array(fc.record({ size: fc.integer({ min: 1, max: 4 }), delay: fc.integer({ min: 0, max: 3 }) }), { maxLength: 20 })
  .map((sizes) => {
    let cursor = 0;
    return sizes
      .map(({ size, delay }, at) => ({
        events: Array.from({ length: size }, () => event(++cursor)),
        at: at + delay,
      }))
      .sort((one, other) => one.at - other.at)
      .map(({ events }) => events);
  });

test('events on their way into the store are read in the order of their cursors, late turns too, until they are taken out', (t) => {
  fc.assert(
    fc.property(
      turns,
      fc.nat(60),
      fc.nat(60),
      fc.integer({ min: 1, max: 60 }),
      fc.nat(20),
      (all, after, newest, limit, taken) => {
        const ahead = new Ahead();
        for (const events of all) ahead.add(events);
        for (const events of all.slice(0, taken)) ahead.remove(events);
        const left = cursors(all.slice(taken).flat()).sort((a, b) => a - b);
        t.is(ahead.has(after), left.includes(after));
        const expected = left.filter((cursor) => cursor > after && cursor <= newest).slice(0, limit);
        t.deepEqual(cursors(ahead.after(after, newest, limit)), expected);
      },
    ),
  );
});

test('an event that comes twice is there once', (t) => {
  const ahead = new Ahead();
  ahead.add([event(1), event(2)]);
  ahead.add([event(1)]);
  t.deepEqual(cursors(ahead.after(0, 9, 9)), [1, 2]);
});
