import test from 'ava';
import { hypervSpec, process, quiet, refusedWith, running, spec, world, type World } from './world.js';

async function restarted(w: World): Promise<World> {
  const next = await w.again();
  await next.runtime.reattached;
  await quiet();
  return next;
}

/** The record says that `web` is being created; its engine has died, and HCS has nothing of it. */
async function diedBeforeCreate(): Promise<World> {
  const w = await world();
  w.hcs.fault('HcsCreateComputeSystem', { after: new Promise(() => undefined) });
  w.runtime.create({ id: 'web', spec: spec() }).catch(() => undefined);
  await quiet();
  await w.runtime.close();
  w.hcs.systems.clear();
  return w;
}

test('F.4 j: a new engine reattaches what runs, with its output, and terminates nothing', async (t) => {
  const w = await world();
  const pid = await running(w);
  await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  await w.runtime.create({ id: 'idle', spec: spec() });
  const next = await restarted(w);
  t.deepEqual(next.told('web').slice(-1), ['recovered(resumed)']);
  t.deepEqual(next.told('idle'), ['create', 'recovered(resumed)']);
  t.is(next.hcs.process(pid).relays.length, 2);
  t.is(next.hcs.process(pid).relays[0]?.logFolder, next.hcs.process(pid).relays[1]?.logFolder);
  t.false(next.hcs.calls.some((c) => c.startsWith('HcsTerminate')));
  t.like(await next.runtime.state('web'), { status: 'running', pid, execs: [{ execId: 'e', status: 'running' }] });
  await next.runtime.start({ id: 'idle' });
});

test('sequences go on over engine restarts without a gap', async (t) => {
  let w = await world();
  const pid = await running(w);
  for (let n = 0; n < 3; n += 1) w = await restarted(w);
  w.hcs.exit(pid, 0);
  await w.runtime.wait('web', undefined, 'container');
  t.deepEqual(
    w.store.events.map((e) => e.sequence),
    w.store.events.map((_, i) => i + 1),
  );
  t.is(new Set(w.store.events.map((e) => e.epoch)).size, 1);
});

test('E9: an exit while no engine watched is found with its true code', async (t) => {
  const w = await world();
  const pid = await running(w);
  const exec = await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  await w.runtime.close();
  w.hcs.exit(exec.pid, 5);
  w.hcs.exit(pid, 21);
  const next = await restarted(w);
  t.like(await next.runtime.wait('web', undefined, 'container'), { exitCode: 21 });
  t.like(await next.runtime.wait('web', 'e', 'container'), { exitCode: 5 });
  t.is(next.hcs.liveHandles, 0);
});

test('a container that HCS no longer has ended with an unknown exit, its execs too', async (t) => {
  const w = await world();
  await running(w);
  await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  await w.runtime.close();
  w.hcs.systems.clear();
  const next = await restarted(w);
  const state = await next.runtime.state('web');
  t.like(state, { status: 'stopped', exitCode: null });
  t.regex(state.exitUnknown ?? '', /no engine watched/);
  t.deepEqual(next.told().slice(-3), ['e:exit(unknown)', 'stopping(systemExited)', 'exit(unknown)']);
});

test('a system of the same id that is not ours is left alone', async (t) => {
  const w = await world();
  await running(w);
  await w.runtime.close();
  w.hcs.systems.clear();
  const other = await world({ hcs: w.hcs });
  await running(other);
  const next = await restarted(w);
  t.like(await next.runtime.state('web'), { status: 'stopped' });
  t.like(await other.runtime.state('web'), { status: 'running' });
  t.is(w.hcs.system('web').state, 'Running');
  const { items } = await next.runtime.list(true);
  t.deepEqual(
    items.map((i) => [i.id, i.foreign ?? false]),
    [
      ['web', false],
      ['web', true],
    ],
  );
});

test('init that is gone from a system that is not ends the container as unknown', async (t) => {
  const w = await world();
  const pid = await running(w);
  await w.runtime.close();
  w.hcs.system('web').processes.delete(pid);
  const next = await restarted(w);
  t.like(await next.runtime.state('web'), { status: 'stopped', exitCode: null });
  t.is(w.hcs.systems.size, 0);
});

test('stdio that cannot be resumed is said to be lost, and the exit is still heard', async (t) => {
  const w = await world();
  const pid = await running(w);
  await w.runtime.close();
  w.hcs.fault('HcsGetProcessInfo', { hresult: 0x8037011d });
  const next = await restarted(w);
  t.is(next.told().at(-1), 'recovered(lost)');
  next.hcs.exit(pid, 8);
  t.like(await next.runtime.wait('web', undefined, 'container'), { exitCode: 8 });
});

test('a create that the engine did not live to finish is rolled back', async (t) => {
  for (const operation of ['HcsCreateComputeSystem', 'HcsStartComputeSystem']) {
    const w = await world();
    w.hcs.fault(operation, { lost: true });
    const created = refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
    await quiet();
    const next = await restarted(w);
    t.is((await created).code, 'unavailable');
    t.like(await next.runtime.state('web'), { status: 'failed', lastError: 'the engine ended while it was created' });
    if (operation === 'HcsCreateComputeSystem') {
      // Nothing is written that proves it ours: it is left alone for as long as anybody may be about to start it.
      t.regex((await refusedWith(next.runtime.delete('web', true))).details.hint ?? '', /nothing proves yet/);
      t.is(next.hcs.systems.size, 1);
      await next.clock.advance(481_000);
    }
    t.is(next.hcs.systems.size, 0);
    await next.runtime.create({ id: 'web', spec: spec() });
  }
});

test('a system that another made under the id while a create was half done is never touched, started or not', async (t) => {
  const w = await diedBeforeCreate();
  // Another home's engine: the same id, the same owner.
  const other = await world({ hcs: w.hcs });
  other.hcs.fault('HcsStartComputeSystem', { after: new Promise(() => undefined) });
  other.runtime.create({ id: 'web', spec: spec() }).catch(() => undefined);
  await quiet();
  const next = await restarted(w);
  t.like(await next.runtime.state('web'), { status: 'failed' });
  await next.runtime.sweep(false);
  await next.clock.advance(100_000);
  t.false(next.hcs.calls.some((call) => call.startsWith('HcsTerminate')));
  next.hcs.system('web').state = 'Running';
  await next.clock.advance(900_000);
  await next.runtime.sweep(false);
  t.false(next.hcs.calls.some((call) => call.startsWith('HcsTerminate')));
  t.is(next.hcs.system('web').state, 'Running');
  const refused = await refusedWith(next.runtime.delete('web', false));
  t.regex(refused.details.hint ?? '', /--force forgets the container and leaves that system alone/);
  await next.runtime.delete('web', true);
  t.deepEqual((await next.runtime.list(false)).items, []);
  t.is(next.hcs.system('web').state, 'Running');
  t.false(next.hcs.calls.some((call) => call.startsWith('HcsTerminate')));
});

test('an unstarted system of another owner is not what a create of ours left, however long it stays', async (t) => {
  const w = await diedBeforeCreate();
  await w.hcs.createComputeSystem('web', '{"Owner":"containerd"}');
  const next = await restarted(w);
  await next.clock.advance(2_000_000);
  t.is(next.hcs.systems.size, 1);
  await next.runtime.delete('web', false);
  t.is(next.hcs.systems.size, 1);
});

test('where HCS gives no RuntimeId, the time at which a system started proves it', async (t) => {
  const w = await world();
  w.hcs.runtimeIds = 'none';
  w.hcs.startTimes = true;
  await running(w);
  let next = await restarted(w);
  t.is(next.told().at(-1), 'recovered(resumed)');
  // Another one, of the same id and owner.
  await next.runtime.close();
  w.hcs.systems.clear();
  const other = await world({ hcs: w.hcs });
  await running(other);
  await other.runtime.close();
  next = await restarted(next);
  t.like(await next.runtime.state('web'), { status: 'stopped' });
  t.is(w.hcs.system('web').state, 'Running');
});

test('a RuntimeId that HCS gives only to what has started proves it as well', async (t) => {
  const w = await world();
  w.hcs.runtimeIds = 'started';
  await running(w);
  const next = await restarted(w);
  t.is(next.told().at(-1), 'recovered(resumed)');
});

test('a container of which HCS tells nothing that could prove it does not come to be', async (t) => {
  const w = await world();
  w.hcs.runtimeIds = 'none';
  const error = await refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
  t.is(error.code, 'hcsFailure');
  t.regex(error.message, /neither a RuntimeId/);
  t.is(w.hcs.systems.size, 0);
  t.is(w.hcs.liveHandles, 0);
});

test('a container whose proof HCS does not tell is lost until it does, and nobody takes it for ended', async (t) => {
  const w = await world();
  const pid = await running(w);
  await w.runtime.close();
  w.hcs.runtimeIds = 'none';
  const next = await restarted(w);
  t.like(await next.runtime.state('web'), { status: 'lost' });
  await next.clock.advance(2_000_000);
  t.is(next.hcs.system('web').state, 'Running');
  next.hcs.runtimeIds = 'all';
  await next.clock.advance(60_000);
  t.like(await next.runtime.state('web'), { status: 'running', pid });
});

test('verbs of a new engine judge a container by what that engine finds', async (t) => {
  for (const verb of ['kill', 'stop', 'delete'] as const) {
    const w = await world();
    const pid = await running(w);
    await w.runtime.close();
    w.hcs.exit(pid, 3);
    await quiet();
    const next = await w.again();
    const { runtime } = next;
    const asked =
      verb === 'kill'
        ? runtime.kill('web', undefined, undefined)
        : verb === 'delete'
          ? runtime.delete('web', true)
          : runtime.stop('web', undefined);
    await next.clock.advance(1_000_000);
    await t.notThrowsAsync(asked, verb);
  }
});

test('a start that the engine did not live to finish is torn down', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  w.hcs.fault('startRelay', { after: new Promise(() => undefined) });
  const started = w.runtime.start({ id: 'web' });
  started.catch(() => undefined);
  await quiet();
  const next = await restarted(w);
  t.like(await next.runtime.wait('web', undefined, 'container'), { exitCode: null });
  t.deepEqual(next.told().slice(1), ['stopping(engineEnded)', 'recovered(resumed)', 'exit(unknown)']);
  t.is(next.hcs.systems.size, 0);
});

test('a tear-down that the engine did not live to finish goes on', async (t) => {
  const w = await world();
  const pid = await running(w);
  w.hcs.fault('HcsShutdownComputeSystem', { ignored: true });
  w.hcs.exit(pid, 13);
  await quiet();
  const next = await restarted(w);
  t.like(await next.runtime.wait('web', undefined, 'container'), { exitCode: 13 });
  t.is(next.hcs.systems.size, 0);
});

test('list and state answer while reattaching hangs, and verbs on other containers too', async (t) => {
  const w = await world();
  await running(w);
  await w.runtime.close();
  w.hcs.fault('HcsOpenComputeSystem', { after: new Promise(() => undefined) });
  const next = await w.again();
  t.is((await next.runtime.list(false)).items.length, 1);
  t.like(await next.runtime.state('web'), { status: 'running' });
  await running(next, 'other');
  const stats = refusedWith(next.runtime.stats('web', { timeoutMs: 20 }));
  await next.clock.advance(21);
  t.is((await stats).code, 'timeout');
});

test('1,000 containers are reattached', async (t) => {
  const w = await world();
  for (let n = 0; n < 1000; n += 1) await running(w, `c${n}`);
  const began = Date.now();
  const next = await w.again();
  await next.runtime.reattached;
  t.is(next.store.events.filter((e) => e.type === 'recovered').length, 1000);
  t.log(`${Date.now() - began} ms`);
});

test('B18: restore tells what became of each, and terminate ends them; only "no such system" counts as gone', async (t) => {
  const w = await world();
  await running(w, 'a');
  const pid = await running(w, 'b');
  w.hcs.exit(pid, 4);
  await w.runtime.wait('b', undefined, 'container');
  t.deepEqual(await w.runtime.restore(undefined, 'reattach'), [{ id: 'a', outcome: 'running' }]);
  t.like((await w.runtime.restore('b', 'reattach'))[0], { id: 'b', outcome: 'stopped' });
  const [terminated] = await w.runtime.restore('a', 'terminate');
  t.like(terminated, { id: 'a', outcome: 'terminated', exit: { exitCode: 1067 } });
  t.is(w.hcs.liveHandles, 0);
  await running(w, 'c');
  await w.runtime.close();
  w.hcs.fault('HcsOpenComputeSystem', { hresult: 0x80070005 });
  const next = await restarted(w);
  t.like(await next.runtime.state('c'), { status: 'lost' });
  await next.clock.advance(1_000);
  t.like(await next.runtime.state('c'), { status: 'running' });
});

test('restore reports a container that cannot be terminated', async (t) => {
  const w = await world();
  await running(w);
  w.hcs.fault('HcsTerminateComputeSystem', { hresult: 0x80070005 });
  t.like((await w.runtime.restore(undefined, 'terminate'))[0], { id: 'web', outcome: 'failed' });
});

test('a lost service makes containers lost, and they are recovered with all that runs in them', async (t) => {
  const w = await world();
  const pid = await running(w);
  const exec = await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  const waits = [w.runtime.wait('web', undefined, 'container'), w.runtime.wait('web', 'e', 'container')];
  w.hcs.disconnect();
  await quiet();
  t.like(await w.runtime.state('web'), { status: 'lost' });
  t.is((await refusedWith(w.runtime.exec({ id: 'web', process: process() }))).code, 'unavailable');
  t.is((await refusedWith(w.runtime.kill('web', undefined, 'KILL'))).code, 'unavailable');
  await w.clock.advance(1_000);
  w.hcs.reconnect();
  await w.clock.advance(2_000);
  t.deepEqual(w.told().slice(-2), ['lost', 'recovered(resumed)']);
  w.hcs.exit(exec.pid, 2);
  w.hcs.exit(pid, 3);
  t.deepEqual(
    (await Promise.all(waits)).map((e) => e.exitCode),
    [3, 2],
  );
  t.is(w.hcs.liveHandles, 0);
});

test('a service that comes back without the container ends it as unknown', async (t) => {
  const w = await world();
  await running(w);
  const ended = w.runtime.wait('web', undefined, 'container');
  w.hcs.disconnect(true);
  await w.clock.advance(500);
  w.hcs.reconnect();
  await w.clock.advance(2_000);
  t.is((await ended).exitCode, null);
  t.deepEqual(w.told().slice(-2), ['lost', 'exit(unknown)']);
  t.is(w.hcs.liveHandles, 0);
});

test('a call that fails because the service is gone is noticed even when HCS says nothing', async (t) => {
  const w = await world();
  await running(w);
  w.hcs.fault('HcsGetComputeSystemProperties', { hresult: 0x800706bf });
  t.is((await refusedWith(w.runtime.stats('web'))).code, 'unavailable');
  await w.clock.advance(1_000);
  t.deepEqual(w.told().slice(-2), ['lost', 'recovered(resumed)']);
  t.like(await w.runtime.state('web'), { status: 'running' });
  await w.clock.advance(20_000);
  t.is(w.hcs.liveHandles, 2);
});

test('an exit that was read before the service was lost is kept', async (t) => {
  const w = await world();
  const pid = await running(w);
  w.hcs.fault('HcsShutdownComputeSystem', { ignored: true });
  w.hcs.exit(pid, 33);
  await quiet();
  w.hcs.disconnect(true);
  await w.clock.advance(300);
  w.hcs.reconnect();
  await w.clock.advance(2_000);
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 33 });
});

test('a start during which the service is lost is unavailable, and the container comes to an end', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  let answer: () => void = () => undefined;
  w.hcs.fault('HcsCreateProcess', { after: new Promise<void>((resolve) => (answer = resolve)) });
  const started = refusedWith(w.runtime.start({ id: 'web' }));
  await quiet();
  w.hcs.disconnect(true);
  await quiet();
  answer();
  await w.clock.advance(300);
  w.hcs.reconnect();
  await w.clock.advance(2_000);
  t.is((await started).code, 'unavailable');
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: null });
  await quiet();
  t.is(w.hcs.liveHandles, 0);
});

test('a paused container comes back as HCS has it', async (t) => {
  const w = await world();
  await running(w, 'vm', hypervSpec());
  await w.runtime.pause('vm');
  const next = await restarted(w);
  t.like(await next.runtime.state('vm'), { status: 'paused' });
  await next.runtime.close();
  next.hcs.system('vm').state = 'Running';
  const third = await restarted(next);
  t.deepEqual(third.told().slice(-2), ['recovered(resumed)', 'resumed']);
});

test('a tear-down during which the service is lost goes on after it is back', async (t) => {
  const w = await world();
  const pid = await running(w);
  w.hcs.fault('HcsShutdownComputeSystem', { ignored: true });
  w.hcs.exit(pid, 5);
  await quiet();
  w.hcs.disconnect();
  await quiet();
  t.like(await w.runtime.state('web'), { status: 'lost' });
  w.hcs.reconnect();
  await w.clock.advance(3_000);
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 5 });
  t.is(w.hcs.systems.size, 0);
  t.is(w.hcs.liveHandles, 0);
});

test('the end of what a new engine began before anybody listened is told as idleness', async (t) => {
  const w = await world();
  w.hcs.fault('HcsStartComputeSystem', { hresult: 0x80004005 });
  w.hcs.fault('HcsTerminateComputeSystem', { hresult: 0x80004005, times: 10 });
  const refused = refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
  await w.clock.advance(1_000_000);
  await refused;
  t.like(await w.runtime.state('web'), { status: 'failed' });
  w.hcs.clearFaults();
  let release: () => void = () => undefined;
  w.hcs.fault('HcsOpenComputeSystem', { after: new Promise<void>((resolve) => (release = resolve)) });
  const next = await w.again();
  await quiet();
  t.true(next.runtime.busy(), 'it removes the leftover');
  const told: boolean[] = [];
  next.runtime.onIdleChange((isBusy) => told.push(isBusy));
  release();
  await next.clock.advance(1_000_000);
  t.false(next.runtime.busy());
  t.deepEqual(told, [false]);
});
