/** Rows about events: from the store, over JSON-RPC, live, and to three subscribers of whom one does not read. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RuntimeEvent } from '#src/core/model/event.js';
import { connect, type Client } from '#src/rpc/client/index.js';
import { envelope } from '#src/rpc/transport/frames.js';
import { openStore } from '#src/store/openStore.js';
import type { Installation } from './installation.js';
import { must, within, type Row } from './measure.js';
import { enginePeer } from './peer.js';

const TURN = 500;
const PAGE = 512;
const tracer = { log: () => undefined };

/** Events as of a container that was deleted: nothing else of it is kept. */
async function fill(folder: string, count: number): Promise<void> {
  const store = await openStore({ folder, tracer });
  for (let at = 0; at < count; at += TURN) {
    const events = Array.from({ length: TURN }, (_, i): RuntimeEvent => ({
      schema: 'hostcompute.event/v1',
      cursor: store.nextCursor(),
      containerId: 'web',
      processId: 'init',
      pid: 7,
      sequence: at + i + 1,
      epoch: '0123456789abcdef',
      time: new Date().toISOString(),
      type: 'start',
    }));
    await store.commit({ containerKey: 'web', record: null, events, durable: false });
  }
  await store.close();
}

/** Events are expected whole and in order. */
class Order {
  seen = 0;
  take(events: readonly { readonly cursor?: number }[]): void {
    for (const { cursor } of events)
      must(cursor === ++this.seen, `event ${String(cursor)} came as number ${this.seen}`);
  }
}

async function rate(count: number, read: (order: Order) => Promise<void>): Promise<number> {
  const order = new Order();
  const began = performance.now();
  await read(order);
  const seconds = (performance.now() - began) / 1000;
  must(order.seen === count, `${order.seen} events of ${count}`);
  return count / seconds;
}

async function storeRow(folder: string, count: number, rounds: number): Promise<Row> {
  const rates: number[] = [];
  const store = await openStore({ folder, tracer });
  for (let i = 0; i < rounds; i++) {
    rates.push(
      await rate(count, (order) => {
        while (order.seen < count) order.take(store.eventsAfter(order.seen, PAGE).events);
        return Promise.resolve();
      }),
    );
  }
  await store.close();
  return within('event replay, store to decoded', 'events/s', rates, { least: 200_000 });
}

async function follow(home: string, count: number, order: Order): Promise<void> {
  const client = await connect({ home, backend: 'simulator' });
  try {
    for await (const event of client.events({ after: 0 })) {
      order.take([event]);
      if (order.seen === count) break;
    }
  } finally {
    await client.close();
  }
}

export async function eventRows(installation: Installation, rounds: number, short: boolean): Promise<readonly Row[]> {
  const { home } = installation;
  const count = short ? 5000 : 200_000;
  const times = short ? 1 : Math.min(rounds, 7);
  const folder = join(home, 'store');
  await fill(folder, count);
  const rows = [await storeRow(folder, count, times)];

  const warm = await connect({ home, backend: 'simulator' });
  await warm.list(false);
  const single: number[] = [];
  for (let i = 0; i < times; i++) single.push(await rate(count, (order) => follow(home, count, order)));
  rows.push(within('event replay over JSON-RPC, in batches, in order', 'events/s', single, { least: 100_000 }));

  const stalled = await enginePeer(home);
  await stalled.rpc.sendRequest('events/subscribe', { after: 0 });
  stalled.socket.pause();
  const three: number[] = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    const orders = [new Order(), new Order()];
    await Promise.all(orders.map((order) => follow(home, count, order)));
    for (const { seen } of orders) must(seen === count, `${seen} events of ${count}`);
    three.push((count * orders.length) / ((performance.now() - began) / 1000));
  }
  rows.push(
    within('the same to two subscribers, beside a third that does not read, in sum', 'events/s', three, {
      least: 100_000,
    }),
  );
  stalled.close();
  await warm.close();
  return [...rows, ...(await liveRows(installation, times, short))];
}

/** Events of turns while they are made, to two subscribers that read and one that does not; from the first turn to the last event read. */
async function liveRows({ home, node, env }: Installation, times: number, short: boolean): Promise<readonly Row[]> {
  const path = join(home, 'live.sock');
  const args = [fileURLToPath(new URL('liveHost.js', import.meta.url)), join(home, 'live'), path];
  const host = spawn(node, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: host.stdout })[Symbol.asyncIterator]();
  const said = async (what: string): Promise<void> => {
    const line: IteratorResult<string, unknown> = await lines.next();
    must(line.value === what, `the host said ${String(line.value)}`);
  };
  await said('ready');
  const opened = async (): Promise<Client> => {
    const socket = connectSocket(path);
    await once(socket, 'connect');
    return connect({ streams: { readable: socket, writable: socket } });
  };
  const [one, other, idle] = [await opened(), await opened(), connectSocket(path)];
  idle.write(stalledClient());
  const feeds = [one, other].map((client) => client.events({ after: 0 })[Symbol.asyncIterator]());
  const orders = feeds.map(() => new Order());
  let expected = 0;
  const measured = async (turns: number, events: number): Promise<number> => {
    expected += turns * events;
    const began = performance.now();
    host.stdin.write(`${turns} ${events}\n`);
    const read = feeds.map(async (feed, i) => {
      const order = orders[i];
      while (order !== undefined && order.seen < expected) {
        const { value } = await feed.next();
        order.take([value as RuntimeEvent]);
      }
    });
    await Promise.all([...read, said('written')]);
    return (turns * events) / ((performance.now() - began) / 1000);
  };
  const rows: Row[] = [];
  const [count, batch] = short ? [1000, 100] : [100_000, 100];
  await measured(count / 10, 1);
  for (const events of [1, batch]) {
    const rates: number[] = [];
    for (let i = 0; i < times; i++) rates.push(await measured(count / events, events));
    rows.push(
      within(
        `live, turns of ${events}, to two subscribers, beside a third that does not read`,
        'events/s',
        rates,
        events === 1 ? null : { least: 100_000 },
      ),
    );
  }
  await Promise.all([one.close(), other.close()]);
  idle.destroy();
  host.stdin.end();
  const [status] = (await once(host, 'exit')) as [number | null];
  must(status === 0, `the host ended with ${String(status)}`);
  return rows;
}

/** What a client says that subscribes and then never reads. */
function stalledClient(): string {
  const message = (body: object): string => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...body });
    return `${envelope('content-length', Buffer.byteLength(text)).head}${text}`;
  };
  const capabilities = { events: { batch: true } };
  return (
    message({ id: 1, method: 'initialize', params: { protocolVersions: [1], capabilities } }) +
    message({ id: 2, method: 'events/subscribe', params: { after: 0 } })
  );
}
