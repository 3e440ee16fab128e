import test from 'ava';
import { decodeProcess } from '#src/core/documents/spec.js';
import { quiet, running, spec, world } from './world.js';

test("init's end publishes stopping at once and exit when the system is gone and its waiters are told", async (t) => {
  const w = await world();
  const pid = await running(w);
  w.hcs.fault('HcsShutdownComputeSystem', { ignored: true });
  const order: string[] = [];
  const both = [
    w.runtime.wait('web', undefined, 'init').then(() => order.push('init')),
    w.runtime.wait('web', undefined, 'container').then(() => order.push('container')),
  ];
  w.hcs.exit(pid, 4);
  await quiet();
  t.deepEqual(w.told(), ['create', 'start', 'stopping(initExited)']);
  t.like(w.store.events.at(-1), { exitCode: 4 });
  t.like(await w.runtime.state('web'), { status: 'stopping' });
  t.deepEqual(order, ['init']);
  w.hcs.endSystem('web');
  await Promise.all(both);
  t.deepEqual(order, ['init', 'container']);
  t.deepEqual(w.told().at(-1), 'exit(4)');
});

test('B9: a refused shutdown followed by a good terminate is success, and the exit code is kept', async (t) => {
  const w = await world();
  const pid = await running(w);
  w.hcs.fault('HcsShutdownComputeSystem', { hresult: 0x80004005 });
  w.hcs.exit(pid, 6);
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 6 });
  const exit = w.store.events.at(-1);
  t.like(exit, { type: 'exit', exitCode: 6 });
  t.false(exit !== undefined && 'error' in exit);
  t.regex((await w.runtime.state('web')).lastError ?? '', /HcsShutdownComputeSystem/);
});

test('a shutdown that does not do is followed by terminate after 5 minutes', async (t) => {
  const w = await world();
  const pid = await running(w);
  w.hcs.fault('HcsShutdownComputeSystem', { ignored: true });
  w.hcs.exit(pid, 6);
  await w.clock.advance(299_000);
  t.false(w.hcs.calls.includes('HcsTerminateComputeSystem web'));
  await w.clock.advance(2_000);
  t.true(w.hcs.calls.includes('HcsTerminateComputeSystem web'));
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 6 });
});

test('B10: after a refused terminate the tear-down still tries shutdown, and terminates again', async (t) => {
  const w = await world();
  const pid = await running(w);
  w.hcs.fault('HcsTerminateComputeSystem', { hresult: 0x80004005 });
  const refused = await t.throwsAsync(w.runtime.kill('web', undefined, 'KILL'));
  t.regex(refused.message, /E_FAIL/);
  t.like(await w.runtime.state('web'), { status: 'running' });
  w.hcs.exit(pid, 2);
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 2 });
  t.true(w.hcs.calls.includes('HcsShutdownComputeSystem web'));
});

test('a system that does not end is tried again, says so in lastError, and delays no other container', async (t) => {
  const w = await world();
  const pid = await running(w);
  const other = await running(w, 'other');
  w.hcs.fault('HcsShutdownComputeSystem', { hresult: 0x80004005 });
  w.hcs.fault('HcsTerminateComputeSystem', { hresult: 0x80004005, times: 3 });
  w.hcs.exit(pid, 1);
  await quiet();
  t.regex((await w.runtime.state('web')).lastError ?? '', /HcsTerminateComputeSystem/);
  w.hcs.exit(other, 8);
  t.like(await w.runtime.wait('other', undefined, 'container'), { exitCode: 8 });
  await w.clock.advance(10_000);
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 1 });
});

test('B14, B15, F.4 l: list, state, kill and other containers answer while one container is stuck', async (t) => {
  const w = await world();
  const pid = await running(w);
  w.hcs.fault('HcsShutdownComputeSystem', { after: new Promise(() => undefined) });
  w.hcs.exit(pid, 1);
  await quiet();
  t.is((await w.runtime.list(false)).items.length, 1);
  t.like(await w.runtime.state('web'), { status: 'stopping' });
  const other = await running(w, 'other');
  w.hcs.exit(other, 0);
  await w.runtime.wait('other', undefined, 'container');
  await w.runtime.kill('web', undefined, 'KILL');
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 1 });
});

for (const [title, status, lastWaitResult, why] of [
  ['the connection to the process broke', 0x8007006d, 0, /connection to the process broke \(ERROR_BROKEN_PIPE\)/],
  ['the wait inside HCS failed', 0, 5, /LastWaitResult 5/],
] as const)
  test(`F.4 h: when ${title} the exit code is said to be unknown, and why`, async (t) => {
    const w = await world();
    const pid = await running(w);
    w.hcs.process(pid).lastWaitResult = lastWaitResult;
    w.hcs.exit(pid, 0, { status });
    const exit = await w.runtime.wait('web', undefined, 'container');
    t.is(exit.exitCode, null);
    t.regex('exitUnknown' in exit ? exit.exitUnknown : '', why);
    const item = (await w.runtime.list(false)).items[0];
    t.is(item?.exitCode, null);
    t.regex(item?.exitUnknown ?? '', why);
    t.notRegex(JSON.stringify(w.store.events), /4294967295/);
  });

test('exit codes are unsigned 32 bits, as Windows has them', async (t) => {
  const w = await world();
  const pid = await running(w);
  w.hcs.exit(pid, 0xc000013a);
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 3221225786 });
});

test('an exit that HCS tells twice is published once', async (t) => {
  const w = await world();
  const pid = await running(w);
  w.hcs.exit(pid, 1, { twice: true });
  await w.runtime.wait('web', undefined, 'container');
  await quiet();
  t.deepEqual(w.told(), ['create', 'start', 'stopping(initExited)', 'exit(1)']);
});

test('an exit whose notification is lost is found when all output has ended', async (t) => {
  const w = await world();
  const pid = await running(w);
  w.hcs.exit(pid, 12, { lost: true });
  await w.clock.advance(1_001);
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 12 });
});

test('the end of a system whose notification is lost is found after terminate', async (t) => {
  const w = await world();
  const pid = await running(w);
  w.hcs.fault('HcsShutdownComputeSystem', { lost: true });
  w.hcs.exit(pid, 12);
  await quiet();
  await w.clock.advance(300_001);
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 12 });
  t.is(w.hcs.liveHandles, 0);
});

test('a system that ends by itself ends its container with the code that init had', async (t) => {
  const w = await world();
  await running(w);
  w.hcs.endSystem('web');
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 1067 });
  await quiet();
  t.is(w.hcs.liveHandles, 0);
});

test('a created container whose system ends has an exit that says that it never started', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  w.hcs.endSystem('web');
  const exit = await w.runtime.wait('web', undefined, 'container');
  t.like(exit, { exitCode: null, exitUnknown: 'init never started' });
});

test('output that a grandchild holds open delays the exit by 2 seconds and no more', async (t) => {
  const w = await world();
  const pid = await running(w);
  const { pid: execPid } = await w.runtime.exec({ id: 'web', execId: 'e', process: { args: ['x'], cwd: 'C:\\' } });
  w.hcs.process(execPid).heldOpen = true;
  w.hcs.exit(execPid, 3);
  await quiet();
  t.deepEqual(w.told().at(-1), 'e:exec-started');
  await w.clock.advance(2_001);
  t.deepEqual(w.told().at(-1), 'e:exit(3)');
  w.hcs.exit(pid, 0);
  await w.runtime.wait('web', undefined, 'container');
});

test('an ended container holds no handle and no timer', async (t) => {
  const w = await world();
  for (let n = 0; n < 20; n += 1) {
    const pid = await running(w, `c${n}`);
    w.hcs.exit(pid, n);
    await w.runtime.wait(`c${n}`, undefined, 'container');
  }
  await quiet();
  t.is(w.hcs.liveHandles, 0);
  t.is(w.clock.pending, 0);
  t.false(w.runtime.busy());
});

test('a wait tells when what it waited for had started, of init and of an exec; nothing of what never did', async (t) => {
  const w = await world();
  const pid = await running(w);
  const started = (await w.runtime.state('web')).startedAt;
  await w.clock.advance(5_000);
  const exec = await w.runtime.exec({ id: 'web', process: decodeProcess({ args: ['x'], cwd: 'C:\\' }) });
  w.hcs.exit(exec.pid, 1);
  const ofExec = await w.runtime.wait('web', exec.execId, 'container');
  t.not(ofExec.startedAt, undefined);
  t.not(ofExec.startedAt, started);
  w.hcs.exit(pid, 6);
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 6, startedAt: started });
  t.like(await w.runtime.deleteTask('web'), { exitCode: 6, startedAt: started });
  await w.runtime.create({ id: 'idle', spec: spec() });
  await w.runtime.stop('idle', undefined);
  t.false('startedAt' in (await w.runtime.wait('idle', undefined, 'container')));
});
