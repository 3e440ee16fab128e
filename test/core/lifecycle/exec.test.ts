import test from 'ava';
import { execTransition, type ExecInput, type ExecState } from '#src/core/lifecycle/exec.js';

const at = '2026-01-01T00:00:00.000Z';
const exit = { exitCode: 3, exitedAt: at };
const STATES = {
  adding: { kind: 'adding' },
  running: { kind: 'running', pid: 7, startedAt: at },
  draining: { kind: 'draining', pid: 7, startedAt: at, exit },
  exited: { kind: 'exited', pid: 7, startedAt: at, exit },
} as const satisfies Record<ExecState['kind'], ExecState>;
const INPUTS = {
  spawned: { kind: 'spawned', pid: 7, at },
  spawnFailed: { kind: 'spawnFailed' },
  exitSeen: { kind: 'exitSeen', exit },
  drained: { kind: 'drained' },
} as const satisfies Record<ExecInput['kind'], ExecInput>;

type From = keyof typeof STATES;
type Input = keyof typeof INPUTS;
const TABLE: readonly (readonly [From, Input, ExecState['kind'] | 'gone' | 'held', readonly string[], boolean])[] = [
  ['adding', 'spawned', 'running', ['exec-added', 'exec-started'], false],
  ['adding', 'spawnFailed', 'gone', [], true],
  ['adding', 'exitSeen', 'held', [], false],
  ['running', 'exitSeen', 'draining', [], false],
  ['draining', 'drained', 'exited', ['exit'], true],
];

for (const [from, input, to, publishes, freesId] of TABLE)
  test(`an exec that is ${from} takes ${input} and is ${to}`, (t) => {
    const step = execTransition(STATES[from], INPUTS[input]);
    if (step.outcome !== 'moved') {
      t.is(step.outcome, to as never);
      return;
    }
    t.is(step.next?.kind ?? 'gone', to);
    t.deepEqual(
      step.publish.map((e) => e.type as string),
      [...publishes],
    );
    t.is(step.effects.includes('freeId'), freesId);
  });

for (const from of Object.keys(STATES) as From[])
  test(`an exec that is ${from} refuses everything that is not in its rows`, (t) => {
    const refused = (Object.keys(INPUTS) as Input[]).filter(
      (i) => !TABLE.some((row) => row[0] === from && row[1] === i),
    );
    t.true(refused.length > 0);
    for (const input of refused) t.is(execTransition(STATES[from], INPUTS[input]).outcome, 'rejected', input);
  });
