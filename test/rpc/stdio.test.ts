/* eslint-disable @typescript-eslint/no-unsafe-member-access -- messages are looked at as they came */
import test, { type ExecutionContext } from 'ava';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { serveStdio } from '#src/rpc/host/stdio.js';
import type { Framing } from '#src/rpc/transport/frames.js';
import { detail } from './fakeRuntime.js';
import { deferred, duplexPair, RawPeer, serveRaw, type ServeParts } from './support.js';

interface Stdio {
  readonly peer: RawPeer;
  readonly status: Promise<number>;
  readonly complaints: string[];
  readonly engine: ReturnType<typeof serveRaw>;
}

/** A client on the stdio of a proxy to a host. */
function stdio(
  t: ExecutionContext,
  parts: ServeParts = {},
  framing: Framing = 'content-length',
  signal?: AbortSignal,
): Stdio {
  const engine = serveRaw(t, parts);
  const [client, own] = duplexPair();
  const complaints: string[] = [];
  const status = serveStdio({
    input: own,
    output: own,
    framing,
    connectEngine: () => Promise.resolve(engine.stream),
    complain: (line) => complaints.push(line),
    ...(signal === undefined ? {} : { signal }),
  });
  return { peer: new RawPeer(client, framing), status, complaints, engine };
}

test('requests pass to the engine and answers back', async (t) => {
  const { peer } = stdio(t, { runtime: { state: (id) => Promise.resolve(detail(id)) } });
  await peer.initialize();
  t.is((await peer.request('container/state', { id: 'web' })).result.id, 'web');
});

test('exit after shutdown is status 0 and the engine is left', async (t) => {
  const { peer, status, engine, complaints } = stdio(t);
  await peer.initialize();
  await peer.request('shutdown');
  peer.notify('exit');
  t.is(await status, 0);
  await engine.host.closed;
  t.deepEqual(complaints, []);
});

test('exit without shutdown is status 1', async (t) => {
  const { peer, status } = stdio(t);
  await peer.initialize();
  peer.notify('exit');
  t.is(await status, 1);
});

test('the end of input is status 0, after what was asked has been answered', async (t) => {
  const gate = deferred();
  const { peer, status } = stdio(t, { runtime: { state: (id) => gate.promise.then(() => detail(id)) } }, 'ndjson');
  await peer.initialize();
  const asked = peer.request('container/state', { id: 'web' });
  peer.stream.end();
  gate.resolve();
  t.is((await asked).result.id, 'web');
  t.is(await status, 0);
});

test('the end of the engine is status 1 with a line', async (t) => {
  const { peer, status, engine, complaints } = stdio(t);
  await peer.initialize();
  engine.host.close('gone');
  t.is(await status, 1);
  t.deepEqual(complaints, ['the engine has gone']);
});

test('a broken frame is answered, said, and status 1', async (t) => {
  const { peer, status, complaints } = stdio(t);
  await peer.initialize();
  peer.raw('Content-Length: 99999999999\r\n\r\n');
  t.is((await peer.until((m) => m.id === null)).error?.code, -32700);
  t.is(await status, 1);
  t.regex(complaints[0]!, /over the limit/);
});

test('the death of the client process is status 1 with a line', async (t) => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  const { peer, status, complaints } = stdio(t);
  await peer.request('initialize', { processId: child.pid, protocolVersions: [1] });
  child.kill('SIGKILL');
  t.is(await status, 1);
  t.regex(complaints[0]!, /is gone/);
});

test('an abort is status 130', async (t) => {
  const abort = new AbortController();
  const { peer, status } = stdio(t, {}, 'content-length', abort.signal);
  await peer.initialize();
  abort.abort();
  t.is(await status, 130);
});

test('an engine that cannot be reached rejects', async (t) => {
  await t.throwsAsync(
    serveStdio({
      input: new PassThrough(),
      output: new PassThrough(),
      framing: 'ndjson',
      connectEngine: () => Promise.reject(new Error('no engine')),
      complain: () => undefined,
    }),
    { message: 'no engine' },
  );
});

test('ndjson and Content-Length are turned into each other, also for a message over several lines', async (t) => {
  const { peer } = stdio(t, { framing: 'content-length' }, 'ndjson');
  await peer.initialize();
  t.is((await peer.request('host/info')).result.name, 'hostcompute');
});

test('what else writes to stdout goes to stderr, and the wire stays clean', async (t) => {
  const program = fileURLToPath(new URL('strayProgram.js', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'pipe'] });
  const text = { out: '', err: '' };
  child.stdout!.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number];
  t.is(status, 0);
  t.is(text.out, 'wire 1\nwire 2\nafter\n');
  t.is(text.err, 'stray\nstray console\n');
});
