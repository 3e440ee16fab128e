import test from 'ava';
import { DRAW_MS, GATHER_MS, Pace, ROW_MS, type Clock, type Drawing } from '../../src/views/pace.js';

/** Time that goes on when told. */
class Hand implements Clock {
  private time = 0;
  private waiting: { readonly at: number; readonly work: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, work: () => void): () => void {
    const one = { at: this.time + ms, work };
    this.waiting.push(one);
    return () => {
      this.waiting = this.waiting.filter((other) => other !== one);
    };
  }

  to(time: number): void {
    for (;;) {
      const [first] = [...this.waiting].sort((a, b) => a.at - b.at);
      if (first === undefined || first.at > time) break;
      this.waiting = this.waiting.filter((other) => other !== first);
      this.time = first.at;
      first.work();
    }
    this.time = time;
  }
}

function paced(size: number): { pace: Pace; clock: Hand; drawn: ({ at: number } & Drawing)[] } {
  const clock = new Hand();
  const drawn: ({ at: number } & Drawing)[] = [];
  const pace = new Pace(
    (drawing) => {
      drawn.push({ at: clock.now(), ...drawing });
    },
    () => size,
    clock,
  );
  return { pace, clock, drawn };
}

test('what comes together is drawn together, soon', (t) => {
  const { pace, clock, drawn } = paced(10);
  pace.rows(['a']);
  pace.rows(['b', 'a']);
  clock.to(1000);
  t.deepEqual(drawn, [{ at: GATHER_MS, whole: false, ids: ['a', 'b'] }]);
});

test('while events keep coming, drawings lie apart and none is put off', (t) => {
  const { pace, clock, drawn } = paced(10);
  for (let at = 0; at < 5000; at += 5) {
    clock.to(at);
    if (at % 3 === 0) pace.whole();
    pace.rows([String(at)]);
  }
  const steps = drawn.map(({ at }, i) => at - (drawn[i - 1]?.at ?? 0)).slice(1);
  t.deepEqual([...new Set(steps)], [DRAW_MS]);
  t.true(drawn.length >= 5000 / DRAW_MS - 1);
  t.true(drawn.every(({ whole }) => whole));
});

test('a long list whose containers come and go is drawn as a whole less often, its changed rows as before', (t) => {
  const size = 500;
  const { pace, clock, drawn } = paced(size);
  for (let at = 0; at < 5000; at += 50) {
    clock.to(at);
    pace.whole();
    pace.rows([String(at)]);
  }
  const steps = (some: readonly { at: number }[]): number[] =>
    some.map(({ at }, i) => at - (some[i - 1]?.at ?? 0)).slice(1);
  t.deepEqual([...new Set(steps(drawn))], [DRAW_MS]);
  const wholes = drawn.filter(({ whole }) => whole);
  t.deepEqual([...new Set(steps(wholes))], [ROW_MS * size]);
  t.is(wholes.length, 5);
  t.true(drawn.every(({ ids }) => ids.length > 0));
});

test('the last change of a long list is drawn when nothing follows', (t) => {
  const { pace, clock, drawn } = paced(500);
  pace.whole();
  clock.to(100);
  pace.whole();
  clock.to(10_000);
  t.deepEqual(
    drawn.map(({ at }) => at),
    [GATHER_MS, GATHER_MS + ROW_MS * 500],
  );
});

test('stopped, it draws nothing more', (t) => {
  const { pace, clock, drawn } = paced(1);
  pace.whole();
  pace.stop();
  clock.to(1000);
  t.deepEqual(drawn, []);
});
