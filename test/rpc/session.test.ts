/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument -- messages are looked at as they came */
import test from 'ava';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ERROR_TABLE, RuntimeError, type ErrorCode } from '#src/core/errors.js';
import type { CallContext, Runtime } from '#src/core/runtime.js';
import { deferred, ready, serve } from './support.js';
import { detail, fakeRuntime, summary } from './fakeRuntime.js';

test('initialize answers version, server, backend and capabilities', async (t) => {
  const { peer } = serve(t);
  const { result } = await peer.initialize();
  t.is(result.protocolVersion, 1);
  t.deepEqual(result.serverInfo, { name: 'hostcompute', version: '0.0.0-test', pid: 4711 });
  t.is(result.backend, 'simulator');
  t.true(result.capabilities.cancel);
  t.true(result.capabilities.streams.privatePipes);
});

test('a request before initialize answers -32002, a notification is ignored, and initialize still works', async (t) => {
  const { peer } = serve(t);
  peer.notify('stream/credit', { streamId: 's1', bytes: 1 });
  const early = await peer.request('container/list');
  t.is(early.error?.code, -32002);
  t.is(early.error?.data?.['code'], 'failedPrecondition');
  t.is((await peer.initialize()).result.protocolVersion, 1);
});

test('initialize a second time is refused and the session goes on', async (t) => {
  const { peer } = await ready(t);
  t.is((await peer.initialize()).error?.code, -32600);
  t.is((await peer.request('host/info')).result.name, 'hostcompute');
});

test('a client of another protocol gets versionMismatch and may try again', async (t) => {
  const { peer } = serve(t);
  const { error } = await peer.request('initialize', { processId: null, protocolVersions: [7, 9], capabilities: {} });
  t.is(error?.code, 1010);
  t.is(error?.data?.['code'], 'versionMismatch');
  t.regex(error!.message, /7, 9.*1/);
  t.is((await peer.request('initialize', { protocolVersions: [3, 1] })).result.protocolVersion, 1);
});

test('initialize may be followed by requests without waiting for its answer', async (t) => {
  const { peer } = serve(t, { runtime: { state: (id) => Promise.resolve(detail(id)) } });
  void peer.initialize();
  t.is((await peer.request('container/state', { id: 'web' })).result.id, 'web');
});

test('after shutdown only exit may follow, and exit closes the connection', async (t) => {
  const { peer, host } = await ready(t);
  t.deepEqual((await peer.request('shutdown')).result, {});
  t.is((await peer.request('host/info')).error?.code, -32600);
  peer.notify('exit');
  await host.closed;
  t.true(host.shutdownSeen);
  await peer.ended;
});

test('exit without shutdown is told apart', async (t) => {
  const { peer, host } = await ready(t);
  peer.notify('exit');
  await host.closed;
  t.false(host.shutdownSeen);
});

test('an unknown method answers -32601 with a hint', async (t) => {
  const { peer } = await ready(t);
  const { error } = await peer.request('container/fly');
  t.is(error?.code, -32601);
  t.regex(error!.message, /container\/fly/);
  t.regex(String(error?.data?.['hint']), /rpc\.discover/);
});

for (const code of Object.keys(ERROR_TABLE) as ErrorCode[]) {
  test(`${code} travels with code ${ERROR_TABLE[code].rpc} and its document`, async (t) => {
    const failure = new RuntimeError(code, `it is ${code}`, {
      hint: 'do this',
      containerId: 'web',
      hresult: '0xC0370105',
      leftovers: ['a layer'],
    });
    const { peer } = await ready(t, { runtime: { state: () => Promise.reject(failure) } });
    const { error } = await peer.request('container/state', { id: 'web' });
    t.is(error?.code, ERROR_TABLE[code].rpc);
    t.is(error?.message, `it is ${code}`);
    t.deepEqual(error?.data, { ...failure.toDocument() });
  });
}

test('a bug in the runtime is internal and does not end the connection', async (t) => {
  const { peer } = await ready(t, {
    runtime: {
      state: () => {
        throw new TypeError('boom');
      },
    },
  });
  const { error } = await peer.request('container/state', { id: 'web' });
  t.is(error?.code, -32603);
  t.is(error?.data?.['code'], 'internal');
  t.is((await peer.request('host/info')).result.pid, 4711);
});

test('wrong parameters name each place, with what was expected and what was got but not its text', async (t) => {
  const { peer } = await ready(t);
  const { error } = await peer.request('process/resize', { id: 7, width: 0, height: 'secret', timeoutMs: 1.5 });
  t.is(error?.code, -32602);
  const issues = error?.data?.['issues'] as { path: string; expected: string; got: string }[];
  t.deepEqual(
    issues.map(({ path, got }) => [path, got]),
    [
      ['id', '7'],
      ['width', '0'],
      ['height', 'string of 6 characters'],
      ['timeoutMs', '1.5'],
    ],
  );
  t.false(JSON.stringify(error).includes('secret'));
});

test('parameters by position are refused, absent ones count as none, unknown ones are ignored', async (t) => {
  const { peer } = await ready(t, {
    runtime: { list: (all) => Promise.resolve({ items: [summary(String(all))], warnings: [] }) },
  });
  t.is((await peer.request('container/state', ['web'])).error?.code, -32602);
  peer.send({ id: 'no-params', method: 'container/list' });
  t.is((await peer.answer('no-params')).result.items[0].id, 'false');
  t.is((await peer.request('container/list', [])).result.items[0].id, 'false');
  t.is((await peer.request('container/list', { all: true, later: 1 })).result.items[0].id, 'true');
});

test('a missing parameter is named', async (t) => {
  const { peer } = await ready(t);
  const { error } = await peer.request('container/state', {});
  t.deepEqual(error?.data?.['issues'], [{ path: 'id', expected: 'string', got: 'nothing' }]);
});

test('a wrong spec is refused before the runtime sees it', async (t) => {
  const { peer } = await ready(t);
  const { error } = await peer.request('container/create', { spec: { ociVersion: 5 } });
  t.is(error?.code, -32602);
  t.regex(JSON.stringify(error?.data), /spec\.ociVersion/);
});

test('requests wait for a runtime that is still being made, and fail as it did', async (t) => {
  const gate = deferred<Runtime>();
  const { peer } = await ready(t, { runtime: gate.promise });
  const asked = peer.request('container/state', { id: 'web' });
  t.is((await peer.request('host/info')).result.backend, 'simulator');
  gate.resolve(fakeRuntime({ state: (id) => Promise.resolve(detail(id)) }));
  t.is((await asked).result.id, 'web');

  const broken = await ready(t, { runtime: Promise.reject(new RuntimeError('unavailable', 'no .NET here')) });
  t.like((await broken.peer.request('container/list')).error, { code: 1006, message: 'no .NET here' });
});

test('engine status and stop reach the engine', async (t) => {
  const { peer, stopped } = await ready(t);
  t.like((await peer.request('engine/status')).result, { running: true, clients: 1 });
  t.deepEqual((await peer.request('engine/stop', { force: true })).result, { stopping: true });
  t.deepEqual(stopped, [{ force: true, idle: false }]);
});

test('$/setTrace turns on one line a request, without parameters', async (t) => {
  const { peer } = await ready(t);
  await peer.request('host/info');
  peer.notify('$/setTrace', { value: 'verbose' });
  await peer.request('container/state', { id: 'password' });
  const line = await peer.until((m) => m.method === '$/logTrace');
  t.regex(line.params.message, /^container\/state error 1009 \d/);
  t.is(peer.messages.filter((m) => m.method === '$/logTrace').length, 1);
  t.false(JSON.stringify(line).includes('password'));
});

test('a request with a workDoneToken reports its begin and end', async (t) => {
  const { peer } = await ready(t, { runtime: { state: (id) => Promise.resolve(detail(id)) } });
  await peer.request('container/state', { id: 'web', workDoneToken: 'w1' });
  const [begin, end] = await peer.count('$/progress', 2);
  t.like(begin!.params, { token: 'w1', value: { kind: 'begin', title: 'container/state' } });
  t.like(end!.params, { token: 'w1', value: { kind: 'end' } });
});

test('the steps of a request are reported between its begin and its end, and each second the last one again', async (t) => {
  const gate = deferred();
  let late: CallContext['progress'];
  const { peer } = await ready(t, {
    runtime: {
      sweep: async (_, context) => {
        late = context?.progress;
        context?.progress?.({ message: 'the first', percentage: 10 });
        await gate.promise;
        return { items: [] };
      },
    },
  });
  const id = peer.ask('host/sweep', { workDoneToken: 7 });
  await peer.count('$/progress', 3);
  gate.resolve();
  await peer.answer(id);
  late?.({ message: 'too late' });
  await peer.request('host/info');
  const told = peer.messages.filter((m) => m.method === '$/progress').map((m) => m.params as { value: object });
  t.deepEqual(
    told.map(({ value }) => Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'elapsedMs'))),
    [
      { kind: 'begin', title: 'host/sweep' },
      { kind: 'report', message: 'the first', percentage: 10 },
      { kind: 'report', message: 'the first', percentage: 10 },
      { kind: 'end' },
    ],
  );
  t.true(peer.messages.findIndex((m) => m.id === id) > peer.messages.findIndex((m) => m.params?.value?.kind === 'end'));
});

test('the end of input lets what was asked be answered, then the connection closes', async (t) => {
  const gate = deferred();
  const { peer, host } = await ready(t, {
    runtime: { state: (id) => gate.promise.then(() => detail(id)) },
  });
  const asked = peer.request('container/state', { id: 'web' });
  peer.stream.end();
  gate.resolve();
  t.is((await asked).result.id, 'web');
  await host.closed;
});

test('the end of input without anything asked closes at once', async (t) => {
  const { peer, host, log } = await ready(t);
  peer.stream.end();
  await host.closed;
  t.true(log.lines.some(({ fields }) => fields['why'] === 'end of input'));
});

test('the death of the client process ends the connection of a stdio host', async (t) => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  const { peer, host, log } = serve(t, { options: { watchClient: true } });
  await peer.request('initialize', { processId: child.pid, protocolVersions: [1] });
  child.kill('SIGKILL');
  await host.closed;
  t.true(log.lines.some(({ fields }) => String(fields['why']).includes(`process ${child.pid ?? ''} is gone`)));
});

test('a client process that is not to be seen from here is not watched', async (t) => {
  const { peer, log } = serve(t, { options: { watchClient: true } });
  await peer.request('initialize', { processId: 4_194_305, protocolVersions: [1] });
  t.true(log.lines.some(({ message }) => message.includes('not watched')));
  t.is((await peer.request('host/info')).result.pid, 4711);
});

test('integers beyond 2^53 reach the runtime as they were written', async (t) => {
  const seen: unknown[] = [];
  const { peer } = await ready(t, {
    runtime: {
      update: (_, resources) => {
        seen.push(resources);
        return Promise.resolve();
      },
    },
  });
  peer.text(
    '{"jsonrpc":"2.0","id":"big","method":"container/update","params":{"id":"web","resources":{"limit":18446744073709551615,"small":12}}}',
  );
  t.deepEqual((await peer.answer('big')).result, {});
  t.deepEqual(seen, [{ limit: 18446744073709551615n, small: 12 }]);
});
