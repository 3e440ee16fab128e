import test from 'ava';
import { exitOf, jsonAt, numberAt, PENDING, program, running, service, sharedService } from './fixture.js';

const shared = sharedService(test);
const INVALID_STATE = 0xc0370105;
const ALREADY_STOPPED = 0xc0370110;

test('a container is created, started, runs a program to its exit code, shuts down and is gone', async (t) => {
  const sim = await service(t);
  const client = await sim.client();
  const { handle, registration } = await running(client, 'One', sim.document());
  const sh = await program(client, handle, 'exit 42');
  t.like(await exitOf(client, sh), { ProcessId: sh.pid, Exited: true, ExitCode: 42, LastWaitResult: 0 });
  t.is((await client.call('HcsCloseProcess', sh.handle)).hresult, 0);

  t.is((await client.call('HcsShutdownComputeSystem', handle, '')).hresult, PENDING);
  t.is((await client.notified(registration, 'SystemExited')).status, 0);
  t.deepEqual(jsonAt(await client.call('HcsEnumerateComputeSystems', '{}'), 0), []);
  t.is((await client.call('HcsShutdownComputeSystem', handle, '')).hresult, ALREADY_STOPPED);
  t.is((await client.call('HcsCloseComputeSystem', handle)).hresult, 0);
  t.is((await client.call('HcsCloseComputeSystem', handle)).hresult, 0x80070006);
  t.like(await sim.status(), { computeSystems: 0, processes: 0, handles: 0, registrations: 0, strings: 0, clients: 1 });
});

test('a completion that came before anybody registered is told to the first registration, once', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const created = await client.call('HcsCreateComputeSystem', 'late', sim.document(), 0);
  const handle = numberAt(created, 0);
  await client.settled();
  const first = await client.register('system', handle);
  const second = await client.register('system', handle);
  await client.settled();
  t.is(client.count(first, 'SystemCreateCompleted'), 1);
  t.is(client.count(second, 'SystemCreateCompleted'), 0);
  await client.call('HcsTerminateComputeSystem', handle, '');
  await client.notified(first, 'SystemExited');
  await client.notified(second, 'SystemExited');
  const third = await client.register('system', handle);
  await client.settled();
  t.deepEqual(
    [first, second, third].map((id) => client.count(id, 'SystemExited')),
    [1, 1, 1],
  );
  await client.call('HcsCloseComputeSystem', handle);
});

test('the answer to a call comes before the notification that it causes', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const { handle } = await running(client, 'order', sim.document());
  const start = client.arrivals.findIndex((a) => 'told' in a && a.told.type === 3);
  t.true('reply' in client.arrivals[start - 1]!);
  await client.call('HcsTerminateComputeSystem', handle, '');
});

test('an id is taken in any spelling until its system has ended, then free at once', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const { handle, registration } = await running(client, 'Twice', sim.document());
  const again = await client.call('HcsCreateComputeSystem', 'tWICE', sim.document(), 0);
  t.is(again.hresult, 0xc037010f);
  t.is(again.values[0], null);
  t.is(jsonAt(again, 1)['Error'], 0xc037010f | 0);
  await client.call('HcsTerminateComputeSystem', handle, '');
  await client.notified(registration, 'SystemExited');
  t.is((await client.call('HcsOpenComputeSystem', 'Twice')).hresult, 0xc037010e);
  const anew = await client.call('HcsCreateComputeSystem', 'twice', sim.document(), 0);
  t.is(anew.hresult, PENDING);
  await client.call('HcsTerminateComputeSystem', numberAt(anew, 0), '');
});

test('every operation is refused in the states in which HCS refuses it', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const created = await client.call('HcsCreateComputeSystem', 'states', sim.document(), 0);
  const handle = numberAt(created, 0);
  const registration = await client.register('system', handle);
  const call = async (name: Parameters<typeof client.call>[0], ...args: string[]): Promise<number> =>
    (await client.call(name, handle, ...args)).hresult;
  const shown = async (): Promise<unknown> =>
    jsonAt(await client.call('HcsGetComputeSystemProperties', handle, '{}'), 0)['State'];
  const trueProgram = JSON.stringify({ CommandLine: 'true', WorkingDirectory: '/' });

  t.is(await shown(), '');
  t.is(await call('HcsShutdownComputeSystem', ''), INVALID_STATE);
  t.is(await call('HcsPauseComputeSystem', ''), INVALID_STATE);
  t.is(await call('HcsCreateProcess', trueProgram), INVALID_STATE);
  t.is(await call('HcsGetComputeSystemProperties', '{"PropertyTypes":["Statistics"]}'), INVALID_STATE);

  t.is(await call('HcsStartComputeSystem', ''), PENDING);
  t.is(await shown(), 'Running');
  t.is(await call('HcsStartComputeSystem', ''), INVALID_STATE);
  t.is(await call('HcsPauseComputeSystem', ''), 0x80070032);
  t.is(await call('HcsResumeComputeSystem', ''), 0x80070032);

  t.is(await call('HcsTerminateComputeSystem', ''), PENDING);
  await client.notified(registration, 'SystemExited');
  t.is(await shown(), 'Stopped');
  for (const name of ['HcsStartComputeSystem', 'HcsTerminateComputeSystem', 'HcsPauseComputeSystem'] as const)
    t.is(await call(name, ''), ALREADY_STOPPED, name);
  t.is(await call('HcsCreateProcess', trueProgram), ALREADY_STOPPED);
  t.is(await call('HcsGetComputeSystemProperties', '{"PropertyTypes":["ProcessList"]}'), ALREADY_STOPPED);
});

test('terminating ends every process with 1067 before the system says that it exited', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const { handle, registration } = await running(client, 'killed', sim.document());
  const programs = [await program(client, handle, 'sleep 100'), await program(client, handle, 'sleep 100 & wait')];
  await client.call('HcsTerminateComputeSystem', handle, '');
  t.is((await client.notified(registration, 'SystemExited')).status, 0);
  const types = client.told.map((told) => told.type);
  t.true(types.lastIndexOf(0x10000) < types.indexOf(1));
  for (const sleeper of programs) {
    t.is((await exitOf(client, sleeper))['ExitCode'], 1067);
    t.throws(() => process.kill(sleeper.pid, 0), { code: 'ESRCH' });
  }
});

test('shutdown lets a program end by its own handler, and one that has none reports a console event', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const { handle, registration } = await running(client, 'polite', sim.document());
  const mark = `${sim.home}/ready`;
  const handler = await program(client, handle, `trap 'exit 7' TERM; echo > ${mark}; while :; do sleep 0.05; done`);
  const plain = await program(client, handle, 'exec sleep 100');
  // The handler is in place once the mark is there.
  const waiter = await program(client, handle, `while [ ! -e ${mark} ]; do sleep 0.02; done`);
  await exitOf(client, waiter);
  await client.call('HcsShutdownComputeSystem', handle, '');
  const again = await client.call('HcsShutdownComputeSystem', handle, '');
  t.true([INVALID_STATE, ALREADY_STOPPED].includes(again.hresult));
  await client.notified(registration, 'SystemExited');
  t.is((await exitOf(client, handler))['ExitCode'], 7);
  t.is((await exitOf(client, plain))['ExitCode'], 0xc000013a);
});

test('shutdown ends a program that ignores it, after the grace time', async (t) => {
  const sim = await service(t, ['--shutdown-grace-ms', '50']);
  const client = await sim.client();
  const { handle, registration } = await running(client, 'deaf', sim.document());
  const mark = `${sim.home}/ready`;
  const deaf = await program(client, handle, `trap '' TERM; echo > ${mark}; while :; do sleep 0.05; done`);
  await exitOf(client, await program(client, handle, `while [ ! -e ${mark} ]; do sleep 0.02; done`));
  await client.call('HcsShutdownComputeSystem', handle, '');
  await client.notified(registration, 'SystemExited');
  t.is((await exitOf(client, deaf))['ExitCode'], 1067);
});

test('the end of init does not end its system', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const { handle, registration } = await running(client, 'init', sim.document());
  await exitOf(client, await program(client, handle, 'exit 0'));
  await exitOf(client, await program(client, handle, 'exit 0'));
  t.is(client.count(registration, 'SystemExited'), 0);
  await client.call('HcsTerminateComputeSystem', handle, '');
});

test('pause stops every process of a Hyper-V container and resume lets them go on', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const { handle, registration } = await running(client, 'vm', sim.hyperV());
  const ticks = `${sim.home}/ticks`;
  const ticker = await program(client, handle, `while :; do echo >> ${ticks}; sleep 0.01; done`);
  t.is((await client.call('HcsPauseComputeSystem', handle, '')).hresult, PENDING);
  t.is((await client.notified(registration, 'SystemPauseCompleted')).status, 0);
  t.is((await client.call('HcsPauseComputeSystem', handle, '')).hresult, INVALID_STATE);
  const properties = await client.call('HcsGetComputeSystemProperties', handle, '{"PropertyTypes":["ProcessList"]}');
  t.is(jsonAt(properties, 0)['State'], 'Paused');
  const { readFileSync } = await import('node:fs');
  // A shell that has just made a child waits in D for the child's exec, and the child is stopped.
  t.regex(readFileSync(`/proc/${ticker.pid}/stat`, 'latin1'), /\) [TD] /);
  const held = readFileSync(ticks, 'latin1').length;
  t.is((await client.call('HcsSaveComputeSystem', handle, '')).hresult, PENDING);
  await client.notified(registration, 'SystemSaveCompleted');
  t.is(readFileSync(ticks, 'latin1').length, held);
  await client.call('HcsResumeComputeSystem', handle, '');
  t.is((await client.notified(registration, 'SystemResumeCompleted')).status, 0);
  t.notRegex(readFileSync(`/proc/${ticker.pid}/stat`, 'latin1'), /\) T /);
  await client.call('HcsPauseComputeSystem', handle, '');
  await client.notified(registration, 'SystemPauseCompleted', 2);
  await client.call('HcsTerminateComputeSystem', handle, '');
  t.is((await exitOf(client, ticker))['ExitCode'], 1067);
});

test('TerminateOnLastHandleClosed ends the system with its last handle', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const observer = await sim.client();
  const document = sim.document({ TerminateOnLastHandleClosed: true });
  const { handle } = await running(client, 'last', document);
  const opened = numberAt(await observer.call('HcsOpenComputeSystem', 'LAST'), 0);
  const watch = await observer.register('system', opened);
  await client.call('HcsCloseComputeSystem', handle);
  t.is((await observer.call('HcsGetComputeSystemProperties', opened, '')).hresult, 0);
  t.is(observer.count(watch, 'SystemExited'), 0);
  await observer.call('HcsCloseComputeSystem', opened);
  t.is((await client.call('HcsTerminateComputeSystem', handle, '')).hresult, 0x80070006);
  const gone = async (): Promise<boolean> =>
    (await client.call('HcsEnumerateComputeSystems', '{"Ids":["last"]}')).values[0] === '[]';
  while (!(await gone()));
  t.pass();
});

test('with immediate completion nothing is pending, and an end is still notified', async (t) => {
  const sim = await service(t, ['--completion', 'immediate']);
  const client = await sim.client();
  const created = await client.call('HcsCreateComputeSystem', 'now', sim.document(), 0);
  t.is(created.hresult, 0);
  const handle = numberAt(created, 0);
  const registration = await client.register('system', handle);
  t.is((await client.call('HcsStartComputeSystem', handle, '')).hresult, 0);
  const sleeper = await program(client, handle, 'sleep 100');
  t.is((await client.call('HcsTerminateComputeSystem', handle, '')).hresult, 0);
  t.is(client.count(registration, 'SystemExited'), 1);
  t.is(client.count(sleeper.registration, 'ProcessExited'), 1);
  t.is(client.count(registration, 'SystemCreateCompleted') + client.count(registration, 'SystemStartCompleted'), 0);
});
