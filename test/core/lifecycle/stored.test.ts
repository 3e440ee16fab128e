/** States as they lie in the store: what is written is read again, and so is what earlier builds have written. */
import test from 'ava';
import { isRight } from 'fp-ts/lib/Either.js';
import { StoredState } from '#src/core/model/record.js';

const at = '2026-01-01T00:00:00.000Z';
const exit = { exitCode: 3, exitedAt: at };
const runs = { pid: 7, startedAt: at };

function read(value: unknown): StoredState | null {
  const decoded = StoredState.decode(JSON.parse(JSON.stringify(value)));
  return isRight(decoded) ? decoded.right : null;
}

const STATES: readonly StoredState[] = [
  { kind: 'stopping', ...runs, cause: 'kill', initExit: exit, terminateSent: true, shutdown: null },
  {
    kind: 'stopping',
    pid: 0,
    startedAt: null,
    cause: 'stop',
    initExit: null,
    terminateSent: false,
    shutdown: { at, graceMs: 1000 },
  },
  { kind: 'lost', from: 'created', pid: 0, startedAt: null, reason: 'gone', initExit: null },
  { kind: 'lost', from: 'running', ...runs, reason: 'gone', initExit: null },
  { kind: 'lost', from: 'paused', ...runs, reason: 'gone', initExit: null },
  {
    kind: 'lost',
    from: 'stopping',
    ...runs,
    reason: 'gone',
    initExit: exit,
    ending: { cause: 'stop', terminateSent: true, shutdown: { at, graceMs: null } },
  },
];

for (const state of STATES)
  test(`${JSON.stringify(state)} is read as it was written`, (t) => {
    t.deepEqual(read(state), state);
  });

test('stopping and lost of a build that did not note what was accepted are read', (t) => {
  for (const state of [
    { kind: 'stopping', ...runs, cause: 'stop', initExit: null, terminateSent: false },
    { kind: 'lost', from: 'stopping', ...runs, reason: 'gone', initExit: exit },
    { kind: 'lost', from: 'stopping', pid: 0, startedAt: null, reason: 'gone', initExit: null },
  ])
    t.deepEqual(read(state), state as StoredState);
});

test('what a state does not have does not type-check, and is not read', (t) => {
  const reason = 'gone';
  const ending = { cause: 'stop', terminateSent: true };
  const wrong: readonly StoredState[] = [
    // @ts-expect-error: nothing was asked of what runs.
    { kind: 'lost', from: 'running', ...runs, reason, initExit: null, ending },
    // @ts-expect-error: what runs has begun.
    { kind: 'lost', from: 'running', pid: 7, startedAt: null, reason, initExit: null },
    // @ts-expect-error: what has no init has no exit of it.
    { kind: 'lost', from: 'created', pid: 0, startedAt: null, reason, initExit: exit },
    // @ts-expect-error: nobody asks what starts for its exit.
    { kind: 'lost', from: 'starting', pid: 0, startedAt: null, reason, initExit: null },
  ];
  t.deepEqual(wrong.map(read), [{ kind: 'lost', from: 'running', ...runs, reason, initExit: null }, null, null, null]);
});
