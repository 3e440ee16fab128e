import test from 'ava';
import { decodePlanHost, plan } from '#src/core/documents/plan.js';
import { decodeSpec } from '#src/core/documents/spec.js';
import { HOST, hypervSpec, refused, windowsSpec } from './support.js';

const nameIn = (document: string) => JSON.parse(document) as { readonly Name: string; readonly Owner: string };

test('a plan without an id, an owner and a host says what it assumed', async (t) => {
  const report = await plan({ spec: decodeSpec(windowsSpec({ resources: { cpu: { count: 128 } } })) });
  t.like(nameIn(report.container.document), { Name: 'hcs-000000000000', Owner: 'docker', ProcessorCount: 128 });
  t.is(report.warnings.length, 2);
});

test('a plan for the real host asks it', async (t) => {
  const report = await plan({ spec: decodeSpec(hypervSpec()), id: 'c1', owner: 'me' }, HOST);
  t.like(nameIn(report.container.document), { Name: 'c1', Owner: 'me', HvPartition: true });
  t.deepEqual(report.warnings, []);
});

test('the process of a plan is init, or the exec that is asked for', async (t) => {
  const request = { spec: decodeSpec(windowsSpec()), id: 'c1', host: { build: 20348, cpus: 1, directories: [] } };
  t.like(JSON.parse((await plan(request)).process?.document ?? ''), { CommandLine: 'cmd', WorkingDirectory: 'C:\\' });
  const exec = await plan({ ...request, exec: { args: ['ver'] } });
  t.like(JSON.parse(exec.process?.document ?? ''), { CommandLine: 'ver', WorkingDirectory: 'C:\\' });
});

for (const id of ['', '-x', 'a/b', 'a'.repeat(129)]) {
  test(`a plan for the id "${id}" is refused, as create refuses it`, async (t) => {
    t.is((await refused(t, () => plan({ spec: decodeSpec(windowsSpec()), id })))[0]?.path, 'id');
  });
}

test('a spec without a process is refused', async (t) => {
  const request = { spec: decodeSpec(windowsSpec({}, { process: null })), id: 'c1' };
  t.is((await refused(t, () => plan(request)))[0]?.path, 'spec.process');
  t.is((await refused(t, () => plan({ ...request, exec: { args: ['x'] } })))[0]?.path, 'spec.process');
});

test('a plan host is decoded, with defaults', async (t) => {
  t.deepEqual(decodePlanHost({ build: 17763, cpus: 4, directories: ['C:\\x'] }), {
    build: 17763,
    cpus: 4,
    directories: ['C:\\x'],
  });
  t.deepEqual(decodePlanHost({}).directories, []);
  t.is((await refused(t, () => decodePlanHost({ cpus: 0 })))[0]?.path, 'host.cpus');
  t.is((await refused(t, () => decodePlanHost({ build: '20348' })))[0]?.path, 'host.build');
});
