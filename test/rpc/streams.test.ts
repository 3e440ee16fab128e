/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-return -- messages are looked at as they came */
import test from 'ava';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Runtime } from '#src/core/runtime.js';
import { FakeLogs } from './fakeLogs.js';
import { pipeServer, readAll } from './pipeServer.js';
import { deferred, ready, turns, type Message, type RawPeer } from './support.js';

const dataOf = (peer: RawPeer, streamId: string): Buffer =>
  Buffer.concat(
    peer.messages
      .filter((m) => m.method === 'stream/data' && m.params.streamId === streamId)
      .map((m) => Buffer.from(m.params.data as string, 'base64')),
  );
const endOf = (peer: RawPeer, streamId: string): Promise<Message> =>
  peer.until((m) => m.method === 'stream/end' && m.params.streamId === streamId);

test('a stream gives the very bytes of its log, no more than the credit, and ends after the last', async (t) => {
  const logs = new FakeLogs();
  const bytes = randomBytes(300_000);
  logs.write('web/init', 'stdout', bytes.subarray(0, 100_001));
  logs.write('web/init', 'stderr', 'not this');
  logs.write('web/init', 'stdout', bytes.subarray(100_001));
  const { peer } = await ready(t, { logs });
  const { streamId } = (await peer.request('stream/open', { id: 'web', stream: 'stdout' })).result;
  await peer.request('host/info');
  t.is(dataOf(peer, streamId).length, 0);
  peer.notify('stream/credit', { streamId, bytes: 1000 });
  await peer.until(() => dataOf(peer, streamId).length === 1000);
  t.deepEqual((await peer.request('stream/credit', { streamId, bytes: 500_000 })).result, {});
  await peer.until(() => dataOf(peer, streamId).length === 300_000);
  logs.end('web/init', 'stdout');
  t.is((await endOf(peer, streamId)).params.bytes, 300_000);
  t.true(dataOf(peer, streamId).equals(bytes));
  t.is((await peer.request('stream/credit', { streamId, bytes: 1 })).error?.code, 1001);
});

test('a stream follows what is written and ends when the process is over', async (t) => {
  const logs = new FakeLogs();
  logs.write('web/job', 'stderr', 'one ');
  const { peer } = await ready(t, { logs });
  const { result } = await peer.request('stream/open', { id: 'web', execId: 'job', stream: 'stderr', credit: 1000 });
  await peer.until(() => dataOf(peer, result.streamId).toString() === 'one ');
  logs.write('web/job', 'stderr', 'two');
  await peer.until(() => dataOf(peer, result.streamId).toString() === 'one two');
  logs.close('web/job');
  t.is((await endOf(peer, result.streamId)).params.bytes, 7);
  t.is(logs.watchers('web/job'), 0);
});

test('a stream without bytes ends without credit', async (t) => {
  const logs = new FakeLogs();
  logs.end('web/init', 'stdout', 'stderr');
  const { peer } = await ready(t, { logs });
  const { streamId } = (await peer.request('stream/open', { id: 'web', stream: 'stdout' })).result;
  t.deepEqual((await endOf(peer, streamId)).params, { streamId, bytes: 0 });
});

test('`from` begins at a byte, `end` at what comes', async (t) => {
  const logs = new FakeLogs();
  logs.write('web/init', 'stdout', '0123456789');
  const { peer } = await ready(t, { logs });
  const at = (await peer.request('stream/open', { id: 'web', stream: 'stdout', from: 4, credit: 99 })).result.streamId;
  const tail = (await peer.request('stream/open', { id: 'web', stream: 'stdout', from: 'end', credit: 99 })).result
    .streamId;
  await peer.until(() => dataOf(peer, at).toString() === '456789');
  const first = peer.messages.find((m) => m.method === 'stream/data' && m.params.streamId === at);
  t.is(first!.params.offset, 4);
  await turns();
  logs.write('web/init', 'stdout', 'abc');
  await peer.until(() => dataOf(peer, tail).toString() === 'abc');
  logs.end('web/init', 'stdout');
  t.is((await endOf(peer, at)).params.bytes, 13);
  t.is((await endOf(peer, tail)).params.bytes, 13);
});

test('what is written once a stream from the end has been opened comes, however slow the disk is', async (t) => {
  const logs = new FakeLogs();
  logs.write('web/init', 'stdout', '0123456789');
  const tail = logs.tail.bind(logs);
  logs.tail = async (...asked) => {
    await turns();
    return tail(...asked);
  };
  const { peer } = await ready(t, { logs });
  const { streamId } = (await peer.request('stream/open', { id: 'web', stream: 'stdout', from: 'end', credit: 99 }))
    .result;
  logs.write('web/init', 'stdout', 'abc');
  logs.end('web/init', 'stdout');
  t.is((await endOf(peer, streamId)).params.bytes, 13);
  t.is(dataOf(peer, streamId).toString(), 'abc');
});

test('bytes that rotation took are told as a gap, and count', async (t) => {
  const logs = new FakeLogs();
  for (const text of ['aaaa', 'bbbb', 'cccc']) logs.write('web/init', 'stdout', text);
  logs.rotate('web/init', 1);
  logs.end('web/init', 'stdout');
  const { peer } = await ready(t, { logs });
  const { streamId } = (await peer.request('stream/open', { id: 'web', stream: 'stdout', credit: 99 })).result;
  t.is((await endOf(peer, streamId)).params.bytes, 12);
  t.deepEqual(
    peer.messages.filter((m) => m.params?.streamId === streamId).map((m) => [m.method, m.params.droppedBytes]),
    [
      ['stream/gap', 4],
      ['stream/data', undefined],
      ['stream/data', undefined],
      ['stream/end', undefined],
    ],
  );
  t.is(dataOf(peer, streamId).toString(), 'bbbbcccc');
});

test('no data follows the answer of close', async (t) => {
  const logs = new FakeLogs();
  logs.write('web/init', 'stdout', 'x');
  const { peer } = await ready(t, { logs });
  const { streamId } = (await peer.request('stream/open', { id: 'web', stream: 'stdout', credit: 99 })).result;
  await peer.count('stream/data', 1);
  await peer.request('stream/close', { streamId });
  logs.write('web/init', 'stdout', 'y');
  await peer.request('host/info');
  t.is(dataOf(peer, streamId).toString(), 'x');
  t.is(logs.watchers('web/init'), 0);
});

test('a stream of an unknown process is refused at once', async (t) => {
  const { peer } = await ready(t);
  t.is((await peer.request('stream/open', { id: 'web', stream: 'stdout' })).error?.code, 1001);
});

test('stdin that was not asked for is refused, and so is a foreground stream', async (t) => {
  const { peer } = await ready(t, { runtime: { start: () => Promise.resolve({ pid: 7, stdio: {} }) } });
  await peer.request('container/start', { id: 'web' });
  for (const params of [
    { id: 'web', stream: 'stdin' },
    { id: 'web', stream: 'stdout', foreground: true },
  ]) {
    const { error } = await peer.request('stream/open', params);
    t.is(error?.code, 1003);
    t.regex(String(error?.data?.['hint']), /container\/start/);
  }
});

const started = (stdio: Awaited<ReturnType<Runtime['start']>>['stdio']): Pick<Runtime, 'start'> => ({
  start: () => Promise.resolve({ pid: 7, stdio }),
});

test('stdin goes through the private pipe with its token, and its end is the end of input', async (t) => {
  const { pipe, connected } = await pipeServer(t);
  const { peer } = await ready(t, { runtime: started({ stdin: pipe }) });
  const answer = await peer.request('container/start', { id: 'Web', stdin: true });
  t.deepEqual(answer.result, { pid: 7, stdio: { stdin: pipe } });
  const { result } = await peer.request('stream/open', { id: 'web', stream: 'stdin' });
  t.true(result.credit > 0);
  const bytes = randomBytes(200_000);
  const { streamId } = result;
  const read = connected.then(readAll);
  const data = (part: Buffer): object => ({ streamId, data: part.toString('base64') });
  peer.notify('stream/data', data(bytes.subarray(0, 70_000)));
  t.deepEqual((await peer.request('stream/data', data(bytes.subarray(70_000)))).result, {});
  await peer.request('stream/close', { streamId });
  t.true((await read).equals(bytes));
  t.is((await peer.request('stream/open', { id: 'web', stream: 'stdin' })).error?.code, 1003);
});

test('stdin gives credit back as the program reads, and cuts off who sends far beyond it', async (t) => {
  const { pipe, connected } = await pipeServer(t);
  const { peer } = await ready(t, { runtime: started({ stdin: pipe }) });
  await peer.request('container/start', { id: 'web', stdin: true });
  const { streamId, credit } = (await peer.request('stream/open', { id: 'web', stream: 'stdin' })).result;
  const socket = await connected;
  const part = { streamId, data: Buffer.alloc(256 * 1024).toString('base64') };
  for (let sent = 0; sent < credit; sent += 256 * 1024) peer.notify('stream/data', part);
  socket.resume();
  await peer.until((m) => m.method === 'stream/credit');
  socket.pause();
  for (let i = 0; i < 30; i++) peer.notify('stream/data', part);
  const { params } = await endOf(peer, streamId);
  t.regex(params.error, /beyond the credit/);
});

test('data for stdin that is not base64 is refused', async (t) => {
  const { pipe } = await pipeServer(t);
  const { peer } = await ready(t, { runtime: started({ stdin: pipe }) });
  await peer.request('container/start', { id: 'web', stdin: true });
  const { streamId } = (await peer.request('stream/open', { id: 'web', stream: 'stdin' })).result;
  t.is((await peer.request('stream/data', { streamId, data: '!' })).error?.code, -32602);
});

test('a program that closes its stdin ends the stream with the reason', async (t) => {
  const { pipe, connected } = await pipeServer(t);
  const { peer } = await ready(t, { runtime: started({ stdin: pipe }) });
  await peer.request('container/start', { id: 'web', stdin: true });
  const { streamId } = (await peer.request('stream/open', { id: 'web', stream: 'stdin' })).result;
  (await connected).destroy();
  t.regex((await endOf(peer, streamId)).params.error, /no longer reads/);
});

test('a foreground stream comes from the pipe by credit and holds up the program', async (t) => {
  const logs = new FakeLogs();
  const { pipe, connected } = await pipeServer(t);
  const { peer } = await ready(t, { logs, runtime: started({ stdout: pipe }) });
  await peer.request('container/start', { id: 'web', foreground: ['stdout'] });
  const { streamId } = (await peer.request('stream/open', { id: 'web', stream: 'stdout', foreground: true })).result;
  const socket = await connected;
  const bytes = randomBytes(8 * 1024 * 1024);
  const written = new Promise((resolve) =>
    socket.end(bytes, () => {
      resolve('all');
    }),
  );
  peer.notify('stream/credit', { streamId, bytes: 10_000 });
  await peer.until(() => dataOf(peer, streamId).length === 10_000);
  await turns(20);
  t.true(socket.writableLength > 4 * 1024 * 1024, 'the program cannot have written all of it');
  peer.notify('stream/credit', { streamId, bytes: bytes.length });
  t.is(await written, 'all');
  await peer.until(() => dataOf(peer, streamId).length === bytes.length);
  logs.write('web/init', 'stdout', bytes);
  logs.end('web/init', 'stdout');
  t.is((await endOf(peer, streamId)).params.bytes, bytes.length);
  t.true(dataOf(peer, streamId).equals(bytes));
});

test('a foreground pipe that breaks off goes on from the log at the same byte', async (t) => {
  const logs = new FakeLogs();
  logs.write('web/init', 'stdout', 'hello world');
  logs.end('web/init', 'stdout');
  const { pipe, connected } = await pipeServer(t);
  const { peer } = await ready(t, { logs, runtime: started({ stdout: pipe }) });
  await peer.request('container/start', { id: 'web', foreground: ['stdout'] });
  const { result } = await peer.request('stream/open', { id: 'web', stream: 'stdout', foreground: true, credit: 99 });
  const socket = await connected;
  socket.write('hello');
  await peer.until(() => dataOf(peer, result.streamId).toString() === 'hello');
  socket.destroy();
  t.is((await endOf(peer, result.streamId)).params.bytes, 11);
  t.is(dataOf(peer, result.streamId).toString(), 'hello world');
});

test('the end of the connection closes pipes and watchers', async (t) => {
  const logs = new FakeLogs();
  logs.write('web/init', 'stdout', 'x');
  const input = await pipeServer(t);
  const output = await pipeServer(t);
  const { peer, host } = await ready(t, { logs, runtime: started({ stdin: input.pipe, stdout: output.pipe }) });
  await peer.request('container/start', { id: 'web', stdin: true, foreground: ['stdout'] });
  await peer.request('stream/open', { id: 'web', stream: 'stdin' });
  await peer.request('stream/open', { id: 'web', stream: 'stdout', foreground: true });
  await peer.request('stream/open', { id: 'web', stream: 'stdout', credit: 99 });
  await peer.count('stream/data', 1);
  const sockets = await Promise.all([input.connected, output.connected]);
  const closed = sockets.map((socket) => once(socket.resume(), 'end'));
  peer.stream.destroy();
  await host.closed;
  await Promise.all(closed);
  t.is(logs.watchers('web/init'), 0);
});

test('what is being opened when its client goes is not kept', async (t) => {
  const logs = new FakeLogs();
  logs.write('web/init', 'stdout', 'one\n');
  const asked = deferred();
  let watching = 0;
  let begun = 0;
  const runtime = {
    log: async () => {
      begun++;
      await asked.promise;
      const watch = (): (() => void) => {
        watching++;
        return () => {
          watching--;
        };
      };
      return { folder: 'web/init', open: true, watch };
    },
  };
  const { peer, host, stream } = await ready(t, { logs, runtime });
  peer.ask('container/logs', { id: 'web', follow: true, credit: 10 });
  peer.ask('stream/open', { id: 'web', stream: 'stdout', credit: 10 });
  while (begun < 2) await turns();
  stream.destroy();
  await host.closed;
  asked.resolve();
  await turns(20);
  t.is(watching, 0);
});
