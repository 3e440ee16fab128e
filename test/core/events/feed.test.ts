import test from 'ava';
import { Feed } from '#src/core/events/feed.js';
import { EVENT_SCHEMA, type RuntimeEvent } from '#src/core/model/event.js';
import { MemoryStore, quiet } from '../runtime/world.js';

const event = (cursor: number): RuntimeEvent => ({
  schema: EVENT_SCHEMA,
  cursor,
  containerId: 'web',
  processId: 'init',
  pid: 0,
  sequence: cursor,
  epoch: 'e',
  time: '2026-01-01T00:00:00.000Z',
  type: 'create',
});

function feedOver(count: number): { store: MemoryStore; feed: Feed; tell: (n: number) => void; lines: string[] } {
  const store = new MemoryStore();
  const lines: string[] = [];
  for (let n = 1; n <= count; n += 1) store.events.push(event(n));
  const feed = new Feed(store, () => [], { log: (_level, message) => lines.push(message) });
  return {
    store,
    feed,
    lines,
    tell: (n) => {
      store.events.push(event(n));
      feed.tell([event(n)]);
    },
  };
}

const never = (): void => {
  throw new Error('nothing has expired');
};

test('E7: a subscriber gets what was kept after its cursor and then what comes, without gap or repetition', async (t) => {
  const { feed, tell } = feedOver(1500);
  const got: number[] = [];
  const subscription = feed.subscribe(3, (events) => void got.push(...events.map((e) => e.cursor)), never);
  t.is(subscription.cursor, 1500);
  tell(1501);
  await quiet();
  tell(1502);
  await quiet();
  t.deepEqual(
    got,
    Array.from({ length: 1499 }, (_, i) => i + 4),
  );
});

test('E6: a slow subscriber gets everything at its own pace and delays nobody', async (t) => {
  const { feed, tell } = feedOver(0);
  const slow: number[] = [];
  const quick: number[] = [];
  let release: () => void = () => undefined;
  feed.subscribe(
    0,
    async (events) => {
      slow.push(...events.map((e) => e.cursor));
      await new Promise<void>((resolve) => (release = resolve));
    },
    never,
  );
  feed.subscribe(0, (events) => void quick.push(...events.map((e) => e.cursor)), never);
  for (let n = 1; n <= 5000; n += 1) {
    tell(n);
    if (n % 1000 === 0) await quiet();
  }
  t.is(quick.length, 5000);
  t.true(slow.length <= 512, 'it holds one batch');
  for (let n = 0; n < 20; n += 1) {
    release();
    await quiet();
  }
  t.deepEqual(slow, quick);
});

test('a cursor that is no longer kept gets one snapshot and then what comes', async (t) => {
  const { feed, store, tell } = feedOver(10);
  store.forgottenTo = 8;
  const got: number[] = [];
  const snapshots: number[] = [];
  feed.subscribe(
    2,
    (events) => void got.push(...events.map((e) => e.cursor)),
    (_items, cursor) => void snapshots.push(cursor),
  );
  await quiet();
  tell(11);
  await quiet();
  t.deepEqual(snapshots, [10]);
  t.deepEqual(got, [11]);
});

test('a cursor that this home never gave gets the snapshot, and Infinity begins now', async (t) => {
  const { feed, tell } = feedOver(10);
  const snapshots: number[] = [];
  const foreign: number[] = [];
  const fresh: number[] = [];
  feed.subscribe(
    99,
    (events) => void foreign.push(...events.map((e) => e.cursor)),
    (_items, cursor) => void snapshots.push(cursor),
  );
  feed.subscribe(Infinity, (events) => void fresh.push(...events.map((e) => e.cursor)), never);
  await quiet();
  tell(11);
  await quiet();
  t.deepEqual(snapshots, [10]);
  t.deepEqual(foreign, [11]);
  t.deepEqual(fresh, [11]);
});

test('a subscriber that throws is ended and the others go on', async (t) => {
  const { feed, tell, lines } = feedOver(0);
  const got: number[] = [];
  feed.subscribe(0, () => Promise.reject(new Error('no')), never);
  feed.subscribe(0, (events) => void got.push(...events.map((e) => e.cursor)), never);
  tell(1);
  await quiet();
  tell(2);
  await quiet();
  t.deepEqual(got, [1, 2]);
  t.is(feed.size, 1);
  t.is(lines.length, 1);
});

test('a closed subscription hears nothing more', async (t) => {
  const { feed, tell } = feedOver(0);
  const got: number[] = [];
  const subscription = feed.subscribe(0, (events) => void got.push(...events.map((e) => e.cursor)), never);
  tell(1);
  await quiet();
  subscription.close();
  tell(2);
  await quiet();
  t.deepEqual(got, [1]);
  t.is(feed.size, 0);
});
