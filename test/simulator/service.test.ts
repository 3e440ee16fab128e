import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { isRuntimeError } from '#src/core/errors.js';
import { ensureService, type EnsureOptions, type RunningService } from '#src/simulator/ensure.js';
import { WireClient } from './client.js';
import { NATIVE, numberAt, PENDING, program, running, SCRIPT, service } from './fixture.js';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
};

/** Bounded only by the test's own time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

const connected = async (path: string): Promise<Socket> => {
  const socket = connect(path);
  await once(socket, 'connect');
  return socket;
};

test('a hundred who want the service at once get one and the same', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'hsim-'));
  t.teardown(() => {
    rmSync(home, { recursive: true, force: true });
  });
  const options: EnsureOptions = {
    script: SCRIPT,
    nodePath: process.execPath,
    home,
    nativeDir: NATIVE,
    runtimeDir: join(home, 'run'),
    idleMs: 3000,
    timeoutMs: 60_000,
  };
  // Whoever finds it first stays connected: on a busy machine it might end, idle, before the last has asked.
  const held: Promise<Socket>[] = [];
  const ask = async (): Promise<RunningService> => {
    const service = await ensureService(options);
    if (held.length === 0) held.push(connected(service.endpoint));
    return service;
  };
  // Each of them starts a process: as many as this machine bears, the others find it running.
  const racers = await Promise.all(Array.from({ length: 6 }, ask));
  const found = await Promise.all(Array.from({ length: 94 }, ask));
  t.is(new Set([...racers, ...found].map((one) => one.pid)).size, 1);
  const [one] = racers;
  t.is(statSync(join(home, 'simulator', 'service.json')).mode & 0o777, 0o600);
  t.is(statSync(join(home, 'simulator')).mode & 0o777, 0o700);

  // Nobody is connected and nothing runs: it ends by itself and leaves no sockets.
  for (const socket of held) (await socket).destroy();
  await until(() => !alive(one!.pid));
  t.false(existsSync(join(home, 'simulator', 'service.json')));
  t.deepEqual(readdirSync(join(home, 'run')), []);
  const next = await ensureService(options);
  t.not(next.pid, one!.pid);
  t.is(next.endpoint, one!.endpoint);
  await until(() => !alive(next.pid));
});

test('a service that cannot start says why, with the end of its log', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'hsim-'));
  t.teardown(() => {
    rmSync(home, { recursive: true, force: true });
  });
  const faults = join(home, 'faults.json');
  writeFileSync(faults, '[{"name":"HcsNothing"}]');
  const options = {
    script: SCRIPT,
    nodePath: process.execPath,
    home,
    nativeDir: NATIVE,
    runtimeDir: join(home, 'run'),
  };
  const error = await t.throwsAsync(ensureService({ ...options, faults }));
  t.true(isRuntimeError(error) && error.code === 'unavailable');
  t.regex(error.message, /HcsNothing is neither an export nor a notification/);
  const missing = await t.throwsAsync(ensureService({ ...options, script: join(home, 'none.js') }));
  t.regex(missing.message, /did not start: it ended with status 1/);
  const long = await t.throwsAsync(ensureService({ ...options, runtimeDir: `/tmp/${'x'.repeat(100)}` }));
  t.regex(long.message, /too long for sockets/);
});

test('a second service of the same home makes way', async (t) => {
  const sim = await service(t);
  const { spawn } = await import('node:child_process');
  const second = spawn(process.execPath, [
    SCRIPT,
    ...['--home', sim.home, '--native', NATIVE, '--runtime-dir', sim.runtimeDir],
  ]);
  t.is(await new Promise((resolve) => second.once('exit', resolve)), 0);
  const client = await sim.client();
  t.is((await client.call('HcsEnumerateComputeSystems', '{}')).hresult, 0);
});

test('when the service is killed nothing of it lives on, and its sockets are no hindrance', async (t) => {
  const sim = await service(t);
  const client = await sim.client();
  const { handle } = await running(client, 'doomed', sim.document());
  const loop = await program(client, handle, '(trap "" TERM HUP; while :; do sleep 1; done) & sleep 100 & wait');
  const launchers = await sim.status();
  t.true(launchers.launchers >= 1);
  sim.child!.kill('SIGKILL');
  await client.untilClosed();
  await until(() => !alive(loop.pid));
  await sim.start();
  const anew = await sim.client();
  t.is((await anew.call('HcsOpenComputeSystem', 'doomed')).hresult, 0xc037010e);
  t.is((await anew.call('HcsCreateComputeSystem', 'doomed', sim.document(), 0)).hresult, PENDING);
});

test('programs that still die and write into their scratch folders do not keep the next service from starting', async (t) => {
  const sim = await service(t);
  sim.child!.kill('SIGKILL');
  await once(sim.child!, 'exit');
  const stale = join(sim.folder, 'scratch', 'stale');
  const { spawn } = await import('node:child_process');
  // Folders, many and deep: removing finds new ones wherever it has just been. (Of `:`, a special built-in, a folder that is gone would end the shell.)
  const writer = spawn(
    'sh',
    [
      '-c',
      'i=0; while :; do i=$((i+1)); mkdir -p "$0/Files/$((i % 50))/$i" && echo > "$0/Files/$((i % 50))/$i/f"; done',
      stale,
    ],
    { stdio: 'ignore' },
  );
  t.teardown(() => writer.kill('SIGKILL'));
  await until(() => existsSync(join(stale, 'Files', '49')));
  await sim.start();
  const client = await sim.client();
  await running(client, 'next', sim.document());
  t.is(writer.exitCode, null, 'it wrote all the while');
  writer.kill('SIGKILL');
  await once(writer, 'exit');
  // What stayed, because it was written for longer than the service tried, goes with the next one.
  sim.child!.kill('SIGKILL');
  await once(sim.child!, 'exit');
  await sim.start();
  await until(() => !existsSync(stale));
  t.pass();
});

test('when a launcher is killed its system exits unexpectedly and its programs end as broken', async (t) => {
  const sim = await service(t);
  const client = await sim.client();
  const { handle, registration } = await running(client, 'broken', sim.document());
  const sleeper = await program(client, handle, 'exec sleep 100');
  const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${sleeper.pid}/stat`, 'latin1'))![1]);
  process.kill(parent, 'SIGKILL');
  t.is((await client.notified(registration, 'SystemExited')).status, 0xc0370106);
  t.is((await client.notified(sleeper.registration, 'ProcessExited')).status, 0x8007006d);
  await until(() => !alive(sleeper.pid));
  t.is((await client.call('HcsGetProcessInfo', sleeper.handle)).hresult, 0x8037011d);
  await client.call('HcsCloseProcess', sleeper.handle);
  await client.call('HcsCloseComputeSystem', handle);
  t.like(await sim.status(), { handles: 0, registrations: 0, computeSystems: 0 });
});

test('a client that dies loses its handles, and its systems live on for the next one', async (t) => {
  const sim = await service(t);
  const client = await sim.client();
  const { handle } = await running(client, 'survivor', sim.document());
  await program(client, handle, 'exec sleep 100');
  t.like(await sim.status(), { handles: 2, registrations: 2, clients: 1 });
  client.close();
  const next = await sim.client();
  await next.settled();
  t.like(await sim.status(), { handles: 0, registrations: 0, clients: 1, computeSystems: 1, processes: 1 });
  const opened = numberAt(await next.call('HcsOpenComputeSystem', 'survivor'), 0);
  const registration = await next.register('system', opened);
  await next.call('HcsTerminateComputeSystem', opened, '');
  await next.notified(registration, 'SystemExited');
  await next.call('HcsCloseComputeSystem', opened);
  // The launcher is given back once it has said that it is empty.
  t.like(await sim.status(), { handles: 0, computeSystems: 0, processes: 0 });
});

test('handles of one client mean nothing to another', async (t) => {
  const sim = await service(t);
  const [mine, theirs] = [await sim.client(), await sim.client()];
  const { handle } = await running(mine, 'private', sim.document());
  t.is((await theirs.call('HcsTerminateComputeSystem', handle, '')).hresult, 0x80070006);
  t.is((await theirs.call('HcsUnregisterComputeSystemCallback', 1)).hresult, 0x80070006);
  t.is((await mine.call('HcsCloseProcess', handle)).hresult, 0x80070006);
});

test('a client that talks nonsense is cut off and harms nobody', async (t) => {
  const sim = await service(t);
  const good = await sim.client();
  for (const bytes of [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    Buffer.from('ffffffff01', 'hex'),
    Buffer.from('0900000003000000000102030405', 'hex'),
    Buffer.from('0d000000010000000063000000ffffffff', 'hex'),
  ]) {
    const socket = connect(sim.service.endpoint);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.write(bytes);
    await closed;
  }
  t.is((await good.call('HcsEnumerateComputeSystems', '{}')).values[0], '[]');
  t.is((await good.call('HcsEnumerateComputeSystems')).hresult, 0);
  t.is((await good.call('HcsCreateComputeSystem', 1, '{}', 0)).hresult, 0x80070057);
  t.is((await good.call('HcsStartComputeSystem', 'x', '')).hresult, 0x80070057);
});

test('status counts what clients have not freed', async (t) => {
  const sim = await service(t);
  const [a, b] = [await sim.client(), await sim.client()];
  a.strings = 3n;
  b.strings = 4n;
  t.like(await sim.status(), { pid: sim.service.pid, strings: 7, clients: 2 });
});

test('a hundred systems live side by side and leave nothing', async (t) => {
  const sim = await service(t);
  const client = await sim.client();
  const systems = await Promise.all(
    Array.from({ length: 100 }, (_, i) => running(client, `many-${i}`, sim.document())),
  );
  await Promise.all(systems.map(({ handle }) => program(client, handle, 'exec sleep 1000')));
  t.like(await sim.status(), { computeSystems: 100, processes: 100, handles: 200 });
  await Promise.all(
    systems.map(async ({ handle, registration }) => {
      await client.call('HcsTerminateComputeSystem', handle, '');
      await client.notified(registration, 'SystemExited');
    }),
  );
  client.close();
  const other = await WireClient.connect(sim.service.endpoint);
  await other.settled();
  t.like(await sim.status(), { computeSystems: 0, processes: 0, handles: 0 });
  other.close();
});

test('stopping the service ends what runs in it and cleans up', async (t) => {
  const sim = await service(t);
  const client = await sim.client();
  const { handle } = await running(client, 'stopped', sim.document());
  const sleeper = await program(client, handle, 'exec sleep 100');
  const control = await sim.control();
  const ended = new Promise((resolve) => sim.child!.once('exit', resolve));
  await control.sendRequest('shutdown');
  t.is(await ended, 0);
  t.false(alive(sleeper.pid));
  t.deepEqual(readdirSync(sim.runtimeDir), []);
  t.false(existsSync(join(sim.folder, 'service.json')));
  mkdirSync(sim.runtimeDir, { recursive: true });
});
