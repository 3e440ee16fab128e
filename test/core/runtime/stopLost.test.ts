/** The service is lost while a container is brought down: what HCS has accepted is not asked for anew, and no time starts again. */
import test from 'ava';
import { quiet, refusedWith, running, world, FakeClock, type World } from './world.js';

const asked = (w: World, what: 'Shutdown' | 'Terminate'): number =>
  w.hcs.calls.filter((call) => call.startsWith(`Hcs${what}ComputeSystem`)).length;

/** A container that takes no notice of a shutdown. */
async function deaf(options: Parameters<typeof world>[0] = {}): Promise<World> {
  const w = await world(options);
  await running(w);
  w.hcs.shutdownCode = null;
  return w;
}

function restartService(w: World): void {
  w.hcs.disconnect();
  w.hcs.reconnect();
}

test('a stop whose service is lost in its grace terminates when the grace is over, counted from its first beginning', async (t) => {
  const w = await deaf();
  const stopped = w.runtime.stop('web', 60_000);
  await w.clock.advance(20_000);
  restartService(w);
  await w.clock.advance(39_900);
  t.like(await w.runtime.state('web'), { status: 'stopping' });
  t.is(asked(w, 'Terminate'), 0);
  await w.clock.advance(200);
  t.is((await stopped).exitCode, 1067);
  t.is(asked(w, 'Shutdown'), 1);
  t.is(asked(w, 'Terminate'), 1);
  t.deepEqual(w.told().slice(2), ['stopping(stop)', 'lost', 'recovered(resumed)', 'exit(1067)']);
});

test('a stop whose grace is over before the service is back terminates at once then', async (t) => {
  const w = await deaf();
  const stopped = w.runtime.stop('web', 5_000);
  await w.clock.advance(1_000);
  w.hcs.disconnect();
  await w.clock.advance(100_000);
  w.hcs.reconnect();
  // The longest pause between two attempts to open it.
  await w.clock.advance(31_000);
  t.is((await stopped).exitCode, 1067);
  t.is(asked(w, 'Shutdown'), 1);
});

test('a grace that is longer than any bound of ours is kept over a lost service', async (t) => {
  const w = await deaf();
  const stopped = w.runtime.stop('web', 900_000);
  await w.clock.advance(1_000);
  restartService(w);
  await w.clock.advance(898_900);
  t.is(asked(w, 'Terminate'), 0);
  await w.clock.advance(200);
  t.is((await stopped).exitCode, 1067);
});

test('a second stop with a shorter grace keeps its own over a lost service', async (t) => {
  const w = await deaf();
  const first = w.runtime.stop('web', 900_000);
  await w.clock.advance(1_000);
  const second = w.runtime.stop('web', 10_000);
  await w.clock.advance(1_000);
  restartService(w);
  await w.clock.advance(8_900);
  t.is(asked(w, 'Terminate'), 0);
  await w.clock.advance(200);
  t.is((await second).exitCode, 1067);
  t.is((await first).exitCode, 1067);
});

test('a terminate that was sent before the service was lost is sent again as soon as that is back', async (t) => {
  const w = await deaf();
  w.hcs.fault('HcsTerminateComputeSystem', { ignored: true });
  const removed = w.runtime.delete('web', true);
  await w.clock.advance(1_000);
  restartService(w);
  await w.clock.advance(1_000);
  await removed;
  t.is(asked(w, 'Shutdown'), 0);
  t.is(asked(w, 'Terminate'), 2);
  t.is(w.hcs.liveHandles, 0);
});

test('a terminate that the grace of a stop brought is sent again, too', async (t) => {
  const w = await deaf();
  w.hcs.fault('HcsTerminateComputeSystem', { ignored: true });
  const stopped = w.runtime.stop('web', 5_000);
  await w.clock.advance(6_000);
  t.is(asked(w, 'Terminate'), 1);
  restartService(w);
  await w.clock.advance(1_000);
  t.is((await stopped).exitCode, 1067);
  t.is(asked(w, 'Shutdown'), 1);
  t.is(asked(w, 'Terminate'), 2);
});

for (const [operation, grace] of [
  ['HcsShutdownComputeSystem', 5_000],
  ['HcsTerminateComputeSystem', 0],
] as const)
  test(`a stop whose ${operation} meets a restarted service asks again when the container is open again`, async (t) => {
    const w = await world();
    await running(w);
    let answer: () => void = () => undefined;
    w.hcs.fault(operation, { after: new Promise<void>((resolve) => (answer = resolve)) });
    const stopped = w.runtime.stop('web', grace);
    await quiet();
    restartService(w);
    answer();
    await w.clock.advance(2_000);
    t.is((await stopped).exitCode, grace === 0 ? 1067 : 0);
  });

test('an accepted shutdown that is written down only after the loss counts when the container is open again', async (t) => {
  const w = await deaf();
  let write: () => void = () => undefined;
  const written = new Promise<void>((resolve) => (write = resolve));
  w.store.before = (turn) => (turn.events.some((e) => e.type === 'lost') ? written : undefined);
  let answer: () => void = () => undefined;
  w.hcs.fault('HcsShutdownComputeSystem', { after: new Promise<void>((resolve) => (answer = resolve)) });
  const stopped = w.runtime.stop('web', 5_000);
  await quiet();
  const [token] = w.hcs.system('web').tokens;
  if (token === undefined) throw new Error('no token');
  // The notice comes while the handle still answers.
  w.hcs.notify({ kind: 'system', system: token, type: 'ServiceDisconnect', status: 0, data: null });
  await quiet();
  answer();
  await quiet();
  write();
  await w.clock.advance(4_000);
  t.deepEqual(w.told().slice(2), ['lost', 'recovered(resumed)', 'stopping(stop)']);
  await w.clock.advance(1_100);
  t.is((await stopped).exitCode, 1067);
  t.is(asked(w, 'Shutdown'), 1);
});

test('a stop whose service comes and goes for ever is bounded', async (t) => {
  const w = await deaf();
  w.hcs.fault('HcsTerminateComputeSystem', { ignored: true, times: 1000 });
  let code = '';
  void refusedWith(w.runtime.stop('web', 5_000)).then((e) => (code = e.code));
  for (let s = 0; s < 700; s += 1) {
    restartService(w);
    await w.clock.advance(1_000);
  }
  t.is(code, 'timeout');
});

test('an engine that takes a stopping container over ends it when the grace of the stop is over', async (t) => {
  const w = await deaf();
  void refusedWith(w.runtime.stop('web', 60_000));
  await w.clock.advance(20_000);
  const next = await w.again();
  await next.clock.advance(39_900);
  t.like(await next.runtime.state('web'), { status: 'stopping' });
  await next.clock.advance(200);
  t.like(await next.runtime.state('web'), { status: 'stopped', exitCode: 1067 });
  t.is(asked(next, 'Shutdown'), 1);
});

test('an engine that takes over a container of which a terminate was sent sends it at once', async (t) => {
  for (const isLost of [false, true]) {
    const w = await deaf();
    w.hcs.fault('HcsTerminateComputeSystem', { ignored: true });
    await w.runtime.kill('web', undefined, 'KILL');
    if (isLost) {
      w.hcs.disconnect();
      await quiet();
      t.like(await w.runtime.state('web'), { status: 'lost' });
      w.hcs.reconnect();
    }
    const next = await w.again();
    await next.clock.advance(1_000);
    t.like(await next.runtime.state('web'), { status: 'stopped', exitCode: 1067 });
    t.is(asked(next, 'Shutdown'), 0);
  }
});

/** A clock of the wall that can be set; bounds do not follow it. */
class SetClock extends FakeClock {
  set = 0;
  override now(): Date {
    return new Date(super.now().getTime() + this.set);
  }
}

test('a clock that is set during the loss moves no deadline of the same engine, and none of the next beyond its length', async (t) => {
  for (const set of [-3_600_000, 3_600_000]) {
    const clock = new SetClock();
    const w = await deaf({ clock });
    void refusedWith(w.runtime.stop('web', 60_000));
    await clock.advance(20_000);
    clock.set = set;
    restartService(w);
    await clock.advance(39_000);
    t.is(asked(w, 'Terminate'), 0, `set by ${set}`);
    const next = await w.again();
    await clock.advance(60_100);
    t.like(await next.runtime.state('web'), { status: 'stopped', exitCode: 1067 });
  }
});

test('a container that a store of an earlier build says to be stopping or lost is brought down', async (t) => {
  for (const kind of ['stopping', 'lost']) {
    const w = await deaf();
    await w.runtime.kill('web', undefined, 'TERM');
    await w.runtime.close();
    const record = w.store.records.get('web');
    if (record === undefined) throw new Error('no record');
    const { pid, startedAt } = { startedAt: null, pid: 0, ...record.state };
    w.store.records.set('web', {
      ...record,
      state:
        kind === 'stopping'
          ? { kind: 'stopping', pid, startedAt, cause: 'kill', initExit: null, terminateSent: false }
          : { kind: 'lost', from: 'stopping', pid, startedAt, reason: 'gone', initExit: null },
    });
    w.hcs.shutdownCode = 4;
    const next = await w.again();
    await next.clock.advance(1_000);
    t.like(await next.runtime.state('web'), { status: 'stopped', exitCode: 4 });
  }
});
