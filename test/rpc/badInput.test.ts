/** Input that a client can get wrong without its frames being wrong: the connection and its neighbours go on. */
import test from 'ava';
import { deferred, ready, turns } from './support.js';

test('a request with the id of one that is not answered yet is refused, and that one is answered', async (t) => {
  const first = deferred();
  const { peer } = await ready(t, {
    runtime: { list: () => first.promise.then(() => ({ items: [], warnings: [] })) },
  });
  for (let i = 0; i < 2; i++) peer.send({ id: 'same', method: 'container/list', params: {} });
  const refused = await peer.answer(null);
  t.is(refused.error?.code, -32600);
  t.regex(refused.error!.message, /request same is not answered yet/);
  first.resolve();
  t.truthy((await peer.answer('same')).result);
  // It is free again.
  peer.send({ id: 'same', method: 'container/list', params: {} });
  while (peer.messages.filter(({ id }) => id === 'same').length < 2) await turns();
});

test('JSON nested a hundred thousand deep is refused, and the connection goes on', async (t) => {
  const { peer } = await ready(t, { runtime: { list: () => Promise.resolve({ items: [], warnings: [] }) } });
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
    peer.text(`{"jsonrpc":"2.0","id":"deep${open}","method":"container/create","params":{"spec":${deep}}}`);
  }
  t.truthy((await peer.request('container/list')).result);
  for (const message of peer.messages.filter(({ id }) => String(id).startsWith('deep'))) t.truthy(message.error);
});

test('half a message and then silence holds up nobody, and the rest may still come', async (t) => {
  const runtime = { list: () => Promise.resolve({ items: [], warnings: [] }) };
  const [slow, other] = [await ready(t, { runtime }), await ready(t, { runtime })];
  const body = '{"jsonrpc":"2.0","id":"late","method":"container/list","params":{}}';
  slow.peer.raw(`Content-Length: ${body.length}\r\n\r\n${body.slice(0, 20)}`);
  for (let i = 0; i < 20; i++) t.truthy((await other.peer.request('container/list')).result);
  slow.peer.raw(body.slice(20));
  t.truthy((await slow.peer.answer('late')).result);
});
