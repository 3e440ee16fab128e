/** ServiceDisconnect at each wait (the simulator's checklist, hcs-facts 4.2): nobody waits for ever, and nothing is left. */
import test, { type ExecutionContext } from 'ava';
import type { CallContext } from '#src/core/runtime.js';
import { hypervSpec, process, quiet, refusedWith, running, spec, world, type World } from './world.js';

/** [what is waited for, the call or completion that does not come, the verb, what must be there before] */
const waits: readonly (readonly [string, string, (w: World) => Promise<unknown>, (w: World) => Promise<unknown>])[] = [
  [
    'the completion of create',
    'HcsCreateComputeSystem',
    (w) => w.runtime.create({ id: 'web', spec: hypervSpec() }),
    quiet,
  ],
  [
    'the completion of its start',
    'HcsStartComputeSystem',
    (w) => w.runtime.create({ id: 'web', spec: hypervSpec() }),
    quiet,
  ],
  [
    'the answer to the creation of init',
    'HcsCreateProcess',
    (w) => w.runtime.start({ id: 'web' }),
    (w) => w.runtime.create({ id: 'web', spec: hypervSpec() }),
  ],
  [
    'the answer to the creation of an exec',
    'HcsCreateProcess',
    (w) => w.runtime.exec({ id: 'web', process: process() }),
    (w) => running(w, 'web', hypervSpec()),
  ],
  [
    'the completion of pause',
    'HcsPauseComputeSystem',
    (w) => w.runtime.pause('web'),
    (w) => running(w, 'web', hypervSpec()),
  ],
  [
    'the completion of resume',
    'HcsResumeComputeSystem',
    (w) => w.runtime.resume('web'),
    async (w) => {
      await running(w, 'web', hypervSpec());
      await w.runtime.pause('web');
    },
  ],
];

/** Holds back the answer of the next call of `operation`. */
function heldBack(w: World, operation: string, fault: { readonly hresult?: number } = {}): () => void {
  let release: () => void = () => undefined;
  w.hcs.fault(operation, { after: new Promise<void>((resolve) => (release = resolve)), ...fault });
  return () => {
    release();
  };
}

/** Deletes what there is; HCS has nothing then. */
async function leavesNothing(t: ExecutionContext, w: World): Promise<void> {
  for (const { id } of (await w.runtime.list(false)).items) {
    const removed = w.runtime.delete(id, true);
    await w.clock.advance(400_000);
    await removed;
  }
  t.is(w.hcs.systems.size, 0);
  t.is(w.hcs.liveHandles, 0);
}

for (const [what, operation, ask, before] of waits)
  test(`checklist: a service that is lost while ${what} is waited for makes that unavailable, and nothing is left`, async (t) => {
    for (const fault of operation === 'HcsCreateProcess'
      ? [{ hresult: 0x800706bf }]
      : [{ ignored: true }, { lost: true }]) {
      const w = await world();
      await before(w);
      w.hcs.fault(operation, fault);
      const asked = refusedWith(ask(w));
      await quiet();
      w.hcs.disconnect();
      t.is((await asked).code, 'unavailable', JSON.stringify(fault));
      w.hcs.reconnect();
      await w.clock.advance(1_000_000);
      await leavesNothing(t, w);
    }
  });

for (const [what, ask] of [
  ['a container', (w: World) => w.runtime.wait('web', undefined, 'container')],
  ['init', (w: World) => w.runtime.wait('web', undefined, 'init')],
  ['an exec', (w: World) => w.runtime.wait('web', 'e', 'container')],
] as const)
  test(`checklist: a wait for the end of ${what} outlives a lost service and is answered with the true code`, async (t) => {
    const w = await world();
    const pid = await running(w);
    const exec = await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
    const waited = ask(w);
    w.hcs.disconnect();
    await quiet();
    // Ends while nobody is connected.
    w.hcs.exit(what === 'an exec' ? exec.pid : pid, 9);
    w.hcs.reconnect();
    await w.clock.advance(60_000);
    t.like(await waited, { exitCode: 9 });
  });

test('checklist: a stop outlives a lost service that comes back, and is bounded when it does not', async (t) => {
  for (const isBack of [true, false]) {
    const w = await world();
    await running(w);
    w.hcs.fault('HcsShutdownComputeSystem', { ignored: true });
    const asked = w.runtime.stop('web', 5_000);
    const refused = isBack ? null : refusedWith(asked);
    await quiet();
    w.hcs.disconnect();
    await w.clock.advance(1_000);
    if (isBack) w.hcs.reconnect();
    await w.clock.advance(400_000);
    if (refused === null) t.is((await asked).exitCode, 1067, 'terminated when its grace was over');
    else t.is((await refused).code, 'timeout');
  }
});

/** [the call that meets a service which has been restarted, its verb, what must be there before] */
const restarts: readonly (readonly [string, (w: World) => Promise<unknown>, (w: World) => Promise<unknown>])[] = [
  ['HcsGetComputeSystemProperties', (w) => w.runtime.create({ id: 'web', spec: spec() }), quiet],
  ['HcsStartComputeSystem', (w) => w.runtime.create({ id: 'web', spec: spec() }), quiet],
  ['HcsCreateProcess', (w) => w.runtime.start({ id: 'web' }), (w) => w.runtime.create({ id: 'web', spec: spec() })],
  ['HcsCreateProcess', (w) => w.runtime.exec({ id: 'web', process: process() }), (w) => running(w)],
  ['HcsPauseComputeSystem', (w) => w.runtime.pause('web'), (w) => running(w, 'web', hypervSpec())],
  ['HcsTerminateComputeSystem', (w) => w.runtime.kill('web', undefined, 'SIGKILL'), (w) => running(w)],
  [
    'HcsTerminateProcess',
    (w) => w.runtime.kill('web', 'e', 'SIGKILL'),
    async (w) => {
      await running(w);
      await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
    },
  ],
];

for (const [operation, ask, before] of restarts)
  for (const isForgotten of [false, true])
    test(`a service restarted before ${operation} of ${String(ask).replace(/^.*runtime[.](\w+).*$/s, '$1')}, with its systems ${isForgotten ? 'gone' : 'kept'}, makes that unavailable, and the next try is a good one`, async (t) => {
      const w = await world();
      await before(w);
      const answer = heldBack(w, operation);
      const asked = refusedWith(ask(w));
      await quiet();
      w.hcs.disconnect(isForgotten);
      w.hcs.reconnect();
      answer();
      const error = await asked;
      t.is(error.code, 'unavailable');
      t.is(error.details.symbol, 'ERROR_INVALID_HANDLE');
      t.regex(error.details.hint ?? '', /restarted/);
      await w.clock.advance(1_000_000);
      if (before === quiet) {
        t.is(w.hcs.systems.size, 0, 'what was made is ended without being asked for');
        await ask(w);
      }
      await leavesNothing(t, w);
    });

for (const [name, ask] of [
  ['stats', (w: World, context?: CallContext) => w.runtime.stats('web', context)],
  ['processes', (w: World, context?: CallContext) => w.runtime.processes('web', context)],
] as const) {
  test(`${name} that meets a service which was restarted asks it again when the container is open again`, async (t) => {
    for (const isTold of [true, false]) {
      const w = await world();
      await running(w);
      if (isTold) {
        const answer = heldBack(w, 'HcsGetComputeSystemProperties');
        const asked = ask(w);
        await quiet();
        w.hcs.disconnect();
        w.hcs.reconnect();
        answer();
        await w.clock.advance(1_000);
        t.truthy(await asked);
      } else {
        // The call is the first to know.
        w.hcs.fault('HcsGetComputeSystemProperties', { hresult: 0x80070006 });
        const asked = ask(w);
        await w.clock.advance(1_000);
        t.truthy(await asked);
      }
      t.deepEqual(w.told().slice(2), ['lost', 'recovered(resumed)']);
    }
  });

  test(`${name} that meets a service which is restarted for ever, or does not come back, is unavailable within its time`, async (t) => {
    for (const isBack of [true, false])
      for (const timeoutMs of [undefined, 2_000]) {
        const w = await world();
        await running(w);
        w.hcs.fault('HcsGetComputeSystemProperties', { hresult: 0x80070006, times: 1000 });
        let code = '';
        void refusedWith(ask(w, timeoutMs === undefined ? {} : { timeoutMs })).then((e) => (code = e.code));
        await quiet();
        if (!isBack) w.hcs.disconnect();
        await w.clock.advance(timeoutMs ?? 11_000);
        t.is(code, 'unavailable', `back: ${isBack}, ${timeoutMs}`);
      }
  });

  test(`${name} of a container that has ended when the service is back is a wrong state`, async (t) => {
    const w = await world();
    await running(w);
    const answer = heldBack(w, 'HcsGetComputeSystemProperties');
    const asked = refusedWith(ask(w));
    await quiet();
    w.hcs.disconnect(true);
    w.hcs.reconnect();
    answer();
    await w.clock.advance(1_000);
    t.is((await asked).code, 'failedPrecondition');
  });
}

test('a resize that is the first to meet a restarted service is unavailable, and the container is opened again', async (t) => {
  const w = await world();
  await running(w);
  const { execId } = await w.runtime.exec({ id: 'web', process: process({ terminal: true }), stdin: true });
  w.hcs.fault('HcsModifyProcess', { hresult: 0x80070006 });
  const error = await refusedWith(w.runtime.resize('web', execId, 80, 25));
  t.is(error.code, 'unavailable');
  t.regex(error.details.hint ?? '', /restarted/);
  await w.clock.advance(1_000);
  t.deepEqual(w.told().slice(-2), ['lost', 'recovered(resumed)']);
  await w.runtime.resize('web', execId, 80, 25);
});

const alivePids = (w: World): readonly number[] =>
  [...w.hcs.system('web').processes.values()].filter((p) => !p.exited).map((p) => p.pid);

test('an exec whose process was made just before the service was restarted is unavailable, and is ended by its pid', async (t) => {
  const w = await world();
  const init = await running(w);
  const release = heldBack(w, 'startRelay');
  const asked = refusedWith(w.runtime.exec({ id: 'web', execId: 'e', process: process() }));
  await quiet();
  w.hcs.disconnect();
  w.hcs.reconnect();
  release();
  t.is((await asked).code, 'unavailable');
  await w.clock.advance(60_000);
  t.like(await w.runtime.state('web'), { status: 'running' });
  t.deepEqual(alivePids(w), [init]);
});

test('a start whose relay meets a restarted service is unavailable', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  const release = heldBack(w, 'startRelay');
  const asked = refusedWith(w.runtime.start({ id: 'web' }));
  await quiet();
  w.hcs.disconnect();
  w.hcs.reconnect();
  release();
  t.is((await asked).code, 'unavailable');
  await w.clock.advance(1_000_000);
  t.like(await w.runtime.state('web'), { status: 'stopped' });
});

test('an exec that meets the notice of a loss before it is written down is unavailable, not ended', async (t) => {
  const w = await world();
  const init = await running(w);
  const release = heldBack(w, 'startRelay');
  const asked = refusedWith(w.runtime.exec({ id: 'web', execId: 'e', process: process() }));
  await quiet();
  const [token] = w.hcs.system('web').tokens;
  if (token === undefined) throw new Error('no token');
  // The notice alone: the handles live a little longer.
  w.hcs.notify({ kind: 'system', system: token, type: 'ServiceDisconnect', status: 0, data: null });
  await quiet();
  release();
  t.is((await asked).code, 'unavailable');
  await w.clock.advance(60_000);
  t.deepEqual(alivePids(w), [init]);
});

test('an exec that meets a pause says so', async (t) => {
  const w = await world();
  await running(w, 'web', hypervSpec());
  const release = heldBack(w, 'startRelay');
  const asked = refusedWith(w.runtime.exec({ id: 'web', execId: 'e', process: process() }));
  await quiet();
  await w.runtime.pause('web');
  release();
  const error = await asked;
  t.is(error.code, 'failedPrecondition');
  t.regex(error.message, /was paused/);
});

test('a late failure of a call on an old handle does not make a recovered container lost again', async (t) => {
  const w = await world();
  await running(w);
  const release = heldBack(w, 'HcsCreateProcess', { hresult: 0x800706be });
  const asked = refusedWith(w.runtime.exec({ id: 'web', execId: 'e', process: process() }));
  await quiet();
  w.hcs.disconnect();
  w.hcs.reconnect();
  await w.clock.advance(5_000);
  release();
  t.is((await asked).code, 'unavailable');
  await w.clock.advance(5_000);
  t.is(w.told().filter((event) => event === 'lost').length, 1);
});

test('an exec of a lost container can be killed later: until then that is unavailable, not unknown', async (t) => {
  const w = await world();
  await running(w);
  await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  w.hcs.disconnect();
  await w.clock.advance(5_000);
  t.is((await refusedWith(w.runtime.kill('web', 'e', 'KILL'))).code, 'unavailable');
  t.is((await refusedWith(w.runtime.kill('web', 'none', 'KILL'))).code, 'notFound');
  w.hcs.reconnect();
  await w.clock.advance(40_000);
  await w.runtime.kill('web', 'e', 'KILL');
});

test('an exec that ended unseen has not the output of an earlier one of its id', async (t) => {
  const w = await world();
  await running(w);
  const first = await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  w.hcs.exit(first.pid, 0);
  t.deepEqual((await w.runtime.wait('web', 'e', 'init')).output, { stdout: 0, stderr: 0 });
  const second = await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  const waited = w.runtime.wait('web', 'e', 'init');
  w.hcs.disconnect();
  await quiet();
  w.hcs.system('web').processes.delete(second.pid);
  w.hcs.reconnect();
  await w.clock.advance(60_000);
  const report = await waited;
  t.is(report.exitCode, null);
  t.is(report.output, undefined);
});
