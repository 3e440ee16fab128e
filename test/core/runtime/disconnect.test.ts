/** ServiceDisconnect at each wait (the simulator's checklist, hcs-facts 4.2): nobody waits for ever, and nothing is left. */
import test from 'ava';
import { hypervSpec, process, quiet, refusedWith, running, world, type World } from './world.js';

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
