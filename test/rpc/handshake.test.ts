import test from 'ava';
import { createHmac } from 'node:crypto';
import { statSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { join } from 'node:path';
import type { RuntimeError } from '#src/core/errors.js';
import { proveAsClient, proveAsEngine } from '#src/rpc/transport/handshake.js';
import { connectSocket, listenSocket, openSocket } from '#src/rpc/transport/socket.js';
import { folder } from './pipeServer.js';
import { deferred, duplexPair, Lines } from './support.js';

const KEY = '1f'.repeat(32);
const OTHER = '2e'.repeat(32);
const ENDPOINT = '/run/x.sock';

const outcome = (work: Promise<void>): Promise<string> =>
  work.then(
    () => 'proven',
    (error: unknown) => (error as RuntimeError).code,
  );

async function lineOf(stream: Duplex): Promise<Record<string, string>> {
  let text = '';
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return JSON.parse(text) as Record<string, string>;
}

const onPosix = process.platform === 'win32' ? test.skip : test;

test('both sides prove the key, and what follows the proof at once is not lost', async (t) => {
  const [client, engine] = duplexPair();
  const proven = Promise.all([
    proveAsClient(client, { key: KEY, endpoint: ENDPOINT }).then(() => client.write('first request')),
    proveAsEngine(engine, { key: KEY, endpoint: ENDPOINT }),
  ]);
  await proven;
  const got = deferred<string>();
  engine.on('data', (chunk: Buffer) => {
    got.resolve(chunk.toString());
  });
  engine.resume();
  t.is(await got.promise, 'first request');
});

test('a client of another key refuses the engine, and the engine never serves it', async (t) => {
  const [client, engine] = duplexPair();
  t.deepEqual(
    await Promise.all([
      outcome(proveAsClient(client, { key: OTHER, endpoint: ENDPOINT })),
      outcome(proveAsEngine(engine, { key: KEY, endpoint: ENDPOINT })),
    ]),
    ['permissionDenied', 'unavailable'],
  );
  t.true(client.writableEnded);
});

test('a client that goes on without knowing the key is refused by the engine and told so', async (t) => {
  const [client, engine] = duplexPair();
  const served = outcome(proveAsEngine(engine, { key: KEY, endpoint: ENDPOINT }));
  client.write(`${JSON.stringify({ hostcompute: 1, nonce: '00'.repeat(32) })}\n`);
  const challenge = await lineOf(client);
  // The engine's own proof sent back is no proof of the client's.
  client.write(`${JSON.stringify({ proof: challenge['proof'] })}\n`);
  t.is(await served, 'permissionDenied');
  t.deepEqual(await lineOf(client), { error: 'wrong key' });
});

test('an engine that does not know the key is refused by the client', async (t) => {
  const [client, engine] = duplexPair();
  const connected = outcome(proveAsClient(client, { key: KEY, endpoint: ENDPOINT }));
  const hello = await lineOf(engine);
  const nonce = '11'.repeat(32);
  const forged = createHmac('sha256', Buffer.from(OTHER, 'hex'))
    .update(['hostcompute', 1, 'engine', ENDPOINT, hello['nonce'], nonce].join('\n'))
    .digest('hex');
  engine.write(`${JSON.stringify({ nonce, proof: forged })}\n`);
  t.is(await connected, 'permissionDenied');
});

test('a proof relayed from a socket of another name is refused', async (t) => {
  const [client, engine] = duplexPair();
  t.deepEqual(
    await Promise.all([
      outcome(proveAsClient(client, { key: KEY, endpoint: '/run/squatted.sock' })),
      outcome(proveAsEngine(engine, { key: KEY, endpoint: ENDPOINT })),
    ]),
    ['permissionDenied', 'unavailable'],
  );
});

for (const [name, bytes] of Object.entries({
  'JSON-RPC at once': 'Content-Length: 2\r\n\r\n{}\n',
  'an endless line': 'x'.repeat(10_000),
  'no object': '[]\n',
  'a nonce that is too short': '{"hostcompute":1,"nonce":"00"}\n',
  'another version': `{"hostcompute":2,"nonce":"${'00'.repeat(32)}"}\n`,
  'a prototype for a nonce': '{"hostcompute":1,"__proto__":{"nonce":"00"}}\n',
})) {
  test(`a client that sends ${name} is refused`, async (t) => {
    const [client, engine] = duplexPair();
    client.write(bytes);
    t.is(await outcome(proveAsEngine(engine, { key: KEY, endpoint: ENDPOINT })), 'permissionDenied');
  });
}

test('silence is unavailable after the bound, an end at once, an abort is cancelled', async (t) => {
  const options = { key: KEY, endpoint: ENDPOINT };
  t.is(await outcome(proveAsEngine(duplexPair()[0], { ...options, timeoutMs: 1 })), 'unavailable');
  const [client, engine] = duplexPair();
  engine.end();
  t.is(await outcome(proveAsClient(client, options)), 'unavailable');
  t.is(await outcome(proveAsClient(duplexPair()[0], { ...options, signal: AbortSignal.abort() })), 'cancelled');
});

test('a socket served with the key is reached with the key only', async (t) => {
  const endpoint =
    process.platform === 'win32' ? `\\\\.\\pipe\\hcs-handshake-${process.pid}` : join(folder(t), 'e.sock');
  const log = new Lines();
  const served: Socket[] = [];
  const server = await listenSocket({
    endpoint,
    key: KEY,
    tracer: log,
    onConnection: (socket) => {
      served.push(socket);
      socket.end('welcome');
    },
  });
  t.teardown(() => {
    server.close();
  });
  if (process.platform !== 'win32') t.is(statSync(endpoint).mode & 0o777, 0o600);
  const socket = await connectSocket({ endpoint, key: KEY });
  const welcome = deferred<string>();
  socket.on('data', (chunk: Buffer) => {
    welcome.resolve(chunk.toString());
  });
  socket.resume();
  t.is(await welcome.promise, 'welcome');
  socket.end();
  await t.throwsAsync(connectSocket({ endpoint, key: OTHER }), { code: 'permissionDenied' });
  t.is(served.length, 1);
});

onPosix('nobody listening is unavailable, a path over 100 bytes is refused and never cut', async (t) => {
  const dir = folder(t);
  await t.throwsAsync(connectSocket({ endpoint: join(dir, 'none.sock'), key: KEY }), { code: 'unavailable' });
  await t.throwsAsync(openSocket(`/tmp/${'x'.repeat(120)}`, 100), { code: 'failedPrecondition' });
  await t.throwsAsync(openSocket(join(dir, 'none.sock'), 100, AbortSignal.abort()), { code: 'cancelled' });
});

onPosix('an endpoint that is taken is unavailable', async (t) => {
  const endpoint = join(folder(t), 'e.sock');
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(endpoint, resolve));
  t.teardown(() => squatter.close());
  await t.throwsAsync(listenSocket({ endpoint, key: KEY, onConnection: () => undefined }), { code: 'unavailable' });
});
