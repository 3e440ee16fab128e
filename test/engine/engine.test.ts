import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { storeChecks } from '#src/cli/doctor/engine.js';
import { isRuntimeError } from '#src/core/errors.js';
import { readEngineFile, writeEngineFile } from '#src/home/engineFile.js';
import { ensureEngine } from '#src/rpc/client/launchEngine.js';
import { openStore } from '#src/store/openStore.js';
import { eventFaults } from '../../torture/stories.js';
import { event, tracer, turn } from '../store/support.js';
import {
  alive,
  client,
  ENTRY,
  enginePid,
  exitOf,
  logOf,
  newHome,
  servicePid,
  shell,
  spawnEngine,
  startEngine,
  starts,
  until,
} from './support.js';

test.serial('of 20 engines started at once exactly one stays, and the others leave with status 0', async (t) => {
  const paths = newHome(t);
  const engines = Array.from({ length: 20 }, () => spawnEngine(paths, '--backend', 'simulator'));
  const left: (number | string | null)[] = [];
  for (const engine of engines) void exitOf(engine).then((status) => left.push(status));
  await until('19 engines that left', () => left.length === 19);
  t.deepEqual(left, Array<number>(19).fill(0));
  const stays = engines.filter((engine) => engine.exitCode === null);
  t.is(stays.length, 1);
  t.is((await until('the engine file', () => readEngineFile(paths.engineFile))).pid, stays[0]!.pid!);
  t.is(starts(paths), 1);
});

test.serial(
  '20 clients that find no engine all get the same one, and start hardly more than one process',
  async (t) => {
    const paths = newHome(t);
    const script = join(import.meta.dirname, 'ensureClient.js');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        text(spawn(process.execPath, [script, paths.home, ENTRY], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout),
      ),
    );
    t.deepEqual(new Set(answers), new Set([String(enginePid(paths))]));
    t.is(starts(paths), 1);
    t.false(existsSync(paths.spawnGuard));
  },
);

test.serial('an engine file that a dead engine left is recognised and replaced', async (t) => {
  const paths = newHome(t);
  const engine = await startEngine(paths);
  const first = readEngineFile(paths.engineFile)!;
  engine.kill('SIGKILL');
  t.is(await exitOf(engine), 'SIGKILL');
  t.deepEqual(readEngineFile(paths.engineFile), first);
  const status = await (await client(t, paths)).engineStatus();
  t.not(status.pid, first.pid);
  t.is(status.pid, enginePid(paths));
});

test.serial(
  'an engine file whose socket somebody else has, who does not know the key, is not fallen for',
  async (t) => {
    const paths = newHome(t);
    const { createServer } = await import('node:net');
    const endpoint = join(paths.home, 'squat.sock');
    let heard = '';
    const squatter = createServer((socket) => {
      socket.on('data', (data) => {
        heard += data.toString();
        socket.write(`{"nonce":"${'0'.repeat(64)}","proof":"${'0'.repeat(64)}"}\n`);
      });
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => squatter.listen(endpoint, resolve));
    t.teardown(() => squatter.close());
    const key = 'ab'.repeat(32);
    writeEngineFile(paths.engineFile, {
      protocol: 1,
      pid: 0,
      endpoint,
      key,
      version: '0',
      startedAt: '2026-11-23T00:00:00.000Z',
      backend: 'simulator',
      standalone: false,
    });
    const error = await t.throwsAsync(client(t, paths));
    t.true(isRuntimeError(error) && error.code === 'permissionDenied', String(error));
    t.false(heard.includes(key));
  },
);

test.serial('after kill -9 of the engine a new one takes up what still runs, with its true exit code', async (t) => {
  const paths = newHome(t);
  const first = await client(t, paths);
  const gate = join(paths.home, 'gate');
  await first.create(shell('web', `while [ ! -e ${gate} ]; do sleep 0.05; done; exit 9`));
  await first.start({ id: 'web' });
  process.kill(enginePid(paths), 'SIGKILL');
  const second = await client(t, paths);
  t.is((await second.state('web')).status, 'running');
  writeFileSync(gate, '');
  t.like(await second.wait('web', undefined, 'container'), { exitCode: 9 });
  const { events } = await second.eventsList(0, 100);
  t.deepEqual(
    events.map((e) => e.sequence),
    events.map((_, i) => i + 1),
  );
});

test.serial('SIGTERM ends the engine in order, and its containers go on', async (t) => {
  const paths = newHome(t);
  const engine = await startEngine(paths);
  const first = await client(t, paths);
  await first.create(shell('web', 'sleep 60'));
  await first.start({ id: 'web' });
  engine.kill('SIGTERM');
  t.is(await exitOf(engine), 0);
  t.is(readEngineFile(paths.engineFile), null);
  t.regex(logOf(paths), /the engine has ended\n$/);
  const second = await client(t, paths);
  t.is((await second.state('web')).status, 'running');
  await second.delete('web', true);
});

test.serial('an engine that nobody needs ends, and leaves neither file nor socket', async (t) => {
  const paths = newHome(t);
  const engine = spawnEngine(paths, '--backend', 'simulator', '--idle-ms', '50');
  const { endpoint } = await until('the engine file', () => readEngineFile(paths.engineFile));
  t.is(await exitOf(engine), 0);
  t.is(readEngineFile(paths.engineFile), null);
  t.false(existsSync(endpoint));
});

test.serial('an engine with a client or a living container does not end for being idle', async (t) => {
  const paths = newHome(t);
  const engine = await startEngine(paths, '--idle-ms', '2000');
  const first = await client(t, paths);
  await first.create(shell('web', 'sleep 60'));
  await first.start({ id: 'web' });
  await first.close();
  // Longer than the idle time, with only the container there: what does not happen cannot be waited for.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const second = await client(t, paths);
  t.is((await second.engineStatus()).pid, engine.pid!);
  await second.delete('web', true);
  await second.close();
  t.is(await exitOf(engine), 0);
});

test.serial('a standalone engine holds the home alone, and ends with the command that has it', async (t) => {
  const paths = newHome(t);
  const mine = await ensureEngine({
    home: paths.home,
    backend: 'simulator',
    standalone: true,
    timeoutMs: 30_000,
    entry: ENTRY,
  });
  t.teardown(() => mine.release?.());
  t.is(readEngineFile(paths.engineFile)?.key, '');
  for (const standalone of [false, true]) {
    const error = await t.throwsAsync(
      ensureEngine({ home: paths.home, backend: 'simulator', standalone, timeoutMs: 30_000, entry: ENTRY }),
    );
    t.true(isRuntimeError(error) && error.code === 'failedPrecondition', String(error));
    t.true(isRuntimeError(error) && error.details.hint?.includes('--home'));
  }
  t.true(alive(mine.pid));
  mine.release?.();
  await until('the end of the standalone engine', () => !alive(mine.pid));
  t.is(readEngineFile(paths.engineFile), null);
  t.not((await ensureEngine({ home: paths.home, timeoutMs: 30_000, entry: ENTRY })).pid, mine.pid);
});

test.serial('a standalone engine serves its own command', async (t) => {
  const paths = newHome(t);
  const alone = await client(t, paths, { standalone: true });
  await alone.create(shell('web', 'exit 4'));
  await alone.start({ id: 'web' });
  t.like(await alone.wait('web', undefined, 'container'), { exitCode: 4 });
  const { pid } = await alone.engineStatus();
  await alone.close();
  await until('the end of the standalone engine', () => !alive(pid));
});

test.serial(
  'when the simulated service dies the engine starts it again, and tells the truth about what ran in it',
  async (t) => {
    const paths = newHome(t);
    const user = await client(t, paths);
    await user.create(shell('web', 'sleep 60'));
    await user.start({ id: 'web' });
    const first = servicePid(paths);
    process.kill(first!, 'SIGKILL');
    const second = await until('another service', () => {
      const pid = servicePid(paths);
      return pid !== first && pid;
    });
    t.true(alive(second));
    t.like(await user.wait('web', undefined, 'container'), { exitCode: null });
    await user.create(shell('next', 'exit 6'));
    await user.start({ id: 'next' });
    t.like(await user.wait('next', undefined, 'container'), { exitCode: 6 });
  },
);

test.serial(
  'a store cut short is set aside, told to doctor, and the engine works on with what is left of it',
  async (t) => {
    const paths = newHome(t);
    const store = await openStore({ folder: paths.store, tracer: tracer() });
    for (let i = 0; i < 300; i++) await store.commit(turn(`c${i}`, [event(store.nextCursor())]));
    await store.close();
    truncateSync(join(paths.store, 'data.mdb'), 20_480);
    const user = await client(t, paths);
    t.deepEqual((await user.list(false)).items, []);
    t.is(readdirSync(paths.home).filter((name) => name.startsWith('store.damaged-')).length, 1);
    t.regex(logOf(paths), /error the store is damaged/);
    const [check] = storeChecks(paths.home);
    t.like(check, { name: 'store', ok: false });
    t.regex(check?.fix ?? '', /store\.damaged-/);
  },
);

test.serial('an engine that cannot work says why to each client, and ends', async (t) => {
  const paths = newHome(t);
  // Off Windows there is no vmcompute.dll; there a home without one cannot be had.
  if (process.platform === 'win32') {
    t.pass();
    return;
  }
  const engine = spawnEngine(paths, '--backend', 'hcs');
  await until('the engine file', () => readEngineFile(paths.engineFile));
  const user = await client(t, paths);
  const error = await t.throwsAsync(user.list(false));
  t.true(
    isRuntimeError(error) && error.code === 'unavailable' && error.message.includes('Host Compute Service'),
    String(error),
  );
  await user.close();
  t.is(await exitOf(engine), 1);
});

const linux = process.platform === 'linux' ? test.serial : test.serial.skip;

linux('an engine whose libraries complain on a full disk works on', async (t) => {
  const paths = newHome(t);
  // lmdb does so, on stderr, which is the engine's log.
  const complain = `data:text/javascript,setTimeout(() => setInterval(() => console.error('no room'), 5).unref(), 1000).unref()`;
  const full = openSync('/dev/full', 'w');
  t.teardown(() => {
    closeSync(full);
  });
  const engine = spawn(
    process.execPath,
    ['--import', complain, ENTRY, '--home', paths.home, '--backend', 'simulator'],
    { stdio: ['ignore', 'ignore', full] },
  );
  await until('the engine file', () => readEngineFile(paths.engineFile)?.pid === engine.pid);
  const user = await client(t, paths);
  await user.create(shell('web', 'exit 4'));
  await user.start({ id: 'web' });
  t.like(await user.wait('web', undefined, 'container'), { exitCode: 4 });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  t.is(engine.exitCode, null);
  t.deepEqual((await user.list(false)).items.length, 1);
});

test.serial(
  'a clock that jumps by days while an engine works breaks no verb, no bound and no order of events',
  async (t) => {
    const paths = newHome(t);
    // The wall clock of the engine alone: right, then a day back, then two days on, all the while.
    const jumping = `const Real = Date; let turn = 0; setInterval(() => turn++, 3).unref();
    const by = () => [0, -86400000, 172800000][turn % 3];
    globalThis.Date = class extends Real {
      constructor(...a) { if (a.length > 0) super(...a); else super(Real.now() + by()); }
      static now() { return Real.now() + by(); }
    };`;
    // Calls that are answered at once are over before the clock has jumped.
    const slow = join(paths.home, 'faults.json');
    const late = ['SystemCreateCompleted', 'SystemStartCompleted'].map((name) => ({ name, delayMs: 50 }));
    writeFileSync(slow, JSON.stringify(late));
    const engine = spawn(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(jumping)}`,
        ENTRY,
        '--home',
        paths.home,
        '--backend',
        'simulator',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, HCS_SIMULATOR_FAULTS: slow } },
    );
    await until('the engine file', () => readEngineFile(paths.engineFile)?.pid === engine.pid);
    const user = await client(t, paths);
    for (let n = 0; n < 12; n++) {
      await user.create(shell('web', 'sleep 600'));
      await user.start({ id: 'web' });
      const { execId } = await user.exec({ id: 'web', process: shell('x', 'exit 5').spec.process! });
      t.like(await user.wait('web', execId, 'container'), { exitCode: 5 });
      await user.kill('web', undefined, undefined);
      t.like(await user.wait('web', undefined, 'container'), { exitCode: 1067 });
      await user.delete('web', false);
    }
    const { events } = await user.eventsList(0, 1000);
    t.deepEqual(eventFaults(events, true), []);
    const times = events.map(({ time }) => Date.parse(time));
    t.true(
      times.some((time, i) => i > 0 && time < (times[i - 1] ?? 0) - 3_600_000),
      'the clock did jump',
    );
    t.is(engine.exitCode, null);
  },
);

test.serial('an engine that dies while starting is told with the last lines of its log', async (t) => {
  const paths = newHome(t);
  const entry = join(paths.home, '..', `${paths.home.split('/').at(-1) ?? ''}-entry.mjs`);
  writeFileSync(entry, `process.stderr.write('no such luck\\n'); process.exitCode = 1;`);
  t.teardown(async () => (await import('node:fs/promises')).rm(entry, { force: true }));
  const error = await t.throwsAsync(ensureEngine({ home: paths.home, entry, timeoutMs: 30_000 }));
  t.true(isRuntimeError(error) && error.code === 'unavailable');
  t.regex(error.message, /status 1.*no such luck/);
});

test.serial('the scratch folder of the built-in base goes with its container', async (t) => {
  const paths = newHome(t);
  const user = await client(t, paths);
  await user.create(shell('web', 'exit 0'));
  const scratch = join(paths.simulator, 'scratch');
  t.is(readdirSync(scratch).length, 1);
  await user.start({ id: 'web' });
  await user.wait('web', undefined, 'container');
  await user.delete('web', false);
  t.deepEqual(readdirSync(scratch), []);
});
