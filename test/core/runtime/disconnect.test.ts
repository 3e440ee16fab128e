/** ServiceDisconnect at each wait (the simulator's checklist, hcs-facts 4.2): nobody waits for ever, and nothing is left. */
import test from 'ava';
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
      for (const { id } of (await w.runtime.list(false)).items) {
        const removed = w.runtime.delete(id, true);
        await w.clock.advance(400_000);
        await removed;
      }
      t.is(w.hcs.systems.size, 0);
      t.is(w.hcs.liveHandles, 0);
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
    if (refused === null) t.is((await asked).exitCode, 0);
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
      let answer: () => void = () => undefined;
      w.hcs.fault(operation, { after: new Promise<void>((resolve) => (answer = resolve)) });
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
      for (const { id } of (await w.runtime.list(false)).items) {
        const removed = w.runtime.delete(id, true);
        await w.clock.advance(400_000);
        await removed;
      }
      t.is(w.hcs.systems.size, 0);
      t.is(w.hcs.liveHandles, 0);
    });
