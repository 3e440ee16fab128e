/** What the store asks of a host, by a host that counts. */
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { Client, ContainerDetail, ContainerSummary, RuntimeEvent } from 'hostcompute/client';
import { follow } from '../../src/model/follow.js';
import { ContainerStore } from '../../src/model/store.js';

const summary = (id: string): ContainerSummary => ({
  id,
  status: 'created',
  isolation: 'hyperv',
  pid: 0,
  createdAt: '2026-01-01T00:00:00Z',
  startedAt: null,
  exitedAt: null,
  exitCode: null,
  owner: '',
  labels: [],
});

const created = (containerId: string): RuntimeEvent => ({
  schema: 'hostcompute.event/v1',
  cursor: 1,
  containerId,
  processId: 'init',
  pid: 0,
  sequence: 1,
  epoch: 'e',
  time: '2026-01-01T00:00:00Z',
  type: 'create',
});

class CountingHost {
  readonly there = new Map<string, ContainerSummary>();
  readonly asked: string[] = [];
  /** Questions wait for it. */
  gate = Promise.resolve();
  tell: (events: readonly RuntimeEvent[]) => void = () => undefined;

  create(...ids: readonly string[]): void {
    for (const id of ids) this.there.set(id, summary(id));
    this.tell(ids.map(created));
  }

  client(): Client {
    const host: Pick<Client, 'subscribe' | 'list' | 'state'> = {
      subscribe: (_, listener) => {
        this.tell = (events) => void listener(events);
        return Promise.resolve({ cursor: 0, close: () => undefined });
      },
      list: async () => {
        this.asked.push('list');
        await this.gate;
        return { items: [...this.there.values()], warnings: [] };
      },
      state: async (id) => {
        this.asked.push(id);
        await this.gate;
        const found = this.there.get(id);
        if (found === undefined) throw new Error('gone');
        return found as ContainerDetail;
      },
    };
    return host as Client;
  }
}

async function followed(size: number): Promise<{ host: CountingHost; store: ContainerStore; failures: unknown[] }> {
  const host = new CountingHost();
  host.create(...Array.from({ length: size }, (_, i) => `old-${i}`));
  const store = new ContainerStore();
  const failures: unknown[] = [];
  await follow(host.client(), store, (error) => failures.push(error)).ready;
  host.asked.length = 0;
  return { host, store, failures };
}

async function until(fact: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!fact()) {
    if (Date.now() > end) throw new Error('not within 20 s');
    await sleep(5);
  }
}

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `new-${i}`);
const known = (store: ContainerStore, ids: readonly string[]): boolean =>
  ids.every((id) => store.get(id)?.isolation === 'hyperv');

test('some that are new in a long list are asked for one by one; many, and several in a short one, by one list', async (t) => {
  const long = await followed(500);
  long.host.create(...names(20));
  await until(() => known(long.store, names(20)));
  t.deepEqual(long.host.asked.sort(), names(20).sort());
  long.host.asked.length = 0;
  long.host.create(...names(100));
  await until(() => known(long.store, names(100)));
  t.deepEqual(long.host.asked, ['list']);
  const short = await followed(3);
  short.host.create(...names(4));
  await until(() => known(short.store, names(4)));
  t.deepEqual(short.host.asked, ['list']);
});

test('what is new while the host has yet to answer is asked for together, after that', async (t) => {
  const { host, store } = await followed(500);
  let open: () => void = () => undefined;
  host.gate = new Promise((resolve) => (open = resolve));
  host.create('first');
  await until(() => host.asked.length > 0);
  for (const id of names(100)) {
    host.create(id);
    await sleep(1);
  }
  t.deepEqual(host.asked, ['first']);
  open();
  await until(() => known(store, ['first', ...names(100)]));
  t.deepEqual(host.asked, ['first', 'list']);
});

test('a view that fails is told of, and the store goes on following', async (t) => {
  const { host, store, failures } = await followed(0);
  const off = store.changed.on(() => {
    throw new Error('a view');
  });
  t.notThrows(() => {
    host.create('one');
  });
  t.deepEqual(
    failures.map((error) => (error as Error).message),
    ['a view'],
  );
  off();
  host.create('two');
  t.deepEqual(
    store
      .all()
      .map(({ id }) => id)
      .sort(),
    ['one', 'two'],
  );
});

test('what happens to a container that is known is told by its events alone: the host is asked nothing', async (t) => {
  const { host, store } = await followed(3);
  const event = created('old-1');
  const events: readonly RuntimeEvent[] = [
    { ...event, type: 'start', pid: 7 },
    { ...event, type: 'paused' },
    { ...event, type: 'resumed' },
    { ...event, type: 'exec-started', processId: 'helper' },
    { ...event, type: 'exit', processId: 'helper', exitCode: 0, exitedAt: event.time },
    { ...event, type: 'stopping', cause: 'kill', exitCode: null },
    { ...event, type: 'exit', exitCode: 1067, exitedAt: event.time },
  ];
  const seen = events.map((one) => {
    host.tell([one]);
    return store.get('old-1')?.status;
  });
  t.deepEqual(seen, ['running', 'paused', 'running', 'running', 'running', 'stopping', 'stopped']);
  // One that is new is asked for, after all that was wanted before it.
  host.create('new-0');
  await until(() => known(store, ['new-0']));
  t.deepEqual(host.asked, ['new-0']);
  host.tell([{ ...event, type: 'delete' }]);
  t.is(store.get('old-1'), undefined);
});
