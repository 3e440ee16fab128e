import test from 'ava';
import { age } from '../../src/model/age.js';
import {
  bytes,
  containerDescription,
  containerFacts,
  containerLook,
  execDescription,
  execLook,
  execTooltip,
  figureFacts,
} from '../../src/model/describe.js';
import { describeExit, explainExit } from '../../src/model/exitCode.js';
import type { Container, Exec } from '../../src/model/store.js';

const NOW = Date.parse('2026-01-01T05:00:00Z');
const container = (over: Partial<Container>): Container => ({
  id: 'web',
  status: 'running',
  isolation: 'process',
  pid: 7,
  createdAt: '2026-01-01T00:00:00Z',
  startedAt: '2026-01-01T04:30:00Z',
  exitedAt: null,
  exitCode: null,
  owner: 'docker',
  labels: [{ name: 'tier', value: 'front' }],
  vague: false,
  execs: [],
  ...over,
});

test('an exit code is told in hex where it is large, and by name where it has one', (t) => {
  t.is(describeExit({ exitCode: 0 }), '0');
  t.is(describeExit({ exitCode: 7 }), '7');
  t.is(describeExit({ exitCode: 0xc000013a }), '0xC000013A STATUS_CONTROL_C_EXIT');
  t.is(describeExit({ exitCode: 1067 }), '1067 ERROR_PROCESS_ABORTED');
  t.is(describeExit({ exitCode: null, exitUnknown: 'the engine was gone' }), 'unknown: the engine was gone');
  t.is(explainExit({ exitCode: 0xc0000005 }), '3221225477 (0xC0000005, STATUS_ACCESS_VIOLATION)');
});

test('a row tells status, isolation and age', (t) => {
  t.is(containerDescription(container({}), NOW), 'running, process, 30 min');
  const ended = { status: 'stopped', exitCode: 0xc000013a, exitedAt: '2026-01-01T02:00:00Z' } as const;
  t.is(containerDescription(container(ended), NOW), 'exit 0xC000013A STATUS_CONTROL_C_EXIT, process, 3 h ago');
  t.is(containerDescription(container({ status: 'created', isolation: 'hyperv' }), NOW), 'created, hyperv, 5 h ago');
  t.is(containerDescription(container({ isolation: undefined }), NOW), 'running, 30 min', 'not known yet');
});

test('ages are coarse, and clocks that differ do no harm', (t) => {
  const at = (ms: number): string => age(new Date(NOW - ms).toISOString(), NOW);
  t.deepEqual([at(-5000), at(59_000), at(60_000), at(3_599_000)], ['<1 min', '<1 min', '1 min', '59 min']);
  t.deepEqual([at(3_600_000), at(86_399_000), at(2 * 86_400_000)], ['1 h', '23 h', '2 d']);
  t.is(age('no time', NOW), '<1 min');
});

test('each state has an icon of its own, also without colours', (t) => {
  const looks = (['created', 'running', 'paused', 'stopping', 'lost', 'failed'] as const).map(
    (status) => containerLook({ status, exitCode: null }).icon,
  );
  const ended = containerLook({ status: 'stopped', exitCode: 0 }).icon;
  t.is(new Set([...looks, ended]).size, 7);
  t.not(containerLook({ status: 'stopped', exitCode: 3 }).icon, ended);
});

test('an exec that was ended by closing its terminal is no failure, and tells its exit code only under the mouse', (t) => {
  const ended: Exec = { execId: 'sh', pid: 9, status: 'stopped', exitedAt: '2026-01-01T02:00:00Z', exitCode: 1067 };
  t.is(execDescription(ended, true), 'exec, ended by closing its terminal');
  t.deepEqual(execLook(ended, true), { icon: 'circle-slash', color: 'disabledForeground' });
  const told = 'sh: exit 1067 ERROR_PROCESS_ABORTED';
  t.deepEqual(execLook({ ...ended, exitCode: 0 }, true), execLook(ended, true));
  t.is(execTooltip(ended, true), `${told}, ended by closing its terminal, 2026-01-01T02:00:00Z`);
  t.is(execDescription(ended, false), 'exec, exit 1067 ERROR_PROCESS_ABORTED');
  t.is(execLook(ended, false).icon, 'error');
  t.is(execTooltip(ended, false), `${told}, 2026-01-01T02:00:00Z`);
  const running: Exec = { ...ended, status: 'running', exitedAt: null, exitCode: null };
  t.is(execDescription(running, true), 'exec, pid 9');
  t.is(execLook(running, true).icon, 'terminal');
});

test('the facts of a tooltip have labels and the exit code both ways', (t) => {
  const facts = new Map(containerFacts(container({ status: 'stopped', exitCode: 5, exitedAt: 'T' })));
  t.is(facts.get('exit code'), '5 (0x00000005)');
  t.is(facts.get('label tier'), 'front');
});

test('what a container uses is told in units for people', (t) => {
  const memory = { commitBytes: 3 << 20, commitPeakBytes: 5 << 20, privateWorkingSetBytes: 1536 };
  t.deepEqual(figureFacts({ memory, processor: { total100ns: 24_000_000, user100ns: 0, kernel100ns: 0 } }), [
    ['memory', '1.5 KiB, committed 3.0 MiB, at most 5.0 MiB'],
    ['processor time', '2.4 s'],
  ]);
});

test('sizes in binary units', (t) => {
  t.deepEqual([bytes(0), bytes(1536), bytes(200 * 1024 * 1024)], ['0 B', '1.5 KiB', '200 MiB']);
});
