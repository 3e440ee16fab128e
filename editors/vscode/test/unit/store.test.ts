import test from 'ava';
import type { ContainerSummary, RuntimeEvent } from 'hostcompute/client';
import { ContainerStore, type Change } from '../../src/model/store.js';

const summary = (id: string, over: Partial<ContainerSummary> = {}): ContainerSummary => ({
  id,
  status: 'running',
  isolation: 'process',
  pid: 7,
  createdAt: '2026-01-01T00:00:00Z',
  startedAt: '2026-01-01T00:00:01Z',
  exitedAt: null,
  exitCode: null,
  owner: 'docker',
  labels: [],
  ...over,
});

let cursor = 0;
const event = (containerId: string, type: RuntimeEvent['type'], over: object = {}): RuntimeEvent => {
  cursor++;
  const time = new Date(Date.UTC(2026, 0, 2) + cursor * 1000).toISOString();
  const envelope = { schema: 'hostcompute.event/v1', cursor, containerId, processId: 'init', pid: 7, sequence: cursor };
  return { ...envelope, epoch: 'e', time, type, ...over } as RuntimeEvent;
};

function watched(): { readonly store: ContainerStore; readonly changes: Change[] } {
  const store = new ContainerStore();
  const changes: Change[] = [];
  store.changed.on((change) => changes.push(change));
  return { store, changes };
}

test('the life of a container by its events alone', (t) => {
  const { store } = watched();
  t.deepEqual(store.apply([event('web', 'create')]), ['web']);
  t.like(store.get('web'), { status: 'created', isolation: undefined, vague: true });
  store.complete(summary('web', { status: 'created', pid: 0, startedAt: null }), store.version('web'));
  t.like(store.get('web'), { status: 'created', isolation: 'process', vague: false });
  t.deepEqual(store.apply([event('web', 'start', { pid: 12 })]), []);
  t.like(store.get('web'), { status: 'running', pid: 12 });
  store.apply([event('web', 'paused')]);
  t.is(store.get('web')?.status, 'paused');
  store.apply([event('web', 'resumed'), event('web', 'stopping', { cause: 'stop', exitCode: null })]);
  t.is(store.get('web')?.status, 'stopping');
  store.apply([event('web', 'exit', { exitCode: 3221225786, exitedAt: '2026-01-02T00:00:00Z' })]);
  t.like(store.get('web'), { status: 'stopped', exitCode: 3221225786, pid: 0 });
  store.apply([event('web', 'delete')]);
  t.is(store.get('web'), undefined);
});

test('a change names what looks different, and only that', (t) => {
  const { store, changes } = watched();
  store.replaceAll(['a', 'b', 'c'].map((id) => summary(id)));
  t.deepEqual(changes.splice(0), [{ structure: true, changed: [], processes: [] }]);
  store.apply([event('b', 'paused')]);
  t.deepEqual(changes.splice(0), [{ structure: false, changed: ['b'], processes: [] }]);
  store.replaceAll([summary('a'), summary('b', { status: 'paused' }), summary('c')]);
  t.deepEqual(changes.splice(0), [], 'the same list again is no change');
  store.apply([event('c', 'delete')]);
  t.deepEqual(changes.splice(0), [{ structure: true, changed: [], processes: [] }]);
});

test('an answer that is older than an event does not undo it', (t) => {
  const { store } = watched();
  store.apply([event('web', 'create')]);
  const asked = store.version('web');
  store.apply([event('web', 'start', { pid: 9 })]);
  store.complete(summary('web', { status: 'created', pid: 0, startedAt: null, isolation: 'hyperv' }), asked);
  t.like(store.get('web'), { status: 'running', pid: 9, isolation: 'hyperv', vague: false });
});

test('after a loss the host is asked where the container was', (t) => {
  const { store } = watched();
  store.replaceAll([summary('web')]);
  store.apply([event('web', 'lost', { reason: 'gone' })]);
  t.deepEqual(store.apply([event('web', 'recovered', { stdio: 'resumed' })]), ['web']);
  t.false(store.complete(summary('web', { status: 'paused' }), store.version('web') - 1), 'too old an answer');
  t.true(store.complete(summary('web', { status: 'paused' }), store.version('web')));
  t.is(store.get('web')?.status, 'paused');
});

test('execs come, run and end, and are a change of processes only', (t) => {
  const { store, changes } = watched();
  store.replaceAll([summary('web')]);
  changes.length = 0;
  const exec = { processId: 'e1', pid: 33 };
  store.apply([event('web', 'exec-added', { processId: 'e1', pid: 0 }), event('web', 'exec-started', exec)]);
  t.like(store.get('web')?.execs[0], { execId: 'e1', pid: 33, status: 'running' });
  store.apply([event('web', 'exit', { ...exec, exitCode: 5, exitedAt: '2026-01-02T00:00:00Z' })]);
  t.like(store.get('web'), { status: 'running', execs: [{ execId: 'e1', status: 'stopped', exitCode: 5 }] });
  t.deepEqual(
    changes.map(({ changed, processes }) => [changed, processes]),
    [
      [[], ['web']],
      [[], ['web']],
    ],
  );
});

test('an exec that was ended by closing its terminal is known as such, one that had ended before is not', (t) => {
  const { store } = watched();
  store.replaceAll([summary('web')]);
  const end = { exitCode: 1067, exitedAt: '2026-01-02T00:00:00Z' };
  for (const processId of ['shell', 'done', 'lives'])
    store.apply([event('web', 'exec-added', { processId }), event('web', 'exec-started', { processId })]);
  store.apply([event('web', 'exit', { processId: 'done', ...end })]);
  store.closing('web', 'shell');
  store.closing('web', 'done');
  const takeBack = store.closing('web', 'lives');
  store.apply([event('web', 'exit', { processId: 'shell', ...end })]);
  takeBack();
  t.deepEqual(
    ['shell', 'done', 'lives'].map((id) => store.wasClosed('web', id)),
    [true, false, false],
  );
  t.false(store.wasClosed('other', 'shell'));
  store.apply([event('web', 'delete')]);
  t.false(store.wasClosed('web', 'shell'), 'another container of that id has other execs');
});

test('a create that failed is shown as failed; a new one of the same id begins anew', (t) => {
  const { store } = watched();
  store.apply([event('x', 'exit', { exitCode: null, exitUnknown: 'init never started', error: 'E', exitedAt: 'T' })]);
  t.is(store.get('x')?.status, 'failed');
  store.apply([event('x', 'create')]);
  t.like(store.get('x'), { status: 'created', exitCode: null });
});

test('newest first; the count of running ones has the paused in it', (t) => {
  const { store } = watched();
  store.replaceAll([
    summary('old'),
    summary('new', { createdAt: '2026-03-01T00:00:00Z', status: 'paused' }),
    summary('done', { createdAt: '2026-02-01T00:00:00Z', status: 'stopped', exitCode: 0 }),
  ]);
  t.deepEqual(
    store.all().map(({ id }) => id),
    ['new', 'done', 'old'],
  );
  t.is(store.running, 2);
});
