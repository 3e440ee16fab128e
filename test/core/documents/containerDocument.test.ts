import test from 'ava';
import { BASE, build, hypervSpec, lcowSpec, refusal, refused, SCRATCH, windowsSpec } from './support.js';

test('all members of a Windows container come in the order of Go', async (t) => {
  const built = await build(
    hypervSpec(
      {
        ignoreFlushesDuringBoot: true,
        credentialSpec: '{"a":1}',
        resources: {
          cpu: { count: 1, shares: 2, maximum: 3 },
          memory: { limit: 1048576 },
          storage: { iops: 2n ** 64n - 1n, bps: 5 },
        },
        network: {
          endpointList: ['e'],
          allowUnqualifiedDNSQuery: true,
          DNSSearchList: ['a', 'b'],
          networkSharedContainerName: 'n',
        },
      },
      {
        hostname: 'h',
        mounts: [
          { destination: 'C:\\d', source: 'D:\\d' },
          { destination: '\\\\.\\pipe\\p', source: '\\\\.\\pipe\\q' },
        ],
      },
    ),
  );
  t.is(
    built.document,
    '{"SystemType":"Container","Name":"c1","Owner":"docker","IgnoreFlushesDuringBoot":true,"LayerFolderPath":"C:\\\\layers\\\\scratch",' +
      `"Layers":[{"ID":"${layerId(built.parsed)}","Path":"C:\\\\layers\\\\base"}],"Credentials":"{\\"a\\":1}",` +
      '"ProcessorCount":1,"ProcessorWeight":2,"ProcessorMaximum":3,"StorageIOPSMaximum":18446744073709551615,' +
      '"StorageBandwidthMaximum":5,"MemoryMaximumInMB":1,"HostName":"h",' +
      '"MappedDirectories":[{"HostPath":"D:\\\\d","ContainerPath":"C:\\\\d","ReadOnly":false,"BandwidthMaximum":0,"IOPSMaximum":0,"CreateInUtilityVM":false}],' +
      '"MappedPipes":[{"HostPath":"\\\\\\\\.\\\\pipe\\\\q","ContainerPipeName":"p"}],"HvPartition":true,' +
      '"NetworkSharedContainerName":"n","EndpointList":["e"],"HvRuntime":{"ImagePath":"C:\\\\layers\\\\base\\\\UtilityVM"},' +
      '"AllowUnqualifiedDNSQuery":true,"DNSSearchList":"a,b"}',
  );
  t.is(built.isolation, 'hyperv');
  t.false(built.lcow);
});

const layerId = (parsed: object) => (parsed as { readonly Layers: readonly { readonly ID: string }[] }).Layers[0]?.ID;

test('without an owner there is none in the document', async (t) => {
  t.is((await build(windowsSpec())).parsed['Owner'], 'docker');
});

test('the utility VM is that of the nearest layer that has one, and only then is the host asked', async (t) => {
  const asked: string[] = [];
  const exists = (path: string) => {
    asked.push(path);
    return Promise.resolve(path.startsWith('C:\\b'));
  };
  const layerFolders = ['C:/a/', 'C:\\b', 'C:\\c', SCRATCH];
  t.deepEqual((await build(hypervSpec({ layerFolders }), { exists })).parsed['HvRuntime'], {
    ImagePath: 'C:\\b\\UtilityVM',
  });
  t.deepEqual(asked, ['C:\\a\\UtilityVM', 'C:\\b\\UtilityVM']);
  await build(windowsSpec({ layerFolders }), { exists });
  t.is(asked.length, 2);
});

test('a spec that is refused never asks the host', async (t) => {
  const exists = () => Promise.reject(new Error('asked'));
  await refused(t, () => build(hypervSpec({ hyperv: { utilityVMPath: 'C:\\uvm' } }), { exists }));
});

test('a layer without a utility VM is refused with a hint', async (t) => {
  const error = await refusal(t, () => build(hypervSpec(), { exists: () => Promise.resolve(false) }));
  t.regex(error.details.hint ?? '', /base image/);
});

for (const [name, spec, path] of [
  ['no Windows part', { process: {} }, 'spec.windows'],
  ['no layers', windowsSpec({ layerFolders: undefined }), 'spec.windows.layerFolders'],
  ['a layer folder with a NUL', windowsSpec({ layerFolders: ['a\0', BASE] }), 'spec.windows.layerFolders[0]'],
  ['a read-only root', hypervSpec({}, { root: { readonly: true } }), 'spec.root.readonly'],
  ['a root with Hyper-V', hypervSpec({}, { root: { path: 'x' } }), 'spec.root.path'],
  ['a utility VM path', hypervSpec({ hyperv: { utilityVMPath: 'x' } }), 'spec.windows.hyperv.utilityVMPath'],
  ['a mount type', windowsSpec({}, { mounts: [{ type: 'bind' }] }), 'spec.mounts[0].type'],
  ['devices with Hyper-V', hypervSpec({ devices: [{ id: 'x', idType: 'class' }] }), 'spec.windows.devices'],
  ['a device without idType', windowsSpec({ devices: [{ id: 'x' }] }), 'spec.windows.devices[0].idType'],
  ['a Linux part without a Windows part', lcowSpec([], { windows: null }), 'spec.windows'],
  ['a Linux container without layers', lcowSpec([], { windows: {} }), 'spec.windows.layerFolders'],
] as const) {
  test(`a spec with ${name} is refused`, async (t) => {
    t.deepEqual(
      (await refused(t, () => build(spec))).map((issue) => issue.path),
      [path],
    );
  });
}

for (const options of [null, {}, { wrongType: true }, { lcow: null }]) {
  test(`runtime options ${JSON.stringify(options)} are none of a Linux container`, async (t) => {
    const error = await refusal(t, () => build(lcowSpec(), {}, options));
    t.is(error.details.issues?.[0]?.path, 'runtimeOptions.lcow');
    t.regex(error.details.hint ?? '', /KirdPath/);
  });
}

test('runtime options of a wrong type are refused by their place', async (t) => {
  t.is(
    (await refused(t, () => build(lcowSpec(), {}, { lcow: { KirdPath: 5 } })))[0]?.path,
    'runtimeOptions.lcow.KirdPath',
  );
});

test('runtime options do not concern a Windows container', async (t) => {
  await t.notThrowsAsync(build(windowsSpec(), {}, 'anything'));
});

test('what HCS is not given is told', async (t) => {
  const built = await build(
    windowsSpec({
      layerFolders: [`${BASE}\\`, SCRATCH],
      credentialSpec: { a: 'hunter2' },
      servicing: true,
      network: { networkNamespace: 'n' },
      resources: { storage: { sandboxSize: 5 } },
    }),
  );
  t.is(built.warnings.length, 5);
  t.false(JSON.stringify([built.warnings, built.document]).includes('hunter2'));
});

test('a linux member makes it a Linux container, null does not', async (t) => {
  t.true((await build({ ...windowsSpec(), linux: {} })).lcow);
  t.false((await build({ ...windowsSpec(), linux: null })).lcow);
});
