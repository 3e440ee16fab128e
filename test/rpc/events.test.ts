/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call -- messages are looked at as they came */
import test from 'ava';
import { FakeEvents, event, summary } from './fakeRuntime.js';
import { ready, turns } from './support.js';

const BATCHES = { events: { batch: true } };

test('subscribe answers first, then replays what is kept and goes on live', async (t) => {
  const events = new FakeEvents();
  events.add(3);
  const { peer } = await ready(t, { runtime: { subscribe: events.subscribe } });
  const { result } = await peer.request('events/subscribe', { after: 1 });
  t.is(result.cursor, 3);
  await peer.count('events/event', 2);
  events.add(1);
  const got = await peer.count('events/event', 3);
  t.deepEqual(
    got.map((m) => [m.params.cursor, m.params.subscriptionId]),
    [2, 3, 4].map((cursor) => [cursor, result.subscriptionId]),
  );
  const { subscriptionId, ...plain } = got[0]!.params as Record<string, unknown>;
  t.is(subscriptionId, result.subscriptionId);
  t.deepEqual(plain, { ...event(2) });
  const answerAt = peer.messages.findIndex((m) => m.result?.subscriptionId !== undefined);
  t.true(answerAt < peer.messages.findIndex((m) => m.method === 'events/event'));
});

test('without `after` only what comes from now on is sent', async (t) => {
  const events = new FakeEvents();
  events.add(3);
  const { peer } = await ready(t, { runtime: { subscribe: events.subscribe } });
  await peer.request('events/subscribe');
  events.add(1);
  const [first] = await peer.count('events/event', 1);
  t.is(first!.params.cursor, 4);
});

test('a client that can gets batches', async (t) => {
  const events = new FakeEvents();
  events.add(1500);
  const { peer } = await ready(t, { runtime: { subscribe: events.subscribe } }, BATCHES);
  await peer.request('events/subscribe', { after: 0 });
  const cursors = (): number[] =>
    peer.messages
      .filter((m) => m.method === 'events/batch')
      .flatMap((m) => (m.params.events as { cursor: number }[]).map((e) => e.cursor));
  await peer.until(() => cursors().length >= 1500);
  t.deepEqual(
    cursors(),
    Array.from({ length: 1500 }, (_, i) => i + 1),
  );
});

test('nothing follows the answer of unsubscribe, and the runtime is told', async (t) => {
  const events = new FakeEvents();
  const { peer } = await ready(t, { runtime: { subscribe: events.subscribe } });
  const { result } = await peer.request('events/subscribe');
  t.deepEqual((await peer.request('events/unsubscribe', { subscriptionId: result.subscriptionId })).result, {});
  events.add(5);
  await peer.request('host/info');
  t.is(peer.messages.filter((m) => m.method === 'events/event').length, 0);
  t.is(events.closed, 1);
  t.is((await peer.request('events/unsubscribe', { subscriptionId: 'e1' })).error?.code, 1001);
});

test('a client that does not read holds up only its own delivery, and loses nothing', async (t) => {
  const events = new FakeEvents();
  const { peer } = await ready(t, { runtime: { subscribe: events.subscribe } }, BATCHES);
  await peer.request('events/subscribe');
  peer.stream.pause();
  events.add(60_000);
  while (events.waiting === 0) await turns();
  await turns(50);
  t.is(events.waiting, 1);
  peer.stream.resume();
  const last = await peer.until((m) => m.method === 'events/batch' && m.params.events.at(-1).cursor === 60_000);
  t.truthy(last);
  const cursors = peer.messages
    .filter((m) => m.method === 'events/batch')
    .flatMap((m) => (m.params.events as { cursor: number }[]).map((e) => e.cursor));
  t.is(cursors.length, 60_000);
  t.true(cursors.every((cursor, i) => cursor === i + 1));
});

test('events pushed at a client that does not read are bounded: one resync stands for those dropped', async (t) => {
  const events = new FakeEvents();
  const { peer } = await ready(
    t,
    {
      runtime: {
        subscribe: events.subscribe,
        list: () => Promise.resolve({ items: [summary('web')], warnings: [] }),
      },
    },
    BATCHES,
  );
  const { result } = await peer.request('events/subscribe');
  peer.stream.pause();
  await turns();
  for (let at = 0; at < 100_000; at += 500) {
    events.push(Array.from({ length: 500 }, (_, i) => event(at + i + 1)));
    await turns(1);
  }
  peer.stream.resume();
  const resync = await peer.until((m) => m.method === 'events/resync');
  t.like(resync.params, { type: 'resync', subscriptionId: result.subscriptionId });
  t.deepEqual(resync.params.snapshot, [{ ...summary('web') }]);
  // What came before it and what comes after it are whole, in order.
  await peer.until(
    (m) =>
      (m.method === 'events/batch' && m.params.events.at(-1).cursor === 100_000) ||
      (m.method === 'events/resync' && m.params.cursor === 100_000),
  );
  let last = 0;
  for (const m of peer.messages) {
    if (m.method === 'events/resync') last = m.params.cursor as number;
    if (m.method !== 'events/batch') continue;
    for (const { cursor } of m.params.events as { cursor: number }[]) t.is(cursor, ++last);
  }
});

test('a cursor older than what is kept gives a resync with the snapshot', async (t) => {
  const { peer } = await ready(t, {
    runtime: {
      subscribe: (_after, _listener, expired) => {
        queueMicrotask(() => {
          expired([summary('web')], 90);
        });
        return Promise.resolve({ cursor: 90, close: () => undefined });
      },
    },
  });
  const { result } = await peer.request('events/subscribe', { after: 1 });
  const { params } = await peer.until((m) => m.method === 'events/resync');
  t.like(params, { schema: 'hostcompute.event/v1', cursor: 90, subscriptionId: result.subscriptionId });
  t.is(params.snapshot[0].id, 'web');
});

test('events/list pages through what is kept', async (t) => {
  const { peer } = await ready(t, {
    runtime: {
      eventsList: (after, limit) => Promise.resolve({ events: [event(after + 1)], expired: limit === 2 }),
    },
  });
  t.like((await peer.request('events/list', { after: 4, limit: 2 })).result, {
    items: [{ cursor: 5 }],
    expired: true,
  });
  t.is((await peer.request('events/list', { limit: 20_000 })).error?.code, -32602);
});

test('the end of the connection ends its subscriptions', async (t) => {
  const events = new FakeEvents();
  const { peer, host } = await ready(t, { runtime: { subscribe: events.subscribe } });
  await peer.request('events/subscribe');
  await peer.request('events/subscribe');
  peer.stream.destroy();
  await host.closed;
  t.is(events.closed, 2);
});
