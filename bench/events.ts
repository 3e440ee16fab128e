/** Rows about events: from the store, over JSON-RPC, and to three subscribers of whom one does not read. */
import { join } from 'node:path';
import type { RuntimeEvent } from '#src/core/model/event.js';
import { connect } from '#src/rpc/client/index.js';
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

export async function eventRows({ home }: Installation, rounds: number, short: boolean): Promise<readonly Row[]> {
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
  return rows;
}
