import test from 'ava';
import { process, quiet, running, spec, world } from './world.js';

test('a container is created, started, ends by itself and is deleted, and the events say so in order', async (t) => {
  const w = await world();
  t.deepEqual(await w.runtime.create({ id: 'web', spec: spec() }), { id: 'web', warnings: [] });
  const { pid } = await w.runtime.start({ id: 'web' });
  const ended = w.runtime.wait('web', undefined, 'container');
  w.hcs.exit(pid, 3);
  const exit = await ended;
  t.like(exit, { exitCode: 3 });
  await w.runtime.delete('web', false);
  t.deepEqual(w.told(), ['create', 'start', 'stopping(initExited)', 'exit(3)', 'delete']);
  t.deepEqual(
    w.store.events.map((e) => e.sequence),
    [1, 2, 3, 4, 5],
  );
  t.deepEqual((await w.runtime.list(false)).items, []);
  t.is(w.hcs.liveHandles, 0);
  t.is(w.hcs.systems.size, 0);
});

test('an exec runs in a running container, and its exit is published before its id is free', async (t) => {
  const w = await world();
  await running(w);
  const { execId, pid } = await w.runtime.exec({ id: 'web', execId: 'e1', process: process() });
  t.is(execId, 'e1');
  const ended = w.runtime.wait('web', 'e1', 'container');
  w.hcs.exit(pid, 7);
  t.like(await ended, { exitCode: 7 });
  t.deepEqual(w.told(), ['create', 'start', 'e1:exec-added', 'e1:exec-started', 'e1:exit(7)']);
  await quiet();
  t.is(w.hcs.liveHandles, 2);
  const again = await w.runtime.exec({ id: 'web', execId: 'e1', process: process() });
  t.not(again.pid, pid);
});

test('a new engine reattaches a running container and records its true exit code', async (t) => {
  const w = await world();
  const pid = await running(w);
  const next = await w.again();
  await next.runtime.reattached;
  t.deepEqual(next.told(), ['create', 'start', 'recovered(resumed)']);
  next.hcs.exit(pid, 9);
  t.like(await next.runtime.wait('web', undefined, 'container'), { exitCode: 9 });
});
