import test from 'ava';
import type { HcsNotification } from '#src/core/ports.js';
import { Inbox, toNotification } from '#src/bridge/notifications.js';
import type { WireEvent } from '#src/bridge/wire.js';

let sequence = 0;
const systemEvent = (token: number, type: number, status = 0): WireEvent => ({
  sequence: ++sequence,
  kind: 'system',
  token,
  type,
  status,
  data: null,
});

function inbox(): { box: Inbox; told: HcsNotification[]; log: string[] } {
  const told: HcsNotification[] = [];
  const log: string[] = [];
  const box = new Inbox({ log: (_level, message) => log.push(message) });
  box.listen((batch) => told.push(...batch));
  return { box, told, log };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('an event that comes before its token is told after whoever awaited the token', async (t) => {
  const { box, told } = inbox();
  box.receive([systemEvent(1, 2)]);
  t.deepEqual(told, []);
  box.adopt(1);
  await Promise.resolve();
  t.deepEqual(told, [], 'not before the awaiting code has run');
  box.receive([systemEvent(1, 3)]);
  t.deepEqual(told, [], 'nor does a later event overtake it');
  await nextTurn();
  t.deepEqual(
    told.map((n) => n.kind === 'system' && n.type),
    ['SystemCreateCompleted', 'SystemStartCompleted'],
  );
});

test('tokens may be adopted in any order', async (t) => {
  const { box, told } = inbox();
  box.adopt(8);
  box.receive([systemEvent(8, 1), systemEvent(7, 1)]);
  t.is(told.length, 1);
  box.adopt(7);
  await nextTurn();
  t.is(told.length, 2);
});

test('nothing is told for a dropped token, held events neither', async (t) => {
  const { box, told } = inbox();
  box.adopt(1);
  box.receive([systemEvent(2, 2)]);
  box.adopt(2);
  box.drop(1);
  box.drop(2);
  box.receive([systemEvent(1, 1), systemEvent(2, 1)]);
  await nextTurn();
  t.deepEqual(told, []);
});

test('an unknown number and a gap are logged, and the rest goes on', (t) => {
  const { box, told, log } = inbox();
  box.adopt(1);
  box.receive([systemEvent(1, 0x77), systemEvent(1, 0x01000000, 0x8037011e)]);
  sequence += 5;
  box.receive([systemEvent(1, 1)]);
  t.deepEqual(log, ['unknown notification', 'the bridge lost events']);
  t.is(told.length, 2);
});

test('a listener that throws is logged and called again', (t) => {
  const log: string[] = [];
  let calls = 0;
  const box = new Inbox({ log: (_level, message) => log.push(message) });
  box.listen(() => {
    calls++;
    throw new Error('listener');
  });
  box.adopt(1);
  box.receive([systemEvent(1, 1)]);
  box.receive([systemEvent(1, 1)]);
  t.is(calls, 2);
  t.is(log.length, 2);
});

test('each wire event has its notification', (t) => {
  const stamp = { sequence: 1, token: 4 };
  const status = 0x8007006d;
  const exit = { ...stamp, kind: 'process', type: 0x10000, status, data: null } as const;
  t.like(toNotification(exit), { kind: 'process', process: 4, type: 'ProcessExited', status });
  t.like(toNotification({ ...exit, type: 0x01000000 }), { type: 'ServiceDisconnect' });
  t.is(toNotification({ ...exit, type: 1 }), null, 'a system number on a process');
  t.deepEqual(toNotification({ ...stamp, kind: 'streamEnd', stream: 'stderr', bytes: 2 ** 40 }) as unknown, {
    kind: 'streamEnd',
    process: 4,
    stream: 'stderr',
    bytes: 2 ** 40,
  });
  t.like(toNotification({ ...stamp, kind: 'stdinEnd' }), { kind: 'stdinEnd', process: 4 });
  t.like(toNotification({ ...stamp, kind: 'logGrew' }), { kind: 'logGrew', process: 4 });
  t.like(toNotification({ ...stamp, kind: 'logFailed', message: 'full' }), { kind: 'logFailed', message: 'full' });
});
