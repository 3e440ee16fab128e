/** Documents, without touching HCS. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { group } from '../check.js';
import type { Json, Target } from '../target.js';

const SEED = 'seed createWindows';
const VOLUME = '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\\';
const BASE = 'C:\\l\\65bf96e5760a09edf1790cb229e2dfb2dbd0fcdc0bf7451bae099106bfbfea0c';

const good = (): { root: Json; process: Json; windows: Json; mounts?: Json[] } => ({
  root: { path: VOLUME },
  process: { args: ['cmd'], cwd: 'C:\\' },
  windows: { layerFolders: [BASE, 'C:\\l\\scratch'] },
});

async function plan(target: Target, spec: unknown, host?: Json): Promise<{ status: number | null; document: Json }> {
  const folder = await mkdtemp(join(tmpdir(), 'hcs-conf-plan-'));
  try {
    await writeFile(join(folder, 'spec.json'), typeof spec === 'string' ? spec : JSON.stringify(spec));
    await writeFile(join(folder, 'host.json'), JSON.stringify({ build: 20348, cpus: 4, directories: [], ...host }));
    return await target.json([
      'plan',
      '--spec',
      join(folder, 'spec.json'),
      '--host',
      join(folder, 'host.json'),
      '--id',
      'p1',
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const documentOf = (answer: { document: Json }): Json =>
  JSON.parse((answer.document['container'] as { document: string }).document) as Json;

async function refused(target: Target, spec: unknown, path: RegExp, host?: Json): Promise<void> {
  const { status, document } = await plan(target, spec, host);
  assert.equal(status, 2, JSON.stringify(document));
  const error = document['error'] as {
    code: string;
    hint?: string;
    issues: { path: string; expected: string; got: string }[];
  };
  assert.equal(error.code, 'invalidRequest');
  assert.match(error.issues[0]?.path ?? '', path);
  assert.ok(error.issues[0]?.expected);
  assert.ok(error.hint);
}

export const plans = group(
  'plan',
  [],
  [
    [
      'process-isolation',
      'a process-isolated spec gives the exact ContainerConfig string',
      SEED,
      async (target) => {
        const answer = await plan(target, good());
        assert.equal(answer.status, 0, JSON.stringify(answer.document));
        assert.equal(
          (answer.document['container'] as { document: string }).document,
          '{"SystemType":"Container","Name":"p1","Owner":"docker","VolumePath":"\\\\\\\\?\\\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}",' +
            '"LayerFolderPath":"C:\\\\l\\\\scratch","Layers":[{"ID":"18955d65-d45a-557b-bf1c-49d6dfefc526","Path":' +
            `${JSON.stringify(BASE)}}],"HvPartition":false}`,
        );
      },
    ],
    [
      'process-document',
      'the process document is given beside it',
      'seed Start',
      async (target) => {
        const answer = await plan(target, good());
        assert.equal(
          (answer.document['process'] as { document: string }).document,
          '{"CommandLine":"cmd","WorkingDirectory":"C:\\\\","CreateStdInPipe":true,"CreateStdOutPipe":true,"CreateStdErrPipe":true,"ConsoleSize":[0,0]}',
        );
      },
    ],
    [
      'hyperv-finds-the-utility-vm',
      'a Hyper-V spec takes the top-most layer with a UtilityVM folder of the target host',
      SEED,
      async (target) => {
        const spec = { ...good(), root: { path: '' }, windows: { layerFolders: [BASE, 'C:\\l\\scratch'], hyperv: {} } };
        const document = documentOf(await plan(target, spec, { directories: [`${BASE}\\UtilityVM`] }));
        assert.deepEqual(document['HvRuntime'], { ImagePath: `${BASE}\\UtilityVM` });
        assert.equal(document['HvPartition'], true);
      },
    ],
    [
      'hyperv-without-utility-vm',
      'a Hyper-V spec without such a folder is refused',
      SEED,
      (target) =>
        refused(
          target,
          { ...good(), root: { path: '' }, windows: { layerFolders: [BASE, 'C:\\l\\scratch'], hyperv: {} } },
          /layerFolders/,
        ),
    ],
    [
      'volume-path',
      'a root path that is no volume GUID path is refused',
      'seed bug B1',
      (target) => refused(target, { ...good(), root: { path: 'C:\\somewhere' } }, /root\.path/),
    ],
    [
      'no-root',
      'a spec without root is refused',
      'seed bug B3',
      (target) => refused(target, { ...good(), root: undefined }, /root/),
    ],
    [
      'one-layer',
      'fewer than two layer folders are refused',
      SEED,
      (target) => refused(target, { ...good(), windows: { layerFolders: [BASE] } }, /layerFolders/),
    ],
    [
      'readonly-root',
      'a read-only root is refused',
      SEED,
      (target) => refused(target, { ...good(), root: { path: VOLUME, readonly: true } }, /readonly/),
    ],
    [
      'mount-type',
      'a mount with a type is refused',
      SEED,
      (target) =>
        refused(
          target,
          { ...good(), mounts: [{ type: 'bind', source: 'C:\\a', destination: 'C:\\b' }] },
          /mounts\[0\]/,
        ),
    ],
    [
      'small-memory',
      'a memory limit under 1 MiB is refused, not turned into none',
      'seed bug B20',
      (target) =>
        refused(
          target,
          { ...good(), windows: { layerFolders: [BASE, 'C:\\s'], resources: { memory: { limit: 1000 } } } },
          /memory\.limit/,
        ),
    ],
    [
      'big-integers',
      'integers up to 2^64-1 keep every digit',
      'hcs-facts 3.0',
      async (target) => {
        const text = JSON.stringify({
          ...good(),
          windows: { layerFolders: [BASE, 'C:\\s'], resources: { storage: { iops: 0 } } },
        }).replace('"iops":0', '"iops":18446744073709551615');
        const answer = await plan(target, text);
        assert.match(
          (answer.document['container'] as { document: string }).document,
          /"StorageIOPSMaximum":18446744073709551615/,
        );
      },
    ],
    [
      'pipes',
      'a mount to a named pipe becomes a mapped pipe, in any case of letters',
      'seed bug B25',
      async (target) => {
        const spec = { ...good(), mounts: [{ source: '\\\\.\\pipe\\host', destination: '\\\\.\\PIPE\\guest' }] };
        assert.deepEqual(documentOf(await plan(target, spec))['MappedPipes'], [
          { HostPath: '\\\\.\\pipe\\host', ContainerPipeName: 'guest' },
        ]);
      },
    ],
    [
      'cpu-count-clamped',
      'more processors than the host has are clamped, with a warning',
      'seed extractResourcesFromSpec',
      async (target) => {
        const spec = { ...good(), windows: { layerFolders: [BASE, 'C:\\s'], resources: { cpu: { count: 64 } } } };
        const answer = await plan(target, spec);
        assert.equal(documentOf(answer)['ProcessorCount'], 4);
        assert.equal((answer.document['warnings'] as unknown[]).length, 1);
      },
    ],
    [
      'not-json',
      'text that is not JSON is refused with line and column',
      'design 7',
      async (target) => {
        const { status, document } = await plan(target, '{"root": }');
        assert.equal(status, 2);
        assert.match(JSON.stringify(document), /line|column/);
      },
    ],
    [
      'linux-needs-lcow',
      'a Linux spec without LCOW options is refused with that reason',
      'seed createLinux',
      async (target) => {
        const { status, document } = await plan(target, { ...good(), linux: {} });
        assert.equal(status, 2);
        assert.match(JSON.stringify(document), /lcow/i);
      },
    ],
    [
      'utf16-input',
      'a spec that Windows PowerShell wrote as UTF-16 is read',
      'field-notes C.2',
      async (target) => {
        const ran = await target.hcs(
          ['plan', '--json', '--spec', '-'],
          Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(JSON.stringify(good()), 'utf16le')]),
        );
        assert.equal(ran.status, 0, ran.text);
      },
    ],
    [
      'invalid-utf8',
      'invalid UTF-8 is refused with its offset',
      'field-notes C.2',
      async (target) => {
        const ran = await target.hcs(['plan', '--json', '--spec', '-'], Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]));
        assert.equal(ran.status, 2);
        assert.match(ran.text, /offset 2|byte 2/);
      },
    ],
  ],
);
