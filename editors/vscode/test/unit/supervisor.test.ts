/** The real host, started, killed, started again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { HCS, Home } from '../../../../test/e2e/support.js';
import { Backoff } from '../../src/host/backoff.js';
import type { Located, NotLocated } from '../../src/host/locate.js';
import { HostFailure, Supervisor, type HostState } from '../../src/host/supervisor.js';

const REAL: Located = { command: process.execPath, args: [HCS], source: 'setting', shown: HCS };
const FAST = { firstMs: 20, mostMs: 100, attempts: 3, steadyMs: 60_000 };

function supervisor(
  env: NodeJS.ProcessEnv,
  found: Located | NotLocated | (() => Located | NotLocated),
): { made: Supervisor; lines: string[] } {
  const lines: string[] = [];
  const made = new Supervisor({
    locate: () => (typeof found === 'function' ? found() : found),
    env: () => env as Record<string, string>,
    cwd: () => undefined,
    version: '0.0.1',
    log: (line) => lines.push(line),
    backoff: FAST,
  });
  return { made, lines };
}

const next = (made: Supervisor, kind: HostState['kind']): Promise<HostState> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`still ${made.state.kind} after 30 s, not ${kind}`));
    }, 30_000);
    const off = made.changed.on((state) => {
      if (state.kind !== kind) return;
      off();
      clearTimeout(timer);
      resolve(state);
    });
  });

test('starts on the first call only, and one host for many calls', async (t) => {
  const home = await Home.make(t);
  const { made } = supervisor(home.env, REAL);
  t.teardown(() => made.dispose());
  t.is(made.state.kind, 'idle');
  const [a, b] = await Promise.all([made.connected(), made.connected()]);
  t.is(a, b);
  t.deepEqual((await a.list(false)).items, []);
});

test('a host that was killed is started again, which is said, and works', async (t) => {
  const home = await Home.make(t);
  const { made, lines } = supervisor(home.env, REAL);
  t.teardown(() => made.dispose());
  await made.connected();
  const { state } = made;
  t.is(state.kind, 'running');
  const waiting = next(made, 'waiting');
  const running = next(made, 'running');
  if (state.kind === 'running') process.kill(state.pid, 'SIGKILL');
  t.like(await waiting, { delayMs: 20 });
  t.like(await running, { again: true });
  t.true(
    lines.some((line) => /ended by SIGKILL.*starting it again in 20 ms/.test(line)),
    lines.join('\n'),
  );
  t.deepEqual((await (await made.connected()).list(false)).items, []);
});

test('a host that always ends is given up, with what it said last; then it can be asked for again', async (t) => {
  const { made } = supervisor(process.env, {
    command: process.execPath,
    args: ['-e', 'console.error("no such luck"); process.exit(3)'],
    source: 'setting',
    shown: 'x',
  });
  t.teardown(() => made.dispose());
  const failed = next(made, 'failed');
  await t.throwsAsync(made.connected(), { instanceOf: HostFailure, message: /status 3: no such luck/ });
  t.like(await failed, { kind: 'failed' });
  await t.throwsAsync(made.connected(), { instanceOf: HostFailure });
});

test('what goes on over hosts waits for the next one, and does not start one that is given up', async (t) => {
  const home = await Home.make(t);
  const starts = join(home.folder, 'starts');
  const script = `require('node:fs').appendFileSync(${JSON.stringify(starts)}, '.'); process.exit(3)`;
  let found: Located = { command: process.execPath, args: ['-e', script], source: 'setting', shown: 'x' };
  const { made } = supervisor(home.env, () => found);
  t.teardown(() => made.dispose());
  const given = await Promise.allSettled([made.resumed(), made.resumed(), made.connected()]);
  t.deepEqual(
    given.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  );
  t.is(made.state.kind, 'failed');
  await t.throwsAsync(made.resumed(), { instanceOf: HostFailure, message: /status 3/ });
  t.is(readFileSync(starts, 'utf8').length, 1 + FAST.attempts);
  found = REAL;
  const client = await made.restart();
  const { state } = made;
  if (state.kind === 'running') process.kill(state.pid, 'SIGKILL');
  await next(made, 'waiting');
  const resumed = made.resumed();
  t.is(made.state.kind, 'waiting');
  const again = await resumed;
  t.not(again, client);
  t.deepEqual((await again.list(false)).items, []);
});

test('what cannot be found is told with its hint', async (t) => {
  const { made } = supervisor(process.env, { problem: 'no hcs', hint: 'install it' });
  const error = await t.throwsAsync(made.connected(), { instanceOf: HostFailure, message: 'no hcs' });
  t.is(error.hint, 'install it');
});

test('a program that cannot be run at all is a failure, not a crash', async (t) => {
  const { made } = supervisor(process.env, { command: '/nowhere/hcs', args: [], source: 'setting', shown: 'x' });
  t.teardown(() => made.dispose());
  await t.throwsAsync(made.connected(), { message: /ENOENT/ });
});

test('the end of the window ends the host and leaves the engine', async (t) => {
  const home = await Home.make(t);
  const { made } = supervisor(home.env, REAL);
  await made.connected();
  const { state } = made;
  const engine = await home.enginePid();
  await made.dispose();
  if (state.kind !== 'running') t.fail();
  else t.throws(() => process.kill(state.pid, 0), { code: 'ESRCH' });
  t.notThrows(() => process.kill(engine, 0));
  await t.throwsAsync(made.connected(), { message: 'the host was stopped' });
  await t.throwsAsync(made.resumed(), { message: 'the host was stopped' });
  t.is(made.state.kind, 'idle', 'a window that closes tells of no failure');
});

test('back-off doubles to its limit, gives up, and begins anew after a steady run', (t) => {
  const backoff = new Backoff({ firstMs: 10, mostMs: 35, attempts: 4, steadyMs: 1000 });
  t.deepEqual(
    [0, 0, 0, 0, 0].map((ran) => backoff.next(ran)),
    [10, 20, 35, 35, null],
  );
  t.is(backoff.next(1000), 10);
});

test('when another hcs is the one to use it is started, also after none could be had; not when it is the same, or none was wanted', async (t) => {
  const home = await Home.make(t);
  let found: Located | NotLocated = REAL;
  const { made } = supervisor(home.env, () => found);
  t.teardown(() => made.dispose());
  const pid = (): number | string => (made.state.kind === 'running' ? made.state.pid : made.state.kind);
  await made.relocated();
  t.is(pid(), 'idle');
  await made.connected();
  const first = pid();
  await made.relocated();
  t.is(pid(), first);
  found = { ...REAL, source: 'workspace' };
  await made.relocated();
  t.not(pid(), first);
  t.is(typeof pid(), 'number');
  found = { problem: 'there is none', hint: 'install it' };
  await t.throwsAsync(made.relocated(), { message: 'there is none' });
  t.is(pid(), 'failed');
  await t.throwsAsync(made.relocated(), { message: 'there is none' });
  found = REAL;
  await made.relocated();
  t.is(typeof pid(), 'number');
});

test('a host that is still coming up is given up for the settings of now', async (t) => {
  const home = await Home.make(t);
  const silent: Located = {
    ...REAL,
    args: ['-e', 'setInterval(() => 0, 1000)', '--'],
    shown: 'one that never answers',
  };
  let found = silent;
  const { made, lines } = supervisor(home.env, () => found);
  t.teardown(() => made.dispose());
  const waits = made.connected();
  t.is(made.state.kind, 'starting');
  found = REAL;
  const client = await made.restart();
  t.is(await waits, client);
  t.deepEqual(
    lines.filter((line) => line.includes('again')),
    [],
    'its end is no failure',
  );
});

test('the end of a host that another replaces is no failure, also when that one cannot be had and is asked for meanwhile', async (t) => {
  const home = await Home.make(t);
  let found: Located | NotLocated = REAL;
  const { made, lines } = supervisor(home.env, () => found);
  t.teardown(() => made.dispose());
  await made.connected();
  const { state } = made;
  const ended = state.kind === 'running' ? state.client.closed : t.fail();
  const seen: string[] = [];
  made.changed.on(({ kind }) => {
    seen.push(kind);
    // As a view does that is seen.
    if (kind === 'idle' && seen.length === 1) made.connected().catch(() => undefined);
  });
  found = { problem: 'there is none', hint: 'install it' };
  await t.throwsAsync(made.restart(), { message: 'there is none' });
  await ended;
  found = REAL;
  await made.connected();
  t.false(seen.includes('waiting'), seen.join());
  t.deepEqual(
    lines.filter((line) => line.includes('again')),
    [],
  );
});
