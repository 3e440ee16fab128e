import test from 'ava';
import { ageEnds } from '../../src/model/age.js';
import type { Container } from '../../src/model/store.js';
import { KeptRows } from '../../src/views/kept.js';

const START = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;
const container = (over: Partial<Container>): Container => ({
  id: 'web',
  status: 'running',
  isolation: 'process',
  pid: 7,
  createdAt: '2025-12-01T00:00:00Z',
  startedAt: '2026-01-01T00:00:00Z',
  exitedAt: null,
  exitCode: null,
  owner: '',
  labels: [],
  vague: false,
  execs: [],
  ...over,
});

test('a row is made once, and again when its container or its age is another', (t) => {
  const kept = new KeptRows<object>();
  let made = 0;
  const row = (one: Container, now: number): object => kept.row(one, now, () => ({ made: ++made }));
  const web = container({});
  const first = row(web, START);
  t.is(row(web, START + MINUTE - 1), first);
  t.deepEqual(kept.aged(START + MINUTE - 1), []);
  t.deepEqual(kept.aged(START + MINUTE), ['web']);
  const second = row(web, START + MINUTE);
  t.not(second, first);
  t.not(row(container({ status: 'paused' }), START + MINUTE), second);
  t.is(made, 3);
  kept.forget('web');
  t.deepEqual(kept.aged(Number.MAX_VALUE), []);
  row(web, START + MINUTE);
  t.is(made, 4);
});

test('what has ended ages from its end, what was never started from its creation', (t) => {
  const kept = new KeptRows<object>();
  const make = (): object => ({});
  kept.row(container({ id: 'ended', status: 'stopped', exitedAt: '2026-01-01T02:00:00Z' }), START + 121 * MINUTE, make);
  kept.row(container({ id: 'created', status: 'created', startedAt: null }), START + 121 * MINUTE, make);
  t.deepEqual(kept.aged(START + 122 * MINUTE - 1), []);
  t.deepEqual(kept.aged(START + 122 * MINUTE), ['ended']);
  t.deepEqual(kept.aged(START + 24 * 60 * MINUTE), ['ended', 'created']);
});

test('an age ends when it reads differently', (t) => {
  const since = '2026-01-01T00:00:00Z';
  const at = (minutes: number): number => (ageEnds(since, START + minutes * MINUTE) - START) / MINUTE;
  t.is(at(-5), 1);
  t.is(at(0.5), 1);
  t.is(at(1), 2);
  t.is(at(59.5), 60);
  t.is(at(60), 120);
  t.is(at(24 * 60), 48 * 60);
});
