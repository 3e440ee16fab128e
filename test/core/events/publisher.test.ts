import test from 'ava';
import { Publisher, type Change } from '#src/core/events/publisher.js';
import { KeyedQueue } from '#src/core/events/keyedQueue.js';
import { isRuntimeError } from '#src/core/errors.js';
import type { ContainerRecord } from '#src/core/model/record.js';
import { FakeClock, MemoryStore, quiet } from '../runtime/world.js';

const record = (id: string): ContainerRecord => ({
  version: 1,
  id,
  epoch: `${id}-epoch`,
  sequence: 0,
  state: { kind: 'created' },
  isolation: 'process',
  lcow: false,
  owner: 'me',
  labels: [],
  annotations: [],
  bundle: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  process: { document: null, cwd: '', terminal: false },
  runtimeId: null,
  execs: [],
  lastError: null,
});

function setUp(): { store: MemoryStore; clock: FakeClock; publisher: Publisher; heard: number[] } {
  const store = new MemoryStore();
  const clock = new FakeClock();
  const publisher = new Publisher(store, clock, { log: () => undefined });
  const heard: number[] = [];
  publisher.onEvents((events) => void heard.push(...events.map((e) => e.cursor)));
  return { store, clock, publisher, heard };
}

const change = (id: string, fact: boolean, before = record(id)): Change => ({
  before,
  record: before,
  events: [{ processId: 'init', pid: 0, body: { type: 'create' } }],
  fact,
});

test('E4: nobody hears of a turn before it is written', async (t) => {
  const { store, publisher, heard } = setUp();
  let write: () => void = () => undefined;
  store.before = () => new Promise((resolve) => (write = resolve));
  const turn = publisher.commit('a', change('a', true));
  await quiet();
  t.deepEqual(heard, []);
  write();
  t.is((await turn)?.sequence, 1);
  t.deepEqual(heard, [1]);
});

test('E7: subscribers hear in cursor order, whichever turn was written first', async (t) => {
  const { store, publisher, heard } = setUp();
  let writeFirst: () => void = () => undefined;
  store.before = (turn) => (turn.containerKey === 'a' ? new Promise((resolve) => (writeFirst = resolve)) : undefined);
  const a = publisher.commit('a', change('a', true));
  const b = publisher.commit('b', change('b', true));
  await b;
  t.deepEqual(heard, []);
  writeFirst();
  await a;
  t.deepEqual(heard, [1, 2]);
});

test('a wish that cannot be written is refused, and the events of others go on', async (t) => {
  const { store, publisher, heard } = setUp();
  store.before = (turn) => {
    if (turn.containerKey === 'a') throw new Error('ENOSPC');
  };
  const error = await t.throwsAsync(publisher.commit('a', change('a', false)));
  t.true(isRuntimeError(error) && error.code === 'unavailable');
  await publisher.commit('b', change('b', true));
  t.deepEqual(heard, [2]);
});

test('a fact that cannot be written is tried until it can, with the same sequence and cursor', async (t) => {
  const { store, clock, publisher, heard } = setUp();
  let full = true;
  store.before = () => {
    if (full) throw new Error('ENOSPC');
  };
  const turn = publisher.commit('a', change('a', true));
  await clock.advance(60_000);
  t.deepEqual(heard, []);
  full = false;
  await clock.advance(10_000);
  t.is((await turn)?.sequence, 1);
  t.deepEqual(heard, [1]);
  t.is(store.events.length, 1);
});

test('only a turn with an exit asks for the disk', async (t) => {
  const { store, publisher } = setUp();
  await publisher.commit('a', change('a', true));
  await publisher.commit('a', {
    ...change('a', true),
    events: [{ processId: 'init', pid: 1, body: { type: 'exit', exitCode: 0, exitedAt: '2026-01-01T00:00:00.000Z' } }],
  });
  t.deepEqual(
    store.turns.map((turn) => turn.durable),
    [false, true],
  );
});

test('E2: turns of one key run in order, and keys never wait for each other', async (t) => {
  const queue = new KeyedQueue();
  const seen: string[] = [];
  let release: () => void = () => undefined;
  const first = queue.run('a', () => new Promise<void>((resolve) => (release = resolve)).then(() => seen.push('a1')));
  const second = queue.run('a', () => seen.push('a2'));
  await queue.run('b', () => seen.push('b1'));
  t.deepEqual(seen, ['b1']);
  release();
  await Promise.all([first, second]);
  t.deepEqual(seen, ['b1', 'a1', 'a2']);
  await queue.idle();
  t.is(queue.size, 0);
});

test('a turn that throws rejects its own promise only', async (t) => {
  const queue = new KeyedQueue();
  await t.throwsAsync(queue.run('a', () => Promise.reject(new Error('no'))));
  t.is(await queue.run('a', () => 1), 1);
});
