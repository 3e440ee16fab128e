import test from 'ava';
import { quiet, refusedWith, running, spec, world } from './world.js';

test('start gives the pid, the private pipes that were asked for, and publishes start', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  const { pid, stdio } = await w.runtime.start({ id: 'web', stdin: true, foreground: ['stdout', 'stderr'] });
  t.deepEqual(Object.keys(stdio).sort(), ['stderr', 'stdin', 'stdout']);
  t.like(w.hcs.process(pid).relays[0], { foreground: ['stdout', 'stderr'], stdin: true, segments: 3 });
  t.regex(w.hcs.process(pid).relays[0]?.logFolder ?? '', /^\/logs\/web\/[0-9a-f]{16}\/init$/);
  t.deepEqual(w.told(), ['create', 'start']);
  t.like(await w.runtime.state('web'), { status: 'running', pid });
});

test('stdin is closed as soon as init runs, in HCS first, unless it was asked for', async (t) => {
  const w = await world();
  const pid = await running(w);
  await quiet();
  t.true(w.hcs.process(pid).stdinClosed);
  t.true(w.hcs.calls.indexOf('{"Operation":"CloseHandle","CloseHandle":{"Handle":"StdIn"}}') > 0);
  t.true(
    w.hcs.calls.indexOf(`HcsModifyProcess ${pid}`) < w.hcs.calls.indexOf(`closeLocalStdin ${pid}`),
    'HCS is told before our end is closed',
  );
  await w.runtime.create({ id: 'open', spec: spec() });
  const other = await w.runtime.start({ id: 'open', stdin: true });
  await quiet();
  t.false(w.hcs.process(other.pid).stdinClosed);
});

test('the end of the client input half-closes the program input', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  const { pid } = await w.runtime.start({ id: 'web', stdin: true });
  const [token] = w.hcs.process(pid).tokens;
  w.hcs.notify({ kind: 'stdinEnd', process: token! });
  await quiet();
  t.true(w.hcs.process(pid).stdinClosed);
});

test('B7, F.4 b: a spec without a process is refused at create, before HCS is asked', async (t) => {
  const w = await world();
  const error = await refusedWith(w.runtime.create({ id: 'web', spec: spec({ process: undefined }) }));
  t.is(error.code, 'invalidRequest');
  t.is(error.details.issues?.[0]?.path, 'spec.process');
  t.deepEqual(w.hcs.calls, []);
});

for (const [hresult, status, why] of [
  [0x80070002, 127, 'the program is not there'],
  [0x80070003, 127, 'its folder is not there'],
  [0x80070005, 126, 'it may not be run'],
  [0x800700c1, 126, 'it is no program'],
] as const)
  test(`B12: when ${why} the container is torn down and ends with ${status} and an exit event`, async (t) => {
    const w = await world();
    await w.runtime.create({ id: 'web', spec: spec() });
    w.hcs.fault('HcsCreateProcess', { hresult });
    const error = await refusedWith(w.runtime.start({ id: 'web' }));
    t.is(error.code, 'processCannotStart');
    t.is(error.details.exitStatus, status);
    t.like(await w.runtime.state('web'), { status: 'stopped', exitCode: status, startedAt: null });
    t.deepEqual(w.told(), ['create', 'stopping(startFailed)', `exit(${status})`]);
    t.is(w.hcs.liveHandles, 0);
    t.is(w.hcs.systems.size, 0);
    t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: status });
  });

test('B11, F.4 d: a second start after a failed one is refused, and the container ends once', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  w.hcs.fault('HcsCreateProcess', { hresult: 0x80070002 });
  const [first, second] = await Promise.all([
    refusedWith(w.runtime.start({ id: 'web' })),
    refusedWith(w.runtime.start({ id: 'web' })),
  ]);
  t.deepEqual([first.code, second.code].sort(), ['failedPrecondition', 'processCannotStart']);
  t.is((await refusedWith(w.runtime.start({ id: 'web' }))).code, 'failedPrecondition');
  t.is(w.told().filter((e) => e.startsWith('exit')).length, 1);
});

test('F.4 c: an exit that HCS reports before start is published waits for it', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  w.hcs.onProcess = (p) => {
    w.hcs.exit(p.pid, 5);
  };
  w.hcs.fault('startRelay', { after: quiet() });
  await w.runtime.start({ id: 'web' });
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 5 });
  t.deepEqual(w.told(), ['create', 'start', 'stopping(initExited)', 'exit(5)']);
});

test('B13, F.4 e: when stdio cannot be attached one owner ends init and closes its handle once', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  w.hcs.fault('startRelay', { hresult: 0x80070005 });
  const error = await refusedWith(w.runtime.start({ id: 'web' }));
  t.is(error.code, 'permissionDenied');
  await quiet();
  await w.clock.advance(2_001);
  t.deepEqual(w.told(), ['create', 'stopping(stdioFailed)', 'exit(1067)']);
  t.is(w.hcs.calls.filter((c) => c.startsWith('HcsCloseProcess')).length, 1);
  t.is(w.hcs.liveHandles, 0);
});

test('a start that takes too long answers at once and is rolled back when HCS answers', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  let answer: () => void = () => undefined;
  w.hcs.fault('HcsCreateProcess', { after: new Promise<void>((resolve) => (answer = resolve)) });
  const started = refusedWith(w.runtime.start({ id: 'web' }, { timeoutMs: 100 }));
  await w.clock.advance(101);
  t.is((await started).code, 'timeout');
  answer();
  await quiet();
  await w.clock.advance(2_001);
  t.like(await w.runtime.state('web'), { status: 'stopped', exitCode: 1067 });
  t.deepEqual(w.told(), ['create', 'stopping(startCancelled)', 'exit(1067)']);
  t.is(w.hcs.liveHandles, 0);
});

test('a container can be killed while it starts, and ends once', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  let answer: () => void = () => undefined;
  w.hcs.fault('HcsCreateProcess', { after: new Promise<void>((resolve) => (answer = resolve)) });
  const started = refusedWith(w.runtime.start({ id: 'web' }));
  await quiet();
  await w.runtime.kill('web', undefined, 'KILL');
  await quiet();
  answer();
  t.is((await started).code, 'failedPrecondition');
  await quiet();
  t.deepEqual(w.told(), ['create', 'stopping(kill)', 'exit(unknown)']);
  t.is(w.hcs.liveHandles, 0);
});

test('start is refused in every state but created', async (t) => {
  const w = await world();
  t.is((await refusedWith(w.runtime.start({ id: 'none' }))).code, 'notFound');
  const pid = await running(w);
  t.is((await refusedWith(w.runtime.start({ id: 'web' }))).code, 'failedPrecondition');
  w.hcs.exit(pid, 0);
  await w.runtime.wait('web', undefined, 'container');
  t.is((await refusedWith(w.runtime.start({ id: 'web' }))).code, 'failedPrecondition');
});

test('a program that ends at once does not end before it started, however long its stdio takes', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  let attach: () => void = () => undefined;
  w.hcs.fault('startRelay', { after: new Promise<void>((resolve) => (attach = resolve)) });
  const started = w.runtime.start({ id: 'web' });
  await quiet();
  const [process] = w.hcs.system('web').processes.values();
  w.hcs.exit(process!.pid, 0);
  await w.clock.advance(5_000);
  attach();
  await started;
  await w.runtime.wait('web', undefined, 'container');
  const { startedAt, exitedAt } = await w.runtime.state('web');
  t.true(startedAt! <= exitedAt!, `${startedAt} ${exitedAt}`);
});
