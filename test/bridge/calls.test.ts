/** The port over the stub library of test/bridge/fixtures: faults that the simulated service cannot make. */
import test from 'ava';
import { isRuntimeError } from '#src/core/errors.js';
import { HcsError } from '#src/core/ports.js';
import { closeBench, LONG, openBench, type Bench } from './helpers/stub.js';

let bench: Bench;
test.before(async () => {
  bench = await openBench();
});
test.after.always(async () => {
  await bench.tell('release');
  await closeBench(bench);
});

const refusal = async (promise: Promise<unknown>): Promise<HcsError['failure']> => {
  try {
    await promise;
  } catch (e) {
    if (e instanceof HcsError) return e.failure;
    throw e;
  }
  throw new Error('it was accepted');
};

test.afterEach.always(async (t) => {
  if (!t.passed) return;
  const { systems, processes, callbacks, streams } = await bench.hcs.accounting();
  t.deepEqual({ systems, processes, callbacks, streams }, { systems: 0, processes: 0, callbacks: 0, streams: 0 });
  t.deepEqual(await bench.counts(), { strings: 0, handles: 0 });
});

test.serial('a completion that comes before the call is answered is told after it', async (t) => {
  const created = await bench.hcs.createComputeSystem('a', '{"pending early"}');
  t.true(created.pending);
  t.deepEqual(bench.seen.ofSystem(created.system), [], 'core had no chance to listen for it yet');
  const told = await bench.seen.until((n) => n.kind === 'system' && n.system === created.system);
  t.like(told, { type: 'SystemCreateCompleted', status: 0, data: null });
  await bench.hcs.closeComputeSystem(created.system);
});

test.serial('pending and immediate answers are told apart, and S_FALSE is success', async (t) => {
  const { system, pending } = await bench.hcs.createComputeSystem('a', '{}');
  t.false(pending);
  t.deepEqual(await bench.hcs.startComputeSystem(system), { pending: true });
  t.deepEqual(await bench.hcs.pauseComputeSystem(system), { pending: false });
  await bench.seen.until((n) => n.kind === 'system' && n.system === system && n.type === 'SystemStartCompleted');
  await bench.hcs.closeComputeSystem(system);
});

test.serial('a refusal carries the export, the code, its name and the events of the result document', async (t) => {
  t.deepEqual(await refusal(bench.hcs.createComputeSystem('a', '{"exists"}')), {
    operation: 'HcsCreateComputeSystem',
    hresult: 0xc037010f,
    symbol: 'ERROR_VMCOMPUTE_SYSTEM_ALREADY_EXISTS',
    events: [{ message: 'seen', eventId: 7 }],
  });
});

test.serial('text crosses as UTF-16 both ways, and an absent document is null', async (t) => {
  const { system } = await bench.hcs.createComputeSystem('a', '{}');
  const text = 'echo Ünï€ \u{1F4E6} "\\" \u0001 \uFFFD ' + 'x'.repeat(100_000);
  t.is(await bench.hcs.getComputeSystemProperties(system, text), text);
  t.is(await bench.hcs.enumerateComputeSystems('{}'), null);
  await bench.hcs.closeComputeSystem(system);
});

test.serial('a NUL in an argument is refused before HCS is asked', async (t) => {
  const error = await t.throwsAsync(bench.hcs.openComputeSystem('a\0b'));
  t.true(isRuntimeError(error) && error.code === 'invalidRequest');
});

test.serial('a missing export is ERROR_PROC_NOT_FOUND', async (t) => {
  const { system } = await bench.hcs.createComputeSystem('a', '{}');
  const { process } = await bench.hcs.createProcess(system, `{"CommandLine":"${LONG}"}`);
  t.like(await refusal(bench.hcs.signalProcess(process, '{}')), {
    operation: 'HcsSignalProcess',
    symbol: 'ERROR_PROC_NOT_FOUND',
  });
  t.like(await refusal(bench.hcs.call('ActivateLayer', ['/x'])), { symbol: 'ERROR_PROC_NOT_FOUND' });
  await bench.hcs.terminateProcess(process);
  await bench.hcs.closeProcess(process);
  await bench.hcs.closeComputeSystem(system);
});

test.serial('a callback that cannot be registered leaves no system and no process behind', async (t) => {
  const failed = await refusal(bench.hcs.createComputeSystem('a', '{"registerFails"}'));
  t.like(failed, { operation: 'HcsRegisterComputeSystemCallback', symbol: 'ERROR_NOT_ENOUGH_MEMORY' });
  const { system } = await bench.hcs.createComputeSystem('a', '{}');
  const line = `{"registerFails":1,"CommandLine":"${LONG}"}`;
  t.like(await refusal(bench.hcs.createProcess(system, line)), { operation: 'HcsRegisterProcessCallback' });
  await bench.hcs.closeComputeSystem(system);
});

test.serial('a closed token answers as Windows does, and closing again is nothing', async (t) => {
  const { system } = await bench.hcs.createComputeSystem('a', '{}');
  await Promise.all([bench.hcs.closeComputeSystem(system), bench.hcs.closeComputeSystem(system)]);
  await bench.hcs.closeComputeSystem(system);
  t.like(await refusal(bench.hcs.getComputeSystemProperties(system, '{}')), { symbol: 'ERROR_INVALID_HANDLE' });
});

test.serial('calls that hang delay no other call, and their handles live until they return', async (t) => {
  await bench.tell('hold');
  const { system } = await bench.hcs.createComputeSystem('a', '{}');
  const hung = Array.from({ length: 40 }, () => bench.hcs.getComputeSystemProperties(system, 'hang'));
  const other = await bench.hcs.createComputeSystem('b', '{}');
  t.is(await bench.hcs.getComputeSystemProperties(other.system, '{}'), '{}');
  await bench.hcs.closeComputeSystem(system);
  t.like(await bench.hcs.accounting(), { systems: 2, callbacks: 1 }, 'closed for us, alive for the calls');
  await bench.tell('release');
  t.deepEqual(
    await Promise.all(hung),
    hung.map(() => '{}'),
  );
  await bench.hcs.closeComputeSystem(other.system);
});

test.serial('closing waits for a callback that is under way, and nothing is told afterwards', async (t) => {
  await bench.tell('hold');
  const { system } = await bench.hcs.createComputeSystem('a', '{}');
  await bench.hcs.getComputeSystemProperties(system, 'slow');
  let closed = false;
  const closing = bench.hcs.closeComputeSystem(system).then(() => (closed = true));
  // Another call goes through meanwhile; the closing one is waiting in the library.
  t.is((await bench.counts()).handles, 2);
  t.false(closed);
  await bench.tell('release');
  await closing;
  const told = bench.seen.ofSystem(system).length;
  await bench.counts();
  t.is(bench.seen.ofSystem(system).length, told);
});

test.serial('twenty thousand notifications come in order and none is lost', async (t) => {
  const { system } = await bench.hcs.createComputeSystem('a', '{}');
  await bench.hcs.getComputeSystemProperties(system, 'storm');
  await bench.seen.until((n) => n.kind === 'system' && n.system === system && n.data === '{"n":19999}');
  const storm = bench.seen.ofSystem(system);
  t.is(storm.length, 20_000);
  t.true(storm.every((n, index) => n.kind === 'system' && n.data === `{"n":${index}}` && n.status === 0x80370106));
  await bench.hcs.closeComputeSystem(system);
});

test.serial('thousands of systems, opened and closed at once, leave nothing behind', async (t) => {
  for (let round = 0; round < 5; round++) {
    const made = await Promise.all(
      Array.from({ length: 200 }, (_, i) => bench.hcs.createComputeSystem(`s${i}`, '{"pending"}')),
    );
    await Promise.all(made.map(({ system }) => bench.hcs.closeComputeSystem(system)));
  }
  t.pass();
});

test.serial('exports called by name check their arguments', async (t) => {
  t.is(await bench.hcs.call('NameToGuid', ['x']), '03020100-0504-0706-0809-0a0b0c0d0e0f');
  for (const [operation, args, code] of [
    ['NameToGuid', [], 'invalidRequest'],
    ['NameToGuid', [5], 'invalidRequest'],
    ['PrepareLayer', ['/x', '/y'], 'invalidRequest'],
    ['HcsCloseProcess', [1], 'unsupported'],
    ['toString', [], 'unsupported'],
  ] as const) {
    const error = await t.throwsAsync(bench.hcs.call(operation, args));
    t.true(isRuntimeError(error) && error.code === code, `${operation} ${String(error)}`);
  }
});
