import test from 'ava';
import { hypervSpec, process, quiet, refusedWith, running, spec, world, type World } from './world.js';

test('kill KILL terminates the system, and the container ends with the code of a terminated process', async (t) => {
  for (const signal of ['KILL', 'SIGKILL', 'kill', 9, '9', undefined]) {
    const w = await world();
    await running(w);
    await w.runtime.kill('web', undefined, signal);
    t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 1067 });
    t.deepEqual(w.told().slice(2), ['stopping(kill)', 'exit(1067)']);
    t.false(w.hcs.calls.includes('HcsShutdownComputeSystem web'));
  }
});

test('kill with any other signal asks for shutdown and does not terminate', async (t) => {
  const w = await world();
  await running(w);
  w.hcs.shutdownCode = 0xc000013a;
  await w.runtime.kill('web', 'init', 'TERM');
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 0xc000013a });
  t.false(w.hcs.calls.includes('HcsTerminateComputeSystem web'));
});

test('F.4 g: a refused shutdown or terminate is told, and the container runs on', async (t) => {
  const w = await world();
  await running(w);
  w.hcs.fault('HcsTerminateComputeSystem', { hresult: 0x80070005 });
  t.is((await refusedWith(w.runtime.kill('web', undefined, 'KILL'))).code, 'permissionDenied');
  w.hcs.fault('HcsShutdownComputeSystem', { hresult: 0x80004005 });
  t.is((await refusedWith(w.runtime.kill('web', undefined, 'TERM'))).code, 'hcsFailure');
  t.like(await w.runtime.state('web'), { status: 'running' });
});

test('B15: killing what has stopped is success', async (t) => {
  const w = await world();
  const pid = await running(w);
  w.hcs.exit(pid, 2);
  await w.runtime.wait('web', undefined, 'container');
  await w.runtime.kill('web', undefined, 'KILL');
  await w.runtime.kill('web', undefined, 'TERM');
  t.like(await w.runtime.stop('web', undefined), { exitCode: 2 });
  for (const hresult of [0xc0370110, 0x80370110, 0xc037010e, 0x80070490]) {
    const v = await world();
    await running(v);
    // It has ended, and its notification was lost.
    for (const system of v.hcs.systems.values()) system.state = 'Stopped';
    v.hcs.fault('HcsTerminateComputeSystem', { hresult });
    await v.runtime.kill('web', undefined, 'KILL');
    await v.clock.advance(5_000);
    t.like(await v.runtime.state('web'), { status: 'stopped' });
  }
});

test('a system that HCS calls ended and lists all the same is not forgotten: it is terminated again', async (t) => {
  const w = await world();
  await running(w);
  w.hcs.fault('HcsTerminateComputeSystem', { hresult: 0xc0370110 });
  await w.runtime.kill('web', undefined, 'KILL');
  t.like(await w.runtime.state('web'), { status: 'stopping' });
  await w.clock.advance(301_000);
  t.like(await w.runtime.state('web'), { status: 'stopped' });
  t.is(w.hcs.systems.size, 0);
});

test('a signal that is none is refused', async (t) => {
  const w = await world();
  await running(w);
  for (const signal of ['', '0', 65, 'a b', -1, 'KLIL', 'SIGSIGTERM', 'TERM1'])
    t.is((await refusedWith(w.runtime.kill('web', undefined, signal))).code, 'invalidRequest', String(signal));
  t.deepEqual(w.told().slice(2), []);
  for (const signal of ['sigint', 'RTMIN+3', 'CtrlC', 15, '1']) {
    const v = await world();
    await running(v);
    await v.runtime.kill('web', undefined, signal);
    t.true(v.hcs.calls.includes('HcsShutdownComputeSystem web'), String(signal));
  }
});

test('any signal ends an exec; one that has ended is success, one that never was is notFound', async (t) => {
  const w = await world();
  await running(w);
  await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  await w.runtime.kill('web', 'e', 'TERM');
  t.like(await w.runtime.wait('web', 'e', 'container'), { exitCode: 1067 });
  await w.runtime.kill('web', 'e', 'KILL');
  t.is((await refusedWith(w.runtime.kill('web', 'other', 'KILL'))).code, 'notFound');
  t.like(await w.runtime.state('web'), { status: 'running' });
});

test('a second kill of an exec that HCS denies is success, any other refusal is told', async (t) => {
  const w = await world();
  await running(w);
  await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  w.hcs.fault('HcsTerminateProcess', { hresult: 0x80070005 });
  await w.runtime.kill('web', 'e', 'KILL');
  w.hcs.fault('HcsTerminateProcess', { hresult: 0x80004005 });
  t.is((await refusedWith(w.runtime.kill('web', 'e', 'KILL'))).code, 'hcsFailure');
});

test('an exec that cannot be found for a kill and whose exit never comes ends as unknown after 1 second', async (t) => {
  const w = await world();
  await running(w);
  const { pid } = await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  w.hcs.process(pid).heldOpen = true;
  w.hcs.fault('HcsTerminateProcess', { hresult: 0x80070490 });
  await w.runtime.kill('web', 'e', 'KILL');
  const ended = w.runtime.wait('web', 'e', 'container');
  await w.clock.advance(1_001);
  await w.clock.advance(2_001);
  t.is((await ended).exitCode, null);
});

test('stop shuts down and answers with the exit', async (t) => {
  const w = await world();
  await running(w);
  w.hcs.shutdownCode = 5;
  t.like(await w.runtime.stop('web', undefined), { exitCode: 5 });
  t.deepEqual(w.told().slice(2), ['stopping(stop)', 'exit(5)']);
});

test('stop terminates after its grace: 10 seconds, or what the caller says', async (t) => {
  for (const [grace, ms] of [
    [undefined, 10_000],
    [300, 300],
  ] as const) {
    const w = await world();
    await running(w);
    w.hcs.shutdownCode = null;
    const stopped = w.runtime.stop('web', grace);
    await w.clock.advance(ms - 1);
    t.false(w.hcs.calls.includes('HcsTerminateComputeSystem web'));
    await w.clock.advance(2);
    t.like(await stopped, { exitCode: 1067 });
  }
});

test('stop with no grace terminates at once', async (t) => {
  const w = await world();
  await running(w);
  t.like(await w.runtime.stop('web', 0), { exitCode: 1067 });
  t.false(w.hcs.calls.includes('HcsShutdownComputeSystem web'));
});

test('stop escalates when shutdown is refused', async (t) => {
  const w = await world();
  await running(w);
  w.hcs.fault('HcsShutdownComputeSystem', { hresult: 0x80004005 });
  t.like(await w.runtime.stop('web', undefined), { exitCode: 1067 });
});

test('stop of a container that does not end is bounded and names it, and it ends later all the same', async (t) => {
  const w = await world();
  await running(w);
  w.hcs.shutdownCode = null;
  w.hcs.fault('HcsTerminateComputeSystem', { ignored: true, times: 2 });
  const stopped = refusedWith(w.runtime.stop('web', 1000));
  await w.clock.advance(301_500);
  const error = await stopped;
  t.is(error.code, 'timeout');
  t.deepEqual(error.details.leftovers, ['compute system web has not ended']);
  await w.clock.advance(700_000);
  t.like(await w.runtime.state('web'), { status: 'stopped' });
});

test('two stops and a kill at once all succeed, and the container ends once', async (t) => {
  const w = await world();
  await running(w);
  const [a, , b] = await Promise.all([
    w.runtime.stop('web', undefined),
    w.runtime.kill('web', undefined, 'KILL'),
    w.runtime.stop('web', 0),
  ]);
  t.deepEqual(a, b);
  t.is(w.told().filter((e) => e.startsWith('exit')).length, 1);
});

test('B19: pause and resume need Hyper-V isolation, then the right state', async (t) => {
  const w = await world();
  await running(w);
  t.is((await refusedWith(w.runtime.pause('web'))).code, 'unsupported');
  t.is((await refusedWith(w.runtime.resume('web'))).code, 'unsupported');
  t.false(w.hcs.calls.some((c) => c.startsWith('HcsPause') || c.startsWith('HcsResume')));
  await w.runtime.create({ id: 'vm', spec: hypervSpec() });
  t.is((await refusedWith(w.runtime.pause('vm'))).code, 'failedPrecondition');
  await w.runtime.start({ id: 'vm' });
  t.is((await refusedWith(w.runtime.resume('vm'))).code, 'failedPrecondition');
  await w.runtime.pause('vm');
  t.like(await w.runtime.state('vm'), { status: 'paused' });
  t.is((await refusedWith(w.runtime.pause('vm'))).code, 'failedPrecondition');
  t.is((await refusedWith(w.runtime.exec({ id: 'vm', process: process() }))).code, 'failedPrecondition');
  await w.runtime.resume('vm');
  t.deepEqual(w.told('vm'), ['create', 'start', 'paused', 'resumed']);
});

test('a pause that takes too long is told, and counts when it comes; a doubled notice of it does not undo a resume', async (t) => {
  const w = await world();
  await running(w, 'vm', hypervSpec());
  const [token] = w.hcs.system('vm').tokens;
  w.hcs.fault('HcsPauseComputeSystem', { lost: true });
  const paused = refusedWith(w.runtime.pause('vm'));
  await w.clock.advance(240_001);
  t.is((await paused).code, 'timeout');
  const completed = { kind: 'system', system: token!, type: 'SystemPauseCompleted', status: 0, data: null } as const;
  w.hcs.notify(completed);
  await quiet();
  t.like(await w.runtime.state('vm'), { status: 'paused' });
  await w.runtime.resume('vm');
  w.hcs.notify(completed);
  await quiet();
  t.like(await w.runtime.state('vm'), { status: 'running' });
});

test('a pause whose call hangs counts when it returns', async (t) => {
  const w = await world();
  await running(w, 'vm', hypervSpec());
  let answer: () => void = () => undefined;
  w.hcs.fault('HcsPauseComputeSystem', { immediate: true, after: new Promise<void>((resolve) => (answer = resolve)) });
  const paused = refusedWith(w.runtime.pause('vm', { timeoutMs: 10 }));
  await w.clock.advance(11);
  t.is((await paused).code, 'timeout');
  answer();
  await quiet();
  t.like(await w.runtime.state('vm'), { status: 'paused' });
});

test('B17: deleting a created container shuts it down and closes it', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  await w.runtime.delete('web', false);
  t.deepEqual(w.told(), ['create', 'stopping(stop)', 'exit(unknown)', 'delete']);
  t.is(w.hcs.liveHandles, 0);
  t.is(w.hcs.systems.size, 0);
  await quiet();
  t.is(w.removedLogs.length, 1);
});

test('a running or paused container is deleted only by force', async (t) => {
  const w = await world();
  await running(w, 'vm', hypervSpec());
  t.is((await refusedWith(w.runtime.delete('vm', false))).code, 'failedPrecondition');
  await w.runtime.pause('vm');
  t.is((await refusedWith(w.runtime.delete('vm', false))).code, 'failedPrecondition');
  await w.runtime.delete('vm', true);
  t.is((await refusedWith(w.runtime.state('vm'))).code, 'notFound');
  t.is(w.hcs.liveHandles, 0);
  t.deepEqual(w.told().slice(-3), ['stopping(kill)', 'exit(1067)', 'delete']);
});

test('deleteTask gives exit and time of an ended container and keeps the record', async (t) => {
  const w = await world();
  const pid = await running(w);
  t.is((await refusedWith(w.runtime.deleteTask('web'))).code, 'failedPrecondition');
  w.hcs.exit(pid, 3);
  const { exitCode, exitedAt, startedAt } = await w.runtime.wait('web', undefined, 'container');
  t.deepEqual(await w.runtime.deleteTask('web'), { exitCode, exitedAt, startedAt: startedAt ?? '' });
  t.like(await w.runtime.state('web'), { status: 'stopped', exitCode: 3, exitedAt });
});

const asks: readonly (readonly [cause: string, operation: string, ask: (w: World) => Promise<unknown>])[] = [
  ['stop', 'HcsShutdownComputeSystem', (w) => w.runtime.stop('web', undefined)],
  ['stop', 'HcsTerminateComputeSystem', (w) => w.runtime.stop('web', 0)],
  ['kill', 'HcsShutdownComputeSystem', (w) => w.runtime.kill('web', undefined, 'TERM')],
  ['kill', 'HcsTerminateComputeSystem', (w) => w.runtime.kill('web', undefined, 'KILL')],
];

for (const [cause, operation, ask] of asks) {
  test(`an end that HCS tells before it has answered the ${operation} of a ${cause} is the ${cause}'s`, async (t) => {
    for (const end of [
      (w: World, pid: number) => {
        w.hcs.exit(pid, 5);
      },
      (w: World) => {
        w.hcs.endSystem('web');
      },
    ]) {
      const w = await world();
      const pid = await running(w);
      let answer: () => void = () => undefined;
      w.hcs.fault(operation, { after: new Promise<void>((resolve) => (answer = resolve)) });
      const asked = ask(w);
      await quiet();
      end(w, pid);
      await quiet();
      t.deepEqual(w.told().slice(2, 3), [`stopping(${cause})`]);
      const [kind] = operation.split('ComputeSystem');
      t.is(w.hcs.calls.filter((call) => call.startsWith(kind ?? '')).length, 1, 'no second one is sent meanwhile');
      answer();
      await w.clock.advance(10_000);
      await asked;
      t.is((await w.runtime.state('web')).status, 'stopped');
      t.is(w.told().filter((event) => event.startsWith('stopping')).length, 1);
    }
  });

  test(`an end after a refused ${operation} of a ${cause} is the program's own`, async (t) => {
    const w = await world();
    const pid = await running(w);
    w.hcs.fault(operation, { hresult: 0x80004005 });
    if (operation.includes('Shutdown')) w.hcs.fault('HcsTerminateComputeSystem', { hresult: 0x80004005 });
    await refusedWith(ask(w));
    w.hcs.exit(pid, 5);
    await w.clock.advance(1000);
    t.deepEqual(w.told().slice(2), ['stopping(initExited)', 'exit(5)']);
  });

  test(`an end that follows the ${operation} that a ${cause} gave up is the ${cause}'s`, async (t) => {
    const w = await world();
    await running(w);
    let answer: () => void = () => undefined;
    w.hcs.fault(operation, { after: new Promise<void>((resolve) => (answer = resolve)) });
    const stopped = new AbortController();
    const context = { signal: stopped.signal };
    const work =
      cause === 'stop'
        ? w.runtime.stop('web', operation.includes('Shutdown') ? undefined : 0, context)
        : w.runtime.kill('web', undefined, operation.includes('Shutdown') ? 'TERM' : 'KILL', context);
    const refused = refusedWith(work);
    await quiet();
    stopped.abort();
    t.is((await refused).code, 'cancelled');
    answer();
    await w.clock.advance(1000);
    t.is(w.told()[2], `stopping(${cause})`);
    t.is((await w.runtime.state('web')).status, 'stopped');
  });
}
