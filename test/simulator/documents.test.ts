import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { jsonAt, numberAt, PENDING, service, sharedService } from './fixture.js';

const shared = sharedService(test);
const INVALID_JSON = 0xc037010d;
const PATH_NOT_FOUND = 0x80070003;

interface Refusal {
  readonly hresult: number;
  readonly event: string;
}

/** What HcsCreateComputeSystem says of a document; a system that it accepts is ended again. */
async function verdict(document: string): Promise<Refusal> {
  const client = await shared().client();
  const reply = await client.call('HcsCreateComputeSystem', 'document', document, 0);
  if (reply.hresult === PENDING) {
    const registration = await client.register('system', numberAt(reply, 0));
    await client.call('HcsTerminateComputeSystem', numberAt(reply, 0), '');
    await client.notified(registration, 'SystemExited');
    client.close();
    return { hresult: reply.hresult, event: '' };
  }
  client.close();
  const {
    Error: error,
    ErrorMessage,
    ErrorEvents,
  } = jsonAt(reply, 1) as {
    Error: number;
    ErrorMessage: string;
    ErrorEvents: { Message: string }[];
  };
  if (error >>> 0 !== reply.hresult || ErrorMessage === '')
    throw new Error('the result document differs from the HRESULT');
  return { hresult: reply.hresult, event: ErrorEvents[0]!.Message };
}

test.serial('every documented field is accepted with its type', async (t) => {
  const sim = shared();
  const everything = {
    IgnoreFlushesDuringBoot: true,
    Credentials: '{"CmsPlugins":["ActiveDirectory"]}',
    ProcessorCount: 2,
    ProcessorWeight: 500,
    ProcessorMaximum: 1000,
    StorageIOPSMaximum: 1,
    StorageBandwidthMaximum: 2,
    StorageSandboxSize: 3,
    MemoryMaximumInMB: 512,
    HostName: 'host',
    MappedDirectories: [
      {
        HostPath: sim.layer,
        ContainerPath: 'C:\\m',
        ReadOnly: true,
        BandwidthMaximum: 0,
        IOPSMaximum: 0,
        CreateInUtilityVM: false,
        LinuxMetadata: true,
      },
    ],
    MappedPipes: [{ HostPath: '\\\\.\\pipe\\x', ContainerPipeName: 'x' }],
    NetworkSharedContainerName: 'other',
    EndpointList: [],
    Servicing: false,
    AllowUnqualifiedDNSQuery: true,
    DNSSearchList: 'a,b',
    ContainerType: '',
    TerminateOnLastHandleClosed: false,
    MappedVirtualDisks: [{ HostPath: 'x', ContainerPath: 'y', Cache: 'Private', AttachOnly: true, ReadOnly: true }],
    AssignedDevices: [{ InterfaceClassGuid: '5B45201D-F2F2-4F3B-85BB-30FF1F953599' }],
  };
  t.deepEqual(await verdict(sim.document(everything)), { hresult: PENDING, event: '' });
  t.deepEqual(await verdict(sim.hyperV()), { hresult: PENDING, event: '' });
});

test.serial('a field that HCS does not know, or of another type, is invalid JSON and is named', async (t) => {
  const sim = shared();
  const cases: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ Nonsense: 1 }, 'ContainerConfig: Nonsense: no such field'],
    [{ hostname: 'x' }, 'ContainerConfig: hostname: no such field'],
    [{ HvPartition: 'false' }, 'ContainerConfig: HvPartition: expected boolean'],
    [{ ProcessorCount: -1 }, 'ContainerConfig: ProcessorCount: expected uint32'],
    [{ ProcessorCount: 1.5 }, 'ContainerConfig: ProcessorCount: expected uint32'],
    [{ MemoryMaximumInMB: '512' }, 'ContainerConfig: MemoryMaximumInMB: expected int64'],
    [{ SystemType: undefined }, 'ContainerConfig: SystemType: missing'],
    [{ Layers: undefined }, 'ContainerConfig: Layers: missing'],
    [{ HostName: null }, 'ContainerConfig: HostName: expected string'],
    [{ Layers: [{ ID: 'x', Path: 1 }] }, 'ContainerConfig: Layers[0].Path: expected string'],
    [{ Layers: [{ ID: 'x', Path: 'y', Extra: true }] }, 'ContainerConfig: Layers[0].Extra: no such field'],
    [
      { MappedVirtualDisks: [{ ContainerPath: 'x', Cache: 'Sometimes' }] },
      'ContainerConfig: MappedVirtualDisks[0].Cache: expected "" | "Disabled" | "Enabled" | "Private" | "PrivateAllowSharing"',
    ],
  ];
  for (const [over, event] of cases)
    t.deepEqual(await verdict(sim.document(over)), { hresult: INVALID_JSON, event }, event);
  t.like(await verdict('{"SystemType":'), { hresult: INVALID_JSON, event: 'ContainerConfig: not JSON' });
  t.like(await verdict('[]'), { hresult: INVALID_JSON });
});

test.serial('what the document needs for its isolation is asked for', async (t) => {
  const sim = shared();
  const hresult = async (document: string): Promise<number> => (await verdict(document)).hresult;
  t.is(await hresult(sim.document({ Layers: null })), INVALID_JSON);
  t.is(await hresult(sim.document({ Layers: [] })), INVALID_JSON);
  t.is(await hresult(sim.document({ SystemType: 'VirtualMachine' })), INVALID_JSON);
  t.is(await hresult(sim.document({ SystemType: 'container' })), PENDING);
  t.is(await hresult(sim.document({ VolumePath: undefined })), INVALID_JSON);
  const volume = '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}';
  for (const wrong of [`${volume}\\`, 'C:\\', volume.replace('{', ''), ''])
    t.is(await hresult(sim.document({ VolumePath: wrong })), INVALID_JSON, wrong);
  t.is(await hresult(sim.hyperV({ HvRuntime: undefined })), INVALID_JSON);
  t.is(await hresult(sim.hyperV({ HvRuntime: { ImagePath: join(sim.layer, 'none') } })), PATH_NOT_FOUND);
  t.is(await hresult(sim.document({ ProcessorWeight: 10_001 })), 0x80070057);
  t.is(await hresult(sim.document({ ProcessorMaximum: -1 })), 0x80070057);
});

test.serial('layers and directories that do not exist are paths that are not found', async (t) => {
  const sim = shared();
  const layer = (Path: string): object => ({ ID: '18955d65-d45a-557b-bf1c-49d6dfefc526', Path });
  const missing = join(sim.home, 'missing');
  for (const over of [
    { Layers: [layer(sim.layer), layer(missing)] },
    { Layers: [layer('C:\\layers\\none')] },
    { LayerFolderPath: missing },
    { MappedDirectories: [{ HostPath: missing, ContainerPath: 'C:\\m' }] },
  ])
    t.is((await verdict(sim.document(over))).hresult, PATH_NOT_FOUND, JSON.stringify(over));
  mkdirSync(join(sim.folder, 'drives', 'c', 'layers', 'base'), { recursive: true });
  t.is((await verdict(sim.document({ Layers: [layer('C:\\layers\\base')] }))).hresult, PENDING);
});

test.serial('parents in another order than layerchain.json has them are a path that is not found', async (t) => {
  const sim = shared();
  const [base, top, scratch] = ['chain-base', 'chain-top', 'chain-scratch'].map((name) => join(sim.home, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [base, top, scratch]) mkdirSync(folder);
  writeFileSync(join(scratch, 'layerchain.json'), JSON.stringify([top, base]));
  writeFileSync(join(top, 'layerchain.json'), JSON.stringify([base]));
  const layers = (...paths: string[]): string =>
    sim.document({
      LayerFolderPath: scratch,
      Layers: paths.map((Path) => ({ ID: '18955d65-d45a-557b-bf1c-49d6dfefc526', Path })),
    });
  t.is((await verdict(layers(top, base))).hresult, PENDING);
  t.is((await verdict(layers(base, top))).hresult, PATH_NOT_FOUND);
  t.is((await verdict(layers(top))).hresult, PATH_NOT_FOUND);
});

test.serial('documents of processes and queries are as strict', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const handle = numberAt(await client.call('HcsCreateComputeSystem', 'strict', sim.document(), 0), 0);
  await client.call('HcsStartComputeSystem', handle, '');
  const create = async (config: object): Promise<number> =>
    (await client.call('HcsCreateProcess', handle, JSON.stringify(config))).hresult;
  for (const config of [
    { CommandLine: 'true', Nope: 1 },
    { CommandLine: ['true'] },
    { CommandLine: 'true', ConsoleSize: [80] },
    { CommandLine: 'true', ConsoleSize: [65536, 80] },
    { CommandLine: 'true', Environment: ['A=b'] },
    { CommandLine: 'true', CreateStdInPipe: 1 },
  ])
    t.is(await create(config), INVALID_JSON, JSON.stringify(config));
  for (const query of ['{"PropertyTypes":["Everything"]}', '{"Types":[]}', 'x'])
    t.is((await client.call('HcsGetComputeSystemProperties', handle, query)).hresult, INVALID_JSON, query);
  t.is((await client.call('HcsEnumerateComputeSystems', '{"Owner":"x"}')).hresult, INVALID_JSON);
  const memory = '{"ResourceType":"Memory","RequestType":"Update","Settings":512}';
  t.is((await client.call('HcsModifyComputeSystem', handle, memory)).hresult, INVALID_JSON);
  await client.call('HcsTerminateComputeSystem', handle, '');
});

test.serial('an enumeration is filtered by id, type, name and owner, all of them together', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const handles: number[] = [];
  for (const [id, Name, Owner] of [
    ['e1', 'n1', 'docker'],
    ['e2', 'n2', 'docker'],
    ['E3', 'n3', 'other'],
  ] as const) {
    handles.push(numberAt(await client.call('HcsCreateComputeSystem', id, sim.document({ Name, Owner }), 0), 0));
  }
  const ids = async (query: object): Promise<unknown[]> => {
    const reply = await client.call('HcsEnumerateComputeSystems', JSON.stringify(query));
    return (JSON.parse(String(reply.values[0])) as { Id: string }[])
      .map((entry) => entry.Id)
      .filter((id) => /^e/i.test(id));
  };
  t.deepEqual(await ids({}), ['e1', 'e2', 'E3']);
  t.deepEqual(await ids({ Owners: ['docker'] }), ['e1', 'e2']);
  t.deepEqual(await ids({ Ids: ['E1', 'e3'] }), ['e1', 'E3']);
  t.deepEqual(await ids({ Names: ['n2', 'n3'], Owners: ['docker'] }), ['e2']);
  t.deepEqual(await ids({ Types: ['VirtualMachine'] }), []);
  t.deepEqual(await ids({ Types: ['Container'], Ids: [] }), []);
  for (const handle of handles) await client.call('HcsTerminateComputeSystem', handle, '');
});

test('an older build does not know newer fields and does not tell what it did not tell', async (t) => {
  const sim = await service(t, ['--build', '14393']);
  const client = await sim.client();
  const pipes = sim.document({ MappedPipes: [{ HostPath: 'x', ContainerPipeName: 'y' }] });
  t.is((await client.call('HcsCreateComputeSystem', 'old', pipes, 0)).hresult, INVALID_JSON);
  const handle = numberAt(await client.call('HcsCreateComputeSystem', 'old', sim.document(), 0), 0);
  const properties = jsonAt(await client.call('HcsGetComputeSystemProperties', handle, ''), 0);
  t.is(properties['RuntimeOsType'], undefined);
  t.like(properties, { Id: 'old', Name: 'c', Owner: 'test', SystemType: 'Container', State: '' });
  t.regex(String(properties['RuntimeId']), /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
});
