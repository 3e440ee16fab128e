/** The store cannot be written, as on a full disk: whoever asks is answered within his time, and what happened is told when there is room. */
import test from 'ava';
import { hypervSpec, process, quiet, refusedWith, running, spec, world, type World } from './world.js';

/** Until it is called, no turn can be written. */
function fillDisk(w: World): () => void {
  w.store.before = () => {
    throw new Error('ENOSPC: no space left on device, write');
  };
  return () => {
    w.store.before = () => undefined;
  };
}

const answer = (work: Promise<unknown>): { text: string } => {
  const answered = { text: 'not yet' };
  work.then(
    () => (answered.text = 'ok'),
    (e: unknown) => (answered.text = (e as { code: string }).code),
  );
  return answered;
};

test('an exec that cannot be written down is unavailable, and its program is ended', async (t) => {
  const w = await world();
  const init = await running(w);
  const free = fillDisk(w);
  const error = answer(w.runtime.exec({ id: 'web', execId: 'e', process: process() }));
  await w.clock.advance(1_000);
  t.is(error.text, 'unavailable');
  t.deepEqual(
    [...w.hcs.system('web').processes.values()].filter((p) => !p.exited).map((p) => p.pid),
    [init],
  );
  free();
  await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  t.deepEqual(w.told().slice(2), ['e:exec-added', 'e:exec-started']);
});

test('a kill that HCS took is answered within a second, and told when there is room', async (t) => {
  const w = await world();
  await running(w);
  const free = fillDisk(w);
  const killed = answer(w.runtime.kill('web', undefined, 'KILL'));
  await w.clock.advance(1_000);
  t.is(killed.text, 'ok');
  t.deepEqual(w.told(), ['create', 'start']);
  free();
  await w.clock.advance(10_000);
  t.deepEqual(w.told().slice(2), ['stopping(kill)', 'exit(1067)']);
});

test('a stop terminates when its grace is over and is bounded, however long the disk is full', async (t) => {
  const w = await world();
  await running(w);
  w.hcs.shutdownCode = null;
  const free = fillDisk(w);
  const stopped = answer(w.runtime.stop('web', 5_000));
  await w.clock.advance(6_500);
  t.true(w.hcs.calls.includes('HcsTerminateComputeSystem web'));
  await w.clock.advance(305_000);
  t.is(stopped.text, 'timeout');
  free();
  await w.clock.advance(10_000);
  t.deepEqual(w.told().slice(2), ['stopping(stop)', 'exit(1067)']);
});

test('a pause that HCS has done is answered within a second, and told when there is room', async (t) => {
  const w = await world();
  await running(w, 'web', hypervSpec());
  const free = fillDisk(w);
  const paused = answer(w.runtime.pause('web'));
  await w.clock.advance(1_000);
  t.is(paused.text, 'ok');
  t.is((await w.runtime.state('web')).status, 'running', 'nothing is told before it is written');
  free();
  await w.clock.advance(10_000);
  t.is((await w.runtime.state('web')).status, 'paused');
});

test('a sweep says what it could not forget, and goes on', async (t) => {
  const w = await world();
  for (const id of ['a', 'b']) {
    w.hcs.fault('HcsCreateComputeSystem', { hresult: 0x80004005 });
    await refusedWith(w.runtime.create({ id, spec: spec() }));
  }
  w.store.before = (turn) => {
    if (turn.containerKey === 'a') throw new Error('ENOSPC: no space left on device, write');
  };
  let removed: readonly unknown[] = [];
  void w.runtime.sweep(false).then(({ items }) => (removed = items.map((i) => [i.kind, i.id, i.removed])));
  await w.clock.advance(60_000);
  t.deepEqual(removed, [
    ['record', 'a', false],
    ['record', 'b', true],
  ]);
  w.store.before = () => undefined;
  t.is((await w.runtime.state('a')).status, 'failed');
  await quiet();
});
