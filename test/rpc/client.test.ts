import { PassThrough } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { isRuntimeError, RuntimeError, type ErrorCode } from '#src/core/errors.js';
import type { CallContext, Runtime } from '#src/core/runtime.js';
import { connect, openPrivatePipe, type Client, type FeedItem } from '#src/rpc/client/index.js';
import { FakeLogs } from './fakeLogs.js';
import { detail, event, FakeEvents, summary } from './fakeRuntime.js';
import { pipeServer, readAll } from './pipeServer.js';
import { deferred, duplexPair, RawPeer, serveRaw, turns, type ServeParts } from './support.js';

async function connected(t: ExecutionContext, parts: ServeParts = {}): Promise<Client> {
  const { stream } = serveRaw(t, parts);
  const client = await connect({ streams: { readable: stream, writable: stream } });
  t.teardown(() => client.close());
  return client;
}

const code = (work: Promise<unknown>): Promise<ErrorCode | 'none'> =>
  work.then(
    () => 'none' as const,
    (error: unknown) => {
      if (!isRuntimeError(error)) throw error;
      return error.code;
    },
  );

const forever = (): Promise<never> => new Promise(() => undefined);
const EXIT = { exitCode: 5, exitedAt: '2026-01-01T00:00:09.000Z' };

test('every verb of the Runtime reaches the runtime with its arguments and brings its answer back', async (t) => {
  const calls: unknown[][] = [];
  /** Notes the arguments without the context, answers what is given. */
  const verb =
    <T>(name: string, answer: T) =>
    (...args: unknown[]): Promise<T> => {
      const last = args.at(-1) as CallContext | undefined;
      calls.push([name, ...(last?.signal === undefined ? args : args.slice(0, -1))]);
      return Promise.resolve(answer);
    };
  const stats = {
    id: 'web',
    readAt: 'r',
    containerStartedAt: null,
    uptime100ns: 1,
    memory: { commitBytes: 1, commitPeakBytes: 2, privateWorkingSetBytes: 3 },
    processor: { total100ns: 1, user100ns: 2, kernel100ns: 3 },
    storage: { readCount: 1, readBytes: 2, writeCount: 3, writeBytes: 4 },
    network: [],
  };
  const processItem = {
    pid: 1,
    imageName: 'x',
    createdAt: null,
    userTime100ns: 1,
    kernelTime100ns: 1,
    memoryCommitBytes: 1,
    memoryWorkingSetPrivateBytes: 1,
    memoryWorkingSetSharedBytes: 1,
    processId: 'init',
  };
  const plan = { container: { document: '{}' }, warnings: ['w'] };
  const restored = [{ id: 'web', outcome: 'stopped' as const, exit: EXIT }];
  const swept = { items: [{ kind: 'log' as const, id: 'x', removed: true, why: 'orphan' }] };
  const client: Runtime = await connected(t, {
    runtime: {
      create: verb('create', { id: 'web', warnings: ['mind'] }),
      start: verb('start', { pid: 7, stdio: {} }),
      exec: verb('exec', { execId: 'e', pid: 8, stdio: {} }),
      kill: verb('kill', undefined),
      stop: verb('stop', EXIT),
      pause: verb('pause', undefined),
      resume: verb('resume', undefined),
      wait: verb('wait', { exitCode: null, exitUnknown: 'lost', exitedAt: 'x' }),
      deleteTask: verb('deleteTask', EXIT),
      delete: verb('delete', undefined),
      list: verb('list', { items: [summary('web')], warnings: ['x'] }),
      state: verb('state', detail('web')),
      processes: verb('processes', [processItem]),
      stats: verb('stats', stats),
      resize: verb('resize', undefined),
      closeStdin: verb('closeStdin', undefined),
      update: verb('update', undefined),
      checkpoint: () => Promise.reject(new RuntimeError('unsupported', 'no checkpoints')),
      restore: verb('restore', restored),
      sweep: verb('sweep', swept),
      plan: verb('plan', plan),
      eventsList: verb('eventsList', { events: [event(3)], expired: false }),
    },
  });
  const spec = { ociVersion: '1.0.2', process: { cwd: 'C:\\', args: ['cmd'] } } as never;
  const label = { name: 'a', value: 'b' };
  t.deepEqual(await client.create({ id: 'web', spec, labels: [label], owner: 'me' }), {
    id: 'web',
    warnings: ['mind'],
  });
  t.deepEqual(await client.start({ id: 'web', stdin: true, foreground: ['stdout'] }), { pid: 7, stdio: {} });
  const process = { cwd: 'C:\\', args: ['ver'] } as never;
  t.deepEqual(await client.exec({ id: 'web', process }), { execId: 'e', pid: 8, stdio: {} });
  await client.kill('web', undefined, 'TERM');
  await client.kill('web', 'e', undefined);
  t.deepEqual(await client.stop('web', 10), EXIT);
  await client.pause('web');
  await client.resume('web');
  t.deepEqual(await client.wait('web', 'e', 'init'), { exitCode: null, exitUnknown: 'lost', exitedAt: 'x' });
  t.deepEqual(await client.deleteTask('web'), EXIT);
  await client.delete('web', true);
  t.deepEqual(await client.list(true), { items: [summary('web')], warnings: ['x'] });
  t.deepEqual(await client.state('web'), detail('web'));
  t.deepEqual(await client.processes('web'), [processItem]);
  t.deepEqual(await client.stats('web'), stats);
  await client.resize('web', undefined, 80, 25);
  await client.closeStdin('web', 'e');
  await client.update('web', { network: {} });
  t.is(await code(client.checkpoint('web')), 'unsupported');
  t.deepEqual(await client.restore(undefined, 'terminate'), restored);
  t.deepEqual(await client.sweep(true), swept);
  t.deepEqual(await client.plan({ spec, host: { build: 20348, cpus: 4, directories: [] } }), plan);
  t.deepEqual(await client.eventsList(2, 5), { events: [event(3)], expired: false });
  t.deepEqual(
    calls.filter(([name]) => !['create', 'exec', 'plan'].includes(String(name))),
    [
      ['start', { id: 'web', stdin: true, foreground: ['stdout'] }],
      ['kill', 'web', undefined, 'TERM'],
      ['kill', 'web', 'e', undefined],
      ['stop', 'web', 10],
      ['pause', 'web'],
      ['resume', 'web'],
      ['wait', 'web', 'e', 'init'],
      ['deleteTask', 'web'],
      ['delete', 'web', true],
      ['list', true],
      ['state', 'web'],
      ['processes', 'web'],
      ['stats', 'web'],
      ['resize', 'web', undefined, 80, 25],
      ['closeStdin', 'web', 'e'],
      ['update', 'web', { network: {} }],
      ['restore', undefined, 'terminate'],
      ['sweep', true],
      ['eventsList', 2, 5],
    ],
  );
  const created = calls.find(([name]) => name === 'create')![1];
  t.like(created, { id: 'web', owner: 'me', labels: [label], spec: { process: { args: ['cmd'] } } });
});

test('errors come back as they were thrown', async (t) => {
  const failure = new RuntimeError('hcsFailure', 'start container web: invalid state', {
    containerId: 'web',
    hresult: '0xC0370105',
    symbol: 'ERROR_VMCOMPUTE_INVALID_STATE',
    phase: 'HcsStartComputeSystem',
  });
  const client = await connected(t, { runtime: { state: () => Promise.reject(failure) } });
  const error = await t.throwsAsync<RuntimeError>(client.state('web'));
  t.deepEqual(error.toDocument(), failure.toDocument());
});

test('an abort rejects at once with cancelled and reaches the runtime; one before the call sends nothing', async (t) => {
  const seen = deferred<AbortSignal>();
  const client = await connected(t, {
    runtime: {
      state: (_, context) => {
        seen.resolve(context!.signal!);
        return forever();
      },
    },
  });
  const abort = new AbortController();
  const asked = code(client.state('web', { signal: abort.signal }));
  const signal = await seen.promise;
  const told = new Promise((resolve) => {
    signal.addEventListener('abort', resolve);
  });
  abort.abort();
  t.is(await asked, 'cancelled');
  await told;
  t.is(await code(client.state('web', { signal: AbortSignal.abort() })), 'cancelled');
});

test('timeoutMs travels, and the error is the host’s', async (t) => {
  const client = await connected(t, { runtime: { state: forever } });
  t.is(await code(client.state('web', { timeoutMs: 1 })), 'timeout');
});

test('when the connection ends all that waits gets one error, and so does what comes later', async (t) => {
  const { stream, host } = serveRaw(t, {
    runtime: { state: forever, wait: forever, subscribe: new FakeEvents().subscribe },
  });
  const client = await connect({ streams: { readable: stream, writable: stream } });
  const following = client.events()[Symbol.asyncIterator]().next();
  const failures = Promise.all(
    [client.state('a'), client.wait('b', undefined, 'container'), following].map((p) =>
      p.then(
        () => null,
        (e: unknown) => e,
      ),
    ),
  );
  await turns(5);
  host.close('engine ends');
  const [first, ...others] = await failures;
  t.is((first as RuntimeError).code, 'unavailable');
  for (const other of others) t.is(other, first);
  t.is(await client.state('c').catch((e: unknown) => e), first);
  await client.closed;
  await client.close();
});

test('a request that can no longer be sent fails as one of an ended connection, though its end is not known yet', async (t) => {
  const { stream } = serveRaw(t);
  const oneWay = new PassThrough();
  oneWay.pipe(stream);
  const client = await connect({ streams: { readable: stream, writable: oneWay } });
  t.teardown(() => client.close());
  oneWay.unpipe(stream);
  oneWay.end();
  t.is(await code(client.state('web')), 'unavailable');
});

test('the host’s version and name are known after connect; pipelined they come with the first answer', async (t) => {
  const client = await connected(t);
  t.is(client.serverInfo.name, 'hostcompute');
  const { stream } = serveRaw(t, { runtime: { state: (id) => Promise.resolve(detail(id)) } });
  const pipelined = await connect({ streams: { readable: stream, writable: stream }, pipeline: true });
  t.throws(() => pipelined.serverInfo);
  t.is((await pipelined.state('web')).id, 'web');
  t.is(pipelined.serverInfo.pid, 4711);
  await pipelined.close();
});

test('a host that speaks no common version gives versionMismatch, also to what was pipelined', async (t) => {
  const [mine, theirs] = duplexPair();
  const peer = new RawPeer(theirs);
  const client = await connect({ streams: { readable: mine, writable: mine }, pipeline: true });
  const asked = code(client.state('web'));
  const hello = await peer.until((m) => m.method === 'initialize');
  const request = await peer.until((m) => m.method === 'container/state');
  peer.send({
    id: hello.id,
    error: { code: 1010, message: 'too old', data: { code: 'versionMismatch', message: 'too old' } },
  });
  peer.send({ id: request.id, error: { code: -32002, message: 'initialize first' } });
  t.is(await asked, 'versionMismatch');
  t.is(await code(client.ready), 'versionMismatch');
  await client.close();
});

test('an answer of another shape is an internal error that names the place', async (t) => {
  const [mine, theirs] = duplexPair();
  const peer = new RawPeer(theirs);
  const connecting = connect({ streams: { readable: mine, writable: mine } });
  const hello = await peer.until((m) => m.method === 'initialize');
  peer.send({ id: hello.id, result: { protocolVersion: 'one' } });
  const error = await t.throwsAsync<RuntimeError>(connecting);
  t.is(error.code, 'internal');
  t.true(error.details.issues!.some(({ path }) => path === 'protocolVersion'));
});

test('what is no JSON-RPC ends the connection as unavailable', async (t) => {
  const [mine, theirs] = duplexPair();
  theirs.resume();
  theirs.write('Welcome to some shell!\r\n\r\n');
  t.is(await code(connect({ streams: { readable: mine, writable: mine } })), 'unavailable');
});

test('a request over the limit is refused here, and the connection goes on', async (t) => {
  const client = await connected(t);
  t.is(await code(client.update('web', 'x'.repeat(17 * 1024 * 1024))), 'invalidRequest');
  t.is((await client.hostInfo()).pid, 4711);
});

test('integers beyond 2^53 travel as bigint', async (t) => {
  const seen: unknown[] = [];
  const client = await connected(t, {
    runtime: {
      update: (_, resources) => {
        seen.push(resources);
        return Promise.resolve();
      },
    },
  });
  await client.update('web', { limit: 2n ** 64n - 1n });
  t.deepEqual(seen, [{ limit: 2n ** 64n - 1n }]);
});

test('engine status and stop', async (t) => {
  const served = serveRaw(t);
  const client = await connect({ streams: { readable: served.stream, writable: served.stream } });
  t.true((await client.engineStatus()).running);
  await client.engineStop();
  t.deepEqual(served.stopped, [{ force: false, idle: false }]);
  await client.close();
  await served.host.closed;
});

test('events are followed with for await from a cursor on, and leaving the loop unsubscribes', async (t) => {
  const events = new FakeEvents();
  events.add(1000);
  const client = await connected(t, { runtime: { subscribe: events.subscribe } });
  const got: number[] = [];
  for await (const item of client.events({ after: 10 })) {
    got.push(item.cursor);
    if (item.cursor === 1000) events.add(1);
    if (item.cursor === 1001) break;
  }
  t.deepEqual(
    got,
    Array.from({ length: 991 }, (_, i) => i + 11),
  );
  await client.hostInfo();
  t.is(events.closed, 1);
});

test('an abort ends following with cancelled', async (t) => {
  const events = new FakeEvents();
  events.add(1);
  const client = await connected(t, { runtime: { subscribe: events.subscribe } });
  const abort = new AbortController();
  const follow = async (): Promise<void> => {
    for await (const item of client.events({ after: 0, signal: abort.signal })) abort.abort(item);
  };
  t.is(await code(follow()), 'cancelled');
});

test('a consumer that is far behind is taken off and put on again, and gets every event once', async (t) => {
  const events = new FakeEvents();
  events.add(70_000);
  const client = await connected(t, { runtime: { subscribe: events.subscribe } });
  const iterator: AsyncIterator<FeedItem> = client.events({ after: 0 })[Symbol.asyncIterator]();
  t.is(((await iterator.next()).value as FeedItem).cursor, 1);
  // The rest arrives while nobody takes it.
  while (events.closed === 0) await turns(10);
  for (let expected = 2; expected <= 70_000; expected++) {
    const item = (await iterator.next()).value as FeedItem;
    if (item.cursor !== expected) t.fail(`got ${item.cursor}, expected ${expected}`);
  }
  t.true(events.closed >= 1);
  await iterator.return?.();
});

test('subscribe hands over batches in order and waits for the listener', async (t) => {
  const events = new FakeEvents();
  events.add(3000);
  const client: Runtime = await connected(t, { runtime: { subscribe: events.subscribe } });
  const all = deferred();
  let busy = false;
  let last = 0;
  const subscription = await client.subscribe(
    0,
    async (batch) => {
      t.false(busy);
      busy = true;
      await turns(1);
      for (const { cursor } of batch) t.is(cursor, ++last);
      busy = false;
      if (last === 3000) all.resolve();
    },
    () => t.fail(),
  );
  t.is(subscription.cursor, 3000);
  await all.promise;
  subscription.close();
});

test('a resync is an item of the events, and calls `expired` of subscribe', async (t) => {
  const subscribe: Runtime['subscribe'] = (_after, _listener, expired) => {
    setImmediate(() => {
      expired([summary('web')], 90);
    });
    return Promise.resolve({ cursor: 90, close: () => undefined });
  };
  const client = await connected(t, { runtime: { subscribe } });
  for await (const item of client.events({ after: 1 })) {
    t.like(item, { type: 'resync', cursor: 90, snapshot: [{ id: 'web' }] });
    break;
  }
  const told = deferred<number>();
  await client.subscribe(
    1,
    () => undefined,
    (_, cursor) => {
      told.resolve(cursor);
    },
  );
  t.is(await told.promise, 90);
});

test('a stream is read with for await, more than a window of it, and its gaps are counted', async (t) => {
  const logs = new FakeLogs();
  const bytes = randomBytes(3 * 1024 * 1024);
  logs.write('web/init', 'stdout', 'dropped');
  for (let at = 0; at < bytes.length; at += 200_000) logs.write('web/init', 'stdout', bytes.subarray(at, at + 200_000));
  logs.rotate('web/init', 1);
  logs.end('web/init', 'stdout');
  const client = await connected(t, { logs });
  const stream = await client.openStream({ id: 'web', stream: 'stdout' });
  const got: Uint8Array[] = [];
  for await (const part of stream) got.push(part);
  t.true(Buffer.concat(got).equals(bytes));
  t.is(stream.droppedBytes, 7);
  t.is(stream.bytes, bytes.length + 7);
});

test('leaving a stream early closes it, an abort throws cancelled', async (t) => {
  const logs = new FakeLogs();
  logs.write('web/init', 'stdout', 'x');
  const client = await connected(t, { logs });
  for await (const part of await client.openStream({ id: 'web', stream: 'stdout' })) {
    t.is(Buffer.from(part).toString(), 'x');
    break;
  }
  await client.hostInfo();
  t.is(logs.watchers('web/init'), 0);
  const abort = new AbortController();
  const read = async (): Promise<void> => {
    const stream = await client.openStream({ id: 'web', stream: 'stdout', signal: abort.signal });
    for await (const part of stream) abort.abort(part);
  };
  t.is(await code(read()), 'cancelled');
});

test('stdin is written within its credit, whatever its size, and ended', async (t) => {
  const { pipe, connected: reader } = await pipeServer(t);
  const client = await connected(t, {
    runtime: { start: () => Promise.resolve({ pid: 7, stdio: { stdin: pipe } }) },
  });
  await client.start({ id: 'web', stdin: true });
  const stdin = await client.openStdin({ id: 'web' });
  const bytes = randomBytes(5 * 1024 * 1024);
  const read = reader.then(readAll);
  await stdin.write(bytes);
  await stdin.end();
  t.true((await read).equals(bytes));
  t.is(await code(stdin.write(bytes)), 'failedPrecondition');
});

test('a private pipe is opened with its token', async (t) => {
  const { pipe, connected: reader } = await pipeServer(t);
  const socket = await openPrivatePipe(pipe);
  const read = reader.then(readAll);
  socket.end('raw bytes');
  t.is((await read).toString(), 'raw bytes');
});

test('logs are read page by page and followed to their end', async (t) => {
  const logs = new FakeLogs();
  const part = randomBytes(700_000);
  for (let i = 0; i < 4; i++) logs.write('web/init', i % 2 === 0 ? 'stdout' : 'stderr', part);
  const client = await connected(t, { logs });
  const kept: [string, number][] = [];
  for await (const { stream, data } of client.logs({ id: 'web' })) kept.push([stream, data.length]);
  t.deepEqual(kept, [
    ['stdout', 700_000],
    ['stderr', 700_000],
    ['stdout', 700_000],
    ['stderr', 700_000],
  ]);
  let bytes = 0;
  for await (const { data } of client.logs({ id: 'web', tail: 1, follow: true })) {
    if (bytes === 0) {
      logs.write('web/init', 'stdout', 'late');
      logs.end('web/init', 'stdout', 'stderr');
    }
    bytes += data.length;
  }
  t.is(bytes, 700_004);
});

test('log tells folder and state, and calls back when it grows', async (t) => {
  const logs = new FakeLogs();
  logs.write('web/init', 'stdout', 'x');
  const client: Runtime = await connected(t, { logs });
  const log = await client.log('web', 'init');
  t.is(log.folder, 'web/init');
  t.true(log.open);
  const grew = deferred();
  const end = log.watch(() => {
    grew.resolve();
  });
  while (logs.watchers('web/init') === 0) await turns();
  await turns();
  logs.write('web/init', 'stdout', 'y');
  await grew.promise;
  end();
  while (logs.watchers('web/init') > 0) await turns();
  t.pass();
});

test('answers and events that came before the end of the connection are still handed over', async (t) => {
  const [mine, theirs] = duplexPair();
  const peer = new RawPeer(theirs);
  const client = await connect({ streams: { readable: mine, writable: mine }, pipeline: true });
  const answers = ['a', 'b', 'c'].map((id) => client.state(id));
  const asked = await peer.count('container/state', 3);
  const frame = (message: object): string => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    return `Content-Length: ${body.length}\r\n\r\n${body}`;
  };
  peer.raw(asked.map(({ id, params }) => frame({ id, result: detail((params as { id: string }).id) })).join(''));
  theirs.end();
  t.deepEqual(
    (await Promise.all(answers)).map(({ id }) => id),
    ['a', 'b', 'c'],
  );
  t.is(await code(client.state('d')), 'unavailable');
});

test('a command that speaks the protocol is a host, and ends with the client', async (t) => {
  const host = fileURLToPath(new URL('hostProgram.js', import.meta.url));
  const client = await connect({ command: process.execPath, args: [host], framing: 'ndjson' });
  t.is((await client.hostInfo()).home, '/home/test');
  await client.close();
  t.is(await code(client.hostInfo()), 'unavailable');
});

test('a command that cannot be run, or says nothing of use, is unavailable', async (t) => {
  t.is(await code(connect({ command: '/nowhere/hcs' })), 'unavailable');
  t.is(await code(connect({ command: process.execPath, args: ['-e', '0'] })), 'unavailable');
  t.is(await code(connect({ socket: '/tmp/none.sock', key: '00'.repeat(32) })), 'unavailable');
  t.is(await code(connect({ socket: '/tmp/none.sock' })), 'invalidRequest');
});
