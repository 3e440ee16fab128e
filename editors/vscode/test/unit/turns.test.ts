import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { Turns } from '../../src/views/turns.js';

test('what is much is done in turns, in order; what is little at once', async (t) => {
  const turns = new Turns(10);
  const done: number[] = [];
  const all = Array.from({ length: 35 }, (_, i) => turns.run(() => done.push(i)));
  const counts = [done.length];
  while (done.length < 35) {
    await turn();
    counts.push(done.length);
  }
  t.deepEqual(counts, [10, 20, 30, 35]);
  await Promise.all(all.map((one) => Promise.resolve(one)));
  t.deepEqual(
    done,
    done.map((_, i) => i),
  );
  await turn();
  await turn();
  t.is(
    turns.run(() => 'at once'),
    'at once',
  );
});

test('a failure is that of its own work only', async (t) => {
  const turns = new Turns(1);
  t.is(
    turns.run(() => 0),
    0,
  );
  const bad = turns.run(() => {
    throw new Error('this one');
  });
  const good = turns.run(() => 'good');
  await t.throwsAsync(async () => bad, { message: 'this one' });
  t.is(await good, 'good');
});
