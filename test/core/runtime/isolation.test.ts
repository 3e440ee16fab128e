/** What fails for one container, or one listener, does not stop another. */
import test from 'ava';
import { quiet, refusedWith, running, spec, world } from './world.js';

test('a watcher of a log that throws takes no notice from anybody else', async (t) => {
  const w = await world();
  const one = await running(w, 'one');
  const two = await running(w, 'two');
  const log = await w.runtime.log('one', 'init');
  log.watch(() => {
    throw new Error('a broken watcher');
  });
  let told = 0;
  log.watch(() => (told += 1));
  const [first] = w.hcs.process(one).tokens;
  const [second] = w.hcs.process(two).tokens;
  if (first === undefined || second === undefined) throw new Error('no token');
  w.hcs.process(two).exited = true;
  w.hcs.process(two).exitCode = 7;
  // In one batch, as the bridge hands them over.
  w.hcs.batch([
    { kind: 'logGrew', process: first },
    { kind: 'process', process: second, type: 'ProcessExited', status: 0, data: null },
  ]);
  await quiet();
  t.is(told, 1);
  t.like(await w.runtime.wait('two', undefined, 'init'), { exitCode: 7 });
  t.true(w.lines.some((line) => line.includes('a broken watcher')));
});

test('a watcher that throws does not keep a lost container from its end', async (t) => {
  const w = await world();
  await running(w);
  const log = await w.runtime.log('web', 'init');
  log.watch(() => {
    throw new Error('a broken watcher');
  });
  w.hcs.disconnect(true);
  w.hcs.reconnect();
  await w.clock.advance(60_000);
  t.like(await w.runtime.state('web'), { status: 'stopped' });
  t.is(w.hcs.liveHandles, 0);
  await w.runtime.delete('web', false);
});

test('a listener for idleness that throws stops neither a verb nor the other listeners', async (t) => {
  const w = await world();
  w.runtime.onIdleChange(() => {
    throw new Error('a broken listener');
  });
  const told: boolean[] = [];
  w.runtime.onIdleChange((busy) => told.push(busy));
  const pid = await running(w);
  w.hcs.exit(pid, 3);
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 3 });
  await quiet();
  t.deepEqual(told, [true, false]);
});

test('logs that cannot be removed do not end a sweep', async (t) => {
  const removed: string[] = [];
  const w = await world({
    logs: {
      folder: (key) => `/logs/${key}`,
      remove: (key) => {
        if (key === 'a') return Promise.reject(new Error('EBUSY'));
        removed.push(key);
        return Promise.resolve();
      },
    },
  });
  for (const id of ['a', 'b']) {
    w.hcs.fault('HcsCreateComputeSystem', { hresult: 0x80004005 });
    await refusedWith(w.runtime.create({ id, spec: spec() }));
  }
  const { items } = await w.runtime.sweep(false);
  t.deepEqual(
    items.map((i) => [i.id, i.removed]),
    [
      ['a', true],
      ['b', true],
    ],
  );
  t.deepEqual(removed, ['b']);
});
