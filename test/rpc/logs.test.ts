/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call -- messages are looked at as they came */
import test from 'ava';
import { FakeLogs } from './fakeLogs.js';
import { ready } from './support.js';

const at = (second: number): number => Date.parse('2026-01-01T00:00:00Z') + second * 1000;

function sample(): FakeLogs {
  const logs = new FakeLogs();
  logs.write('web/init', 'stdout', 'one\n', at(1));
  logs.write('web/init', 'stderr', 'two\n', at(2));
  logs.write('web/init', 'stdout', 'three\n', at(3));
  return logs;
}

test('logs come in order of time with stream, offset and text', async (t) => {
  const { peer } = await ready(t, { logs: sample() });
  const { result } = await peer.request('container/logs', { id: 'web' });
  t.deepEqual(result.items, [
    { stream: 'stdout', time: '2026-01-01T00:00:01.000Z', offset: 0, text: 'one\n' },
    { stream: 'stderr', time: '2026-01-01T00:00:02.000Z', offset: 0, text: 'two\n' },
    { stream: 'stdout', time: '2026-01-01T00:00:03.000Z', offset: 4, text: 'three\n' },
  ]);
  t.false(result.truncated);
});

test('tail, since and base64', async (t) => {
  const { peer } = await ready(t, { logs: sample() });
  const texts = async (params: object): Promise<unknown[]> =>
    (await peer.request('container/logs', { id: 'web', ...params })).result.items.map(
      (i: { text?: string; base64?: string }) => i.text ?? i.base64,
    );
  t.deepEqual(await texts({ tail: 2 }), ['two\n', 'three\n']);
  t.deepEqual(await texts({ tail: 0 }), []);
  t.deepEqual(await texts({ since: '2026-01-01T00:00:03Z' }), ['three\n']);
  t.deepEqual(await texts({ tail: 1, encoding: 'base64' }), [Buffer.from('three\n').toString('base64')]);
  t.is((await peer.request('container/logs', { id: 'web', since: 'yesterday' })).error?.code, -32602);
});

test('a log longer than one answer is read on with `next`', async (t) => {
  const { peer } = await ready(t, { logs: sample() });
  let text = '';
  let after: string | undefined;
  let pages = 0;
  for (;;) {
    const { result } = await peer.request('container/logs', { id: 'web', maxBytes: 1, ...(after && { after }) });
    for (const item of result.items) text += String(item.text);
    pages++;
    if (!result.truncated) break;
    after = result.next;
  }
  t.is(text, 'one\ntwo\nthree\n');
  t.is(pages, 3);
  t.is((await peer.request('container/logs', { id: 'web', after: 'nonsense' })).error?.code, -32602);
});

test('a character cut by a chunk is put together; what is no text comes as base64', async (t) => {
  const logs = new FakeLogs();
  const euro = Buffer.from('a€b');
  logs.write('web/init', 'stdout', euro.subarray(0, 2));
  logs.write('web/init', 'stderr', Buffer.from([0x41, 0xff, 0xfe]));
  logs.write('web/init', 'stdout', euro.subarray(2));
  logs.write('web/init', 'stdout', Buffer.from([0xe2, 0x82]));
  const { peer } = await ready(t, { logs });
  const { items } = (await peer.request('container/logs', { id: 'web' })).result;
  t.deepEqual(
    items.map((i: Record<string, unknown>) => [i['stream'], i['offset'], i['text'] ?? i['base64']]),
    [
      ['stdout', 0, 'a'],
      ['stderr', 0, 'Qf/+'],
      ['stdout', 1, '€b'],
      ['stdout', 5, '4oI='],
    ],
  );
});

test('following sends what is kept and then what is written, by credit, until both streams have ended', async (t) => {
  const logs = sample();
  const { peer } = await ready(t, { logs });
  const { result } = await peer.request('container/logs', { id: 'web', tail: 1, follow: true, credit: 3 });
  t.deepEqual(result.items, []);
  await peer.request('host/info');
  t.is(peer.messages.filter((m) => m.method === 'logs/chunk').length, 0);
  peer.notify('stream/credit', { streamId: result.streamId, bytes: 1000 });
  const [first] = await peer.count('logs/chunk', 1);
  t.is(first!.params.items[0].text, 'three\n');
  logs.write('web/init', 'stderr', 'four\n', at(4));
  const [, second] = await peer.count('logs/chunk', 2);
  t.like(second!.params.items[0], { stream: 'stderr', offset: 4, text: 'four\n' });
  logs.end('web/init', 'stdout', 'stderr');
  const end = await peer.until((m) => m.method === 'stream/end');
  t.deepEqual(end.params, { streamId: result.streamId, bytes: 11 });
});

test('following a log is ended by stream/close', async (t) => {
  const logs = sample();
  const { peer } = await ready(t, { logs });
  const { streamId } = (await peer.request('container/logs', { id: 'web', follow: true, credit: 99 })).result;
  await peer.count('logs/chunk', 3);
  await peer.request('stream/close', { streamId });
  t.is(logs.watchers('web/init'), 0);
});

test('logs of what is unknown are notFound', async (t) => {
  const { peer } = await ready(t);
  t.is((await peer.request('container/logs', { id: 'web' })).error?.code, 1001);
  t.is((await peer.request('container/logs', { id: 'web', follow: true })).error?.code, 1001);
});

test('process/log tells where the log lies', async (t) => {
  const { peer } = await ready(t, { logs: sample() });
  t.deepEqual((await peer.request('process/log', { id: 'web' })).result, { folder: 'web/init', open: true });
});
