import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { nameToGuid } from '#src/core/documents/nameToGuid.js';
import { nativeGuid } from '#src/simulator/guid.js';
import type { ExportName } from '#src/simulator/exports/opcodes.js';
import type { WireValue } from '#src/simulator/wire.js';
import type { WireClient } from './client.js';
import { PENDING, numberAt, sharedService } from './fixture.js';

const shared = sharedService(test);

const driver = (client: WireClient) => ({
  async call(name: ExportName, id: string, ...more: WireValue[]): Promise<number> {
    return (await client.call(name, 1, '', id, ...more)).hresult;
  },
  async mountPath(id: string): Promise<unknown> {
    return (await client.call('GetLayerMountPath', 1, '', id)).values[0];
  },
  async exists(id: string): Promise<number> {
    return numberAt(await client.call('LayerExists', 1, '', id), 0);
  },
});

/** A descriptor array: count, then for each GUID, flags and path. */
const parents = (...paths: string[]): WireValue[] => [
  paths.length,
  ...paths.flatMap((path) => [nativeGuid(nameToGuid(path.split('/').pop()!)), 0, path]),
];

test('NameToGuid answers the bytes of a native GUID', async (t) => {
  const client = await shared().client();
  const reply = await client.call('NameToGuid', 'a');
  // 97039944-6e83-562d-b280-77fa5622564e, its first three groups little-endian.
  t.is(Buffer.from(reply.values[0] as Uint8Array).toString('hex'), '44990397836e2d56b28077fa5622564e');
});

test('a scratch layer goes its way from creation over its volume to its end', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const layers = driver(client);
  const base = join(sim.home, 'l-base');
  const top = join(sim.home, 'l-top');
  const scratch = join(sim.home, 'l-scratch');
  t.is(await layers.call('CreateLayer', base, ''), 0);
  t.is(await layers.call('CreateLayer', top, base), 0);
  t.is(await layers.call('CreateLayer', join(sim.home, 'x'), join(sim.home, 'none')), 0x80070003);
  writeFileSync(join(top, 'layerchain.json'), JSON.stringify([base]));

  t.is(await layers.call('CreateSandboxLayer', scratch, null, ...parents(base, top)), 0x80070003);
  t.is(await layers.call('CreateSandboxLayer', scratch, null, ...parents(top, base)), 0);
  t.is(await layers.call('CreateSandboxLayer', scratch, null, ...parents(top, base)), 0x800700b7);
  t.true(existsSync(join(scratch, 'sandbox.vhdx')));
  t.is(await layers.call('ExpandSandboxSize', scratch, 2n ** 35n), 0);

  t.is(await layers.call('PrepareLayer', scratch, ...parents(top, base)), 0x80070015);
  t.is(await layers.call('ActivateLayer', scratch), 0);
  t.is(await layers.mountPath(scratch), '');
  t.is(await layers.call('PrepareLayer', scratch, ...parents(base, top)), 0x80070003);
  t.is(await layers.call('PrepareLayer', scratch, ...parents(top, base)), 0);
  const volume = String(await layers.mountPath(scratch));
  t.regex(volume, /^\\\\\?\\Volume\{[0-9a-f-]{36}\}\\$/);

  const document = sim.document({
    VolumePath: volume.slice(0, -1),
    LayerFolderPath: scratch,
    Layers: [top, base].map((Path) => ({ ID: nameToGuid(Path), Path })),
  });
  const created = await client.call('HcsCreateComputeSystem', 'layered', document, 0);
  t.is(created.hresult, PENDING);
  t.is(await layers.call('UnprepareLayer', scratch), 0);
  t.is(await layers.call('DestroyLayer', scratch), 0x80070020);
  const registration = await client.register('system', numberAt(created, 0));
  await client.call('HcsTerminateComputeSystem', numberAt(created, 0), '');
  await client.notified(registration, 'SystemExited');
  t.is(await layers.call('DeactivateLayer', scratch), 0);
  t.is(await layers.exists(scratch), 1);
  t.is(await layers.call('DestroyLayer', scratch), 0);
  t.is(await layers.exists(scratch), 0);
  t.is(await layers.call('DestroyLayer', scratch), 0x80070003);
});

test('a scratch layer may be made in an empty folder, as other clients do', async (t) => {
  const sim = shared();
  const layers = driver(await sim.client());
  const base = join(sim.home, 'e-base');
  t.is(await layers.call('CreateLayer', base, ''), 0);
  const folder = join(sim.home, 'e-scratch');
  mkdirSync(folder);
  t.is(await layers.call('CreateSandboxLayer', folder, null, ...parents(base)), 0);
  t.true(existsSync(join(folder, 'sandbox.vhdx')));
  t.is(await layers.call('CreateSandboxLayer', folder, null, ...parents(base)), 0x800700b7);
});

test('a DestroyLayer can say success and leave the folder, as real ones were seen to do', async (t) => {
  const sim = shared();
  const layers = driver(await sim.client());
  const base = join(sim.home, 'd-base');
  t.is(await layers.call('CreateLayer', base, ''), 0);
  await sim.fault({ name: 'DestroyLayer', ignored: true, count: 1 });
  t.is(await layers.call('DestroyLayer', base), 0);
  t.true(existsSync(base));
  t.is(await layers.call('DestroyLayer', base), 0);
  t.false(existsSync(base));
});

test('layers are imported, copied and exported as folders, and nothing but a layer is ever destroyed', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const layers = driver(client);
  const source = join(sim.home, 'contents');
  mkdirSync(join(source, 'Files', 'Windows'), { recursive: true });
  writeFileSync(join(source, 'Files', 'Windows', 'x.txt'), 'hello');
  const [imported, copied, exported] = ['i', 'c', 'e'].map((name) => join(sim.home, `l-${name}`)) as [
    string,
    string,
    string,
  ];
  t.is(await layers.call('ImportLayer', imported, source, 0), 0);
  writeFileSync(join(imported, 'layerchain.json'), 'null');
  t.is(await layers.call('CopyLayer', imported, copied, 0), 0);
  t.is(await layers.call('ExportLayer', copied, exported, 0), 0);
  t.is(readFileSync(join(exported, 'Files', 'Windows', 'x.txt'), 'utf8'), 'hello');
  t.false(existsSync(join(exported, 'layerchain.json')));
  const precious = join(sim.home, 'precious');
  mkdirSync(precious);
  writeFileSync(join(precious, 'thesis.doc'), 'years of work');
  t.is(await layers.call('DestroyLayer', precious), 0xc0370112);
  t.true(existsSync(join(precious, 'thesis.doc')));
  t.is((await client.call('GrantVmAccess', 'vm', join(sim.home, 'none.vhdx'))).hresult, 0x80070002);
  t.is((await client.call('GrantVmAccess', 'vm', join(precious, 'thesis.doc'))).hresult, 0);
  t.deepEqual(JSON.parse(String((await client.call('GetBaseImages')).values[0])), { Images: [] });
});
