import test from 'ava';
import fc from 'fast-check';
import {
  neverStarted,
  transition,
  type ContainerEffect,
  type ContainerInput,
  type ContainerKind,
  type ContainerState,
} from '#src/core/lifecycle/container.js';

const at = '2026-01-01T00:00:00.000Z';
const exit = { exitCode: 3, exitedAt: at };
const runs = { pid: 7, startedAt: at };
const shutdown = { at, graceMs: 1000 };

const STATES: Readonly<Record<ContainerKind | 'stopping, init ended' | 'lost from stopping', ContainerState>> = {
  creating: { kind: 'creating' },
  created: { kind: 'created' },
  starting: { kind: 'starting' },
  running: { kind: 'running', ...runs },
  paused: { kind: 'paused', ...runs },
  stopping: { kind: 'stopping', ...runs, cause: 'kill', initExit: null, terminateSent: false },
  'stopping, init ended': { kind: 'stopping', ...runs, cause: 'initExited', initExit: exit, terminateSent: false },
  stopped: { kind: 'stopped', ...runs, exit },
  lost: { kind: 'lost', from: 'running', ...runs, reason: 'gone', initExit: null },
  'lost from stopping': { kind: 'lost', from: 'stopping', ...runs, reason: 'gone', initExit: exit },
  failed: { kind: 'failed', reason: 'no', failedAt: at, leftovers: [] },
};
type Name = keyof typeof STATES;

const INPUTS: { readonly [K in ContainerInput['kind'] | 'terminated']: ContainerInput } = {
  createOk: { kind: 'createOk' },
  createFailed: { kind: 'createFailed', reason: 'no', leftovers: [], at },
  startAsked: { kind: 'startAsked' },
  initRunning: { kind: 'initRunning', pid: 7, at },
  startFailed: { kind: 'startFailed', cause: 'startFailed', exit: { exitCode: 127, exitedAt: at }, pid: 0 },
  initExited: { kind: 'initExited', exit },
  stopAsked: { kind: 'stopAsked', cause: 'stop', accepted: shutdown },
  terminated: { kind: 'stopAsked', cause: 'kill', accepted: 'terminate' },
  systemExited: { kind: 'systemExited' },
  pauseDone: { kind: 'pauseDone' },
  resumeDone: { kind: 'resumeDone' },
  gone: { kind: 'gone', exit: neverStarted(at) },
  disconnected: { kind: 'disconnected', reason: 'service' },
  reattached: { kind: 'reattached', stdio: 'resumed' },
  deleteAsked: { kind: 'deleteAsked' },
};
type Input = keyof typeof INPUTS;

type Row = readonly [
  from: Name,
  input: Input,
  to: ContainerKind | 'deleted' | 'held',
  publishes?: string | undefined,
  then?: ContainerEffect,
];

/** docs/states.md, row by row. */
const TABLE: readonly Row[] = [
  ['creating', 'createOk', 'created', 'create'],
  ['creating', 'createFailed', 'failed', 'exit', 'release'],
  ['creating', 'systemExited', 'held'],
  ['creating', 'disconnected', 'held'],
  ['created', 'startAsked', 'starting'],
  ['created', 'stopAsked', 'stopping', 'stopping'],
  ['created', 'terminated', 'stopping', 'stopping', 'tearDown'],
  ['created', 'systemExited', 'stopping', 'stopping', 'tearDown'],
  ['created', 'disconnected', 'lost', 'lost', 'reopen'],
  ['created', 'reattached', 'created', 'recovered'],
  ['starting', 'initRunning', 'running', 'start'],
  ['starting', 'startFailed', 'stopping', 'stopping', 'tearDown'],
  ['starting', 'stopAsked', 'stopping', 'stopping'],
  ['starting', 'terminated', 'stopping', 'stopping', 'tearDown'],
  ['starting', 'initExited', 'held'],
  ['starting', 'systemExited', 'held'],
  ['starting', 'disconnected', 'held'],
  ['running', 'pauseDone', 'paused', 'paused'],
  ['paused', 'resumeDone', 'running', 'resumed'],
  ...(['running', 'paused'] as const).flatMap((from): readonly Row[] => [
    [from, 'initExited', 'stopping', 'stopping', 'tearDown'],
    [from, 'stopAsked', 'stopping', 'stopping'],
    [from, 'terminated', 'stopping', 'stopping', 'tearDown'],
    [from, 'systemExited', 'stopping', 'stopping', 'tearDown'],
    [from, 'disconnected', 'lost', 'lost', 'reopen'],
    [from, 'reattached', from, 'recovered'],
  ]),
  ['stopping', 'initExited', 'stopping', undefined, 'tearDown'],
  ...(['stopping', 'stopping, init ended'] as const).flatMap((from): readonly Row[] => [
    [from, 'stopAsked', 'stopping'],
    [from, 'terminated', 'stopping', undefined, 'tearDown'],
    [from, 'systemExited', 'stopping', undefined, 'tearDown'],
    [from, 'gone', 'stopped', 'exit', 'release'],
    [from, 'disconnected', 'lost', 'lost', 'reopen'],
    [from, 'reattached', 'stopping', 'recovered', 'tearDown'],
  ]),
  ['lost', 'reattached', 'running', 'recovered'],
  ['lost from stopping', 'reattached', 'stopping', 'recovered', 'tearDown'],
  ...(['lost', 'lost from stopping'] as const).flatMap((from): readonly Row[] => [
    [from, 'gone', 'stopped', 'exit', 'release'],
    [from, 'stopAsked', 'held'],
    [from, 'terminated', 'held'],
    [from, 'initExited', 'held'],
    [from, 'systemExited', 'held'],
  ]),
  ['stopped', 'deleteAsked', 'deleted', 'delete', 'release'],
  ['failed', 'deleteAsked', 'deleted', 'delete', 'release'],
];

for (const [from, input, to, publishes, then] of TABLE)
  test(`a container that is ${from} takes ${input} and is ${to}`, (t) => {
    const step = transition(STATES[from], INPUTS[input]);
    if (to === 'held') {
      t.is(step.outcome, 'held');
      return;
    }
    if (step.outcome !== 'moved') {
      t.fail(step.outcome);
      return;
    }
    t.is(step.next?.kind ?? 'deleted', to);
    t.deepEqual(
      step.publish.map((e) => e.type as string),
      publishes === undefined ? [] : [publishes],
    );
    t.deepEqual(step.effects, then === undefined ? [] : [then]);
  });

for (const from of Object.keys(STATES) as Name[]) {
  const taken = new Set(TABLE.filter((row) => row[0] === from).map((row) => row[1]));
  const refused = (Object.keys(INPUTS) as Input[]).filter((input) => !taken.has(input));
  test(`a container that is ${from} refuses everything that is not in its rows`, (t) => {
    t.true(refused.length > 0);
    for (const input of refused) {
      const step = transition(STATES[from], INPUTS[input]);
      t.is(step.outcome, 'rejected', `${from} + ${input}`);
      if (step.outcome === 'rejected') t.true(step.text.startsWith(`is ${STATES[from].kind}, so it cannot`));
    }
  });
}

function after(state: ContainerState, input: ContainerInput): ContainerState {
  const step = transition(state, input);
  if (step.outcome !== 'moved' || step.next === null) throw new Error(step.outcome);
  return step.next;
}

test("init's own exit counts, and another one only where init's is not known", (t) => {
  const known = transition(STATES['stopping, init ended'], INPUTS.gone);
  t.like(known, { next: { exit: { exitCode: 3 } } });
  const unknown = transition(STATES.stopping, INPUTS.gone);
  t.like(unknown, { next: { exit: { exitCode: null, exitUnknown: 'init never started' } } });
});

test('B10: a container counts as terminated only by an accepted terminate', (t) => {
  t.like(transition(STATES.running, INPUTS.stopAsked), { next: { terminateSent: false } });
  t.like(transition(STATES.running, INPUTS.terminated), { next: { terminateSent: true } });
  t.like(transition(STATES.stopping, INPUTS.stopAsked), { next: { terminateSent: false } });
});

test('the first shutdown that HCS has accepted is the one that counts', (t) => {
  const first = after(STATES.running, INPUTS.stopAsked);
  t.like(first, { kind: 'stopping', cause: 'stop', shutdown });
  const later = { at: '2026-01-01T01:00:00.000Z', graceMs: null };
  t.like(after(first, { kind: 'stopAsked', cause: 'kill', accepted: later }), { cause: 'stop', shutdown });
  t.like(after(STATES.stopping, { kind: 'stopAsked', cause: 'kill', accepted: later }), { shutdown: later });
  t.like(after(STATES.running, { kind: 'stopAsked', cause: 'stop', accepted: null }), { shutdown: null });
});

test('a stopping container that is lost and opened again is exactly where it was', (t) => {
  for (const accepted of [shutdown, 'terminate', null] as const)
    for (const from of ['running', 'stopping, init ended'] as const) {
      const before = after(STATES[from], { kind: 'stopAsked', cause: 'stop', accepted });
      const lost = after(before, INPUTS.disconnected);
      t.is(lost.kind, 'lost');
      t.deepEqual(after(lost, INPUTS.reattached), before);
    }
});

test('a lost container of an earlier build, which kept nothing, is stopping when it is opened again', (t) => {
  t.deepEqual(after(STATES['lost from stopping'], INPUTS.reattached), {
    kind: 'stopping',
    ...runs,
    initExit: exit,
    cause: 'recovered',
    terminateSent: false,
  });
});

test('whatever the inputs, a container publishes create, start and exit at most once each, and in that order', (t) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...(Object.keys(INPUTS) as Input[])), { maxLength: 40 }), (inputs) => {
      let state: ContainerState = STATES.creating;
      const published: string[] = [];
      for (const input of inputs) {
        const step = transition(state, INPUTS[input]);
        if (step.outcome !== 'moved') continue;
        published.push(...step.publish.map((e) => e.type));
        if (step.next === null) break;
        state = step.next;
      }
      const order = published.filter((type) => ['create', 'start', 'exit', 'delete'].includes(type));
      t.is(new Set(order).size, order.length);
      t.deepEqual(
        order,
        ['create', 'start', 'exit', 'delete'].filter((type) => order.includes(type)),
      );
    }),
    { numRuns: 2000 },
  );
});
