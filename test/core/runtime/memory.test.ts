/** Memory of containers that have ended and are deleted: a slope over many lives, not a figure. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { FakeGround } from '../../helpers/fakeGround.js';
import { FakeHcs } from '../../helpers/fakeHcs.js';
import { process as program, quiet, spec, world } from './world.js';

const WARM_UP = 500;
const LIVES = 4000;
/** A leaked cell, latch or waiter costs thousands of bytes a life; what the engine's compiler keeps, tens. */
const MOST_BYTES_A_LIFE = 600;

test('the memory of a container is given back when it has ended and is deleted', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const hcs = new FakeHcs();
  const ground = new FakeGround();
  hcs.ground = ground.call;
  const w = await world({ hcs, layers: ground });
  const { runtime } = w;

  const live = async (id: string): Promise<void> => {
    await runtime.create({ id, spec: spec({ root: {}, windows: {} }), layer: '/layers/app', network: 'nat' });
    const { pid } = await runtime.start({ id });
    const exec = await runtime.exec({ id, process: program(), inherit: true });
    hcs.exit(exec.pid, 0);
    await runtime.wait(id, exec.execId, 'container');
    hcs.exit(pid, 3);
    await runtime.wait(id, undefined, 'container');
    await runtime.delete(id, false);
    // What the fakes remember.
    for (const list of [hcs.calls, w.store.events, w.store.turns, w.lines, w.removedLogs]) list.length = 0;
  };
  const heapAfter = async (lives: number, from: number): Promise<number> => {
    for (let n = 0; n < lives; n += 1) await live(`c${from + n}`);
    await quiet();
    collect();
    collect();
    return process.memoryUsage().heapUsed;
  };

  const before = await heapAfter(WARM_UP, 0);
  const after = await heapAfter(LIVES, WARM_UP);
  t.true((after - before) / LIVES < MOST_BYTES_A_LIFE, `${((after - before) / LIVES).toFixed(0)} bytes a life`);
  t.deepEqual(ground.left, []);
  t.is(hcs.liveHandles, 0);
  t.is(w.clock.pending, 0, 'no timer is left');
});
