/** Edges of each member of the documents: builds, widths of numbers, spellings, characters. What Go would have written is beside it. */
import test from 'ava';
import { parseJson } from '#src/core/json/lossless.js';
import { build, hypervSpec, lcowSpec, refused, SCRATCH, windowsSpec } from './support.js';

type Json = Readonly<Record<string, unknown>>;
const big = (text: string): Json => parseJson(text) as Json;
const resources = (text: string): Json => windowsSpec({ resources: big(text) });
const device = (idType: string): Json => windowsSpec({ devices: [{ id: 'aa-bb', idType }] });
const pipe = windowsSpec({}, { mounts: [{ source: '\\\\.\\pipe\\host', destination: '\\\\.\\pipe\\in side' }] });
const bind = lcowSpec([{ type: 'bind', source: 'C:\\s', destination: '/d', options: ['uvmpath=/u'] }]);
const network = (members: Json): Json => windowsSpec({ network: members });

/** [what, spec, target, text that must be in the document, or text that must not be] */
const written: readonly (readonly [string, Json, Json, string, (string | undefined)?])[] = [
  [
    'a pipe on the first build that has them',
    pipe,
    { build: 16299 },
    '"MappedPipes":[{"HostPath":"\\\\\\\\.\\\\pipe\\\\host","ContainerPipeName":"in side"}]',
  ],
  [
    'a pipe at the prefix itself',
    windowsSpec({}, { mounts: [{ source: 's', destination: '\\\\.\\pipe\\' }] }),
    {},
    '"MappedPipes":[{"HostPath":"s","ContainerPipeName":""}]',
  ],
  [
    'options of a pipe',
    windowsSpec({}, { mounts: [{ source: 's', destination: '\\\\.\\pipe\\x', options: ['odd'] }] }),
    {},
    '"MappedPipes":[{"HostPath":"s","ContainerPipeName":"x"}]',
  ],
  [
    'the prefix without its last backslash',
    windowsSpec({}, { mounts: [{ source: 's', destination: '\\\\.\\pipe' }] }),
    {},
    '"ContainerPath":"\\\\\\\\.\\\\pipe","ReadOnly":false',
    'MappedPipes',
  ],
  [
    'a folder on Windows Server 2016',
    windowsSpec({}, { mounts: [{ source: 'C:/a', destination: 'D:/b', options: ['RO'] }] }),
    { build: 14393 },
    '{"HostPath":"C:/a","ContainerPath":"D:/b","ReadOnly":true,"BandwidthMaximum":0,"IOPSMaximum":0,"CreateInUtilityVM":false}',
  ],
  [
    'a mount that says nothing',
    windowsSpec({}, { mounts: [{}] }),
    {},
    '{"HostPath":"","ContainerPath":"","ReadOnly":false,',
  ],
  ['an empty list of mounts', windowsSpec({}, { mounts: [] }), {}, '"HvPartition":false', 'Mapped'],
  [
    'a device on the first build that has them',
    device('class'),
    { build: 17763 },
    '"AssignedDevices":[{"InterfaceClassGuid":"aa-bb"}]',
  ],
  ['a device of the other kind', device('vpci-class-guid'), {}, '"AssignedDevices":[{"InterfaceClassGuid":"aa-bb"}]'],
  ['a device without an id', windowsSpec({ devices: [{ idType: 'class' }] }), {}, '"AssignedDevices":[{}]'],
  [
    'no devices on an old build',
    windowsSpec({ devices: [] }),
    { build: 14393 },
    '"HvPartition":false',
    'AssignedDevices',
  ],
  [
    'a Linux folder on the last build without metadata',
    bind,
    { build: 17133 },
    '"CreateInUtilityVM":true}',
    'LinuxMetadata',
  ],
  [
    'a Linux folder on the first build with it',
    bind,
    { build: 17134 },
    '"CreateInUtilityVM":true,"LinuxMetadata":true}',
  ],
  [
    'a Linux pipe is a folder',
    lcowSpec([{ type: 'bind', source: 's', destination: '\\\\.\\pipe\\x', options: ['uvmpath=/u'] }]),
    {},
    '"ContainerPath":"/u/\\\\\\\\.\\\\pipe\\\\x"',
  ],
  [
    'rw alone',
    lcowSpec([{ type: 'bind', source: 's', destination: '/d', options: ['rw', 'rbind', 'uvmpath=/u'] }]),
    {},
    '"ContainerPath":"/u/d","ReadOnly":false',
  ],
  [
    'the last uvmpath',
    lcowSpec([{ type: 'bind', source: 's', destination: '/d', options: ['uvmpath=/a', 'uvmpath=/b/../c'] }]),
    {},
    '"ContainerPath":"/c/d"',
  ],
  [
    'a destination that climbs',
    lcowSpec([{ type: 'bind', source: 's', destination: '../../x', options: ['uvmpath=/a'] }]),
    {},
    '"ContainerPath":"/x"',
  ],
  [
    'a mount of another type',
    lcowSpec([{ type: 'tmpfs', destination: '/t', options: ['anything'] }]),
    {},
    '"HvPartition":true',
    'MappedDirectories',
  ],
  [
    'the largest limits of storage',
    resources('{"storage":{"bps":18446744073709551615,"iops":18446744073709551615}}'),
    {},
    '"StorageIOPSMaximum":18446744073709551615,"StorageBandwidthMaximum":18446744073709551615',
  ],
  [
    'limits of 2^53 and one',
    resources('{"storage":{"bps":9007199254740993,"iops":9007199254740992}}'),
    {},
    '"StorageIOPSMaximum":9007199254740992,"StorageBandwidthMaximum":9007199254740993',
  ],
  [
    'limits of zero',
    resources('{"storage":{"bps":0,"iops":0},"cpu":{"count":0,"shares":0,"maximum":0},"memory":{"limit":0}}'),
    {},
    '"HvPartition":false',
    'Maximum',
  ],
  ['the largest shares and maximum', resources('{"cpu":{"shares":65535}}'), {}, '"ProcessorWeight":65535'],
  ['the largest maximum', resources('{"cpu":{"maximum":65535}}'), {}, '"ProcessorMaximum":65535'],
  [
    'the largest number of processors',
    resources('{"cpu":{"count":18446744073709551615}}'),
    { cpus: 4 },
    '"ProcessorCount":4',
  ],
  ['as many processors as the host has', resources('{"cpu":{"count":4}}'), { cpus: 4 }, '"ProcessorCount":4'],
  [
    'all three limits of the processor',
    resources('{"cpu":{"count":2,"shares":500,"maximum":5000}}'),
    {},
    '"ProcessorCount":2,"ProcessorWeight":500,"ProcessorMaximum":5000',
  ],
  ['a memory limit that is no whole MiB', resources('{"memory":{"limit":2097151}}'), {}, '"MemoryMaximumInMB":1,'],
  ['the least memory limit', resources('{"memory":{"limit":1048576}}'), {}, '"MemoryMaximumInMB":1,'],
  [
    'the largest memory limit',
    resources('{"memory":{"limit":9223372036854775807}}'),
    {},
    '"MemoryMaximumInMB":8796093022207,',
  ],
  [
    'DNS suffixes with empty ones',
    network({ DNSSearchList: ['a.com', '', 'b.com'] }),
    {},
    '"DNSSearchList":"a.com,,b.com"',
  ],
  ['two empty DNS suffixes', network({ DNSSearchList: ['', ''] }), {}, '"DNSSearchList":","'],
  ['no DNS suffix', network({ DNSSearchList: [], endpointList: [] }), {}, '"HvPartition":false', 'List'],
  ['one empty endpoint', network({ endpointList: [''] }), {}, '"EndpointList":[""]'],
  ['endpoints in their order, twice', network({ endpointList: ['b', 'a', 'b'] }), {}, '"EndpointList":["b","a","b"]'],
  [
    'the network of another container',
    network({ networkSharedContainerName: 'other', allowUnqualifiedDNSQuery: true }),
    {},
    '"NetworkSharedContainerName":"other","AllowUnqualifiedDNSQuery":true',
  ],
  [
    'a host name of many scripts',
    windowsSpec({}, { hostname: 'hôst-主機-\u{1f4e6}' }),
    {},
    '"HostName":"hôst-主機-\u{1f4e6}"',
  ],
  [
    'a host name of control characters',
    windowsSpec({}, { hostname: 'a\b\f\n\r\t\u001f\u007f\u2028<&>' }),
    {},
    '"HostName":"a\\u0008\\u000c\\n\\r\\t\\u001f\u007f\\u2028\\u003c\\u0026\\u003e"',
  ],
  ['a host name with half a surrogate pair', windowsSpec({}, { hostname: 'x\ud800y' }), {}, '"HostName":"x\ufffdy"'],
  [
    'a credential spec as text',
    windowsSpec({ credentialSpec: '{"CmsPlugins":["ActiveDirectory"],"x":"<ü>"}' }),
    {},
    '"Credentials":"{\\"CmsPlugins\\":[\\"ActiveDirectory\\"],\\"x\\":\\"\\u003cü\\u003e\\"}"',
  ],
  ['a credential spec that is a number', windowsSpec({ credentialSpec: 5 }), {}, '"HvPartition":false', 'Credentials'],
  [
    'layers with forward slashes',
    windowsSpec({ layerFolders: ['C:/layers/a', SCRATCH] }),
    {},
    '{"ID":"97039944-6e83-562d-b280-77fa5622564e","Path":"C:/layers/a"}',
  ],
  [
    'a layer on a share',
    windowsSpec({ layerFolders: ['\\\\server\\share\\a', SCRATCH] }),
    {},
    '{"ID":"97039944-6e83-562d-b280-77fa5622564e","Path":"\\\\\\\\server\\\\share\\\\a"}',
  ],
  [
    'a layer that ends with a backslash',
    windowsSpec({ layerFolders: ['C:\\a\\', SCRATCH] }),
    {},
    '{"ID":"62a9753f-ed70-52d8-ba49-d04390fe316f","Path":"C:\\\\a\\\\"}',
  ],
  [
    'a layer that is a drive',
    windowsSpec({ layerFolders: ['C:a', SCRATCH] }),
    {},
    '{"ID":"97039944-6e83-562d-b280-77fa5622564e","Path":"C:a"}',
  ],
  [
    'an empty layer',
    windowsSpec({ layerFolders: ['', SCRATCH] }),
    {},
    '{"ID":"62a9753f-ed70-52d8-ba49-d04390fe316f","Path":""}',
  ],
  ['an empty scratch folder', windowsSpec({ layerFolders: ['C:\\a', ''] }), {}, '"Layers":[{', 'LayerFolderPath'],
  [
    'the same layer twice',
    windowsSpec({ layerFolders: ['a', 'a', SCRATCH] }),
    {},
    '"Layers":[{"ID":"97039944-6e83-562d-b280-77fa5622564e","Path":"a"},{"ID":"97039944-6e83-562d-b280-77fa5622564e","Path":"a"}]',
  ],
  [
    'flushes ignored at start',
    windowsSpec({ ignoreFlushesDuringBoot: true }),
    {},
    '\\\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}","IgnoreFlushesDuringBoot":true,"LayerFolderPath"',
  ],
  [
    'a volume in capitals',
    windowsSpec({}, { root: { path: '\\\\?\\Volume{66D1EF4C-7A00-11E6-8948-00155DDBEF9D}\\' } }),
    {},
    '"VolumePath":"\\\\\\\\?\\\\Volume{66D1EF4C-7A00-11E6-8948-00155DDBEF9D}"',
  ],
  ['an empty root path with Hyper-V', hypervSpec({}, { root: { path: '' } }), {}, '"HvPartition":true', 'VolumePath'],
  [
    'flush setting, host name and storage of a Linux container',
    lcowSpec([], {
      hostname: 'h',
      windows: {
        layerFolders: ['C:\\a', SCRATCH],
        ignoreFlushesDuringBoot: true,
        credentialSpec: 'c',
        resources: { storage: { bps: 5 } },
      },
    }),
    {},
    '"Path":"C:\\\\a\\\\layer.vhd"',
    '"HostName',
  ],
  [
    'the layer of a Linux container with forward slashes, cleaned',
    lcowSpec([], { windows: { layerFolders: ['C:/x/../a/', SCRATCH] } }),
    {},
    '"Path":"C:\\\\a\\\\layer.vhd"',
  ],
];

for (const [what, spec, host, text, never] of written)
  test(`${what}: written as Go writes it`, async (t) => {
    const { document } = await build(spec, host);
    t.true(document.includes(text), document);
    if (never !== undefined) t.false(document.includes(never), document);
  });

/** [what, spec, target, place] */
const wrong: readonly (readonly [string, Json, Json, string])[] = [
  ['a pipe on the last build without them', pipe, { build: 16298 }, 'spec.mounts[0].destination'],
  ['a device on the last build without them', device('class'), { build: 17762 }, 'spec.windows.devices'],
  ['a kind of device in another case', device('Class'), {}, 'spec.windows.devices[0].idType'],
  ['a kind of device with a space', device(' class'), {}, 'spec.windows.devices[0].idType'],
  [
    'a memory limit of a byte less than one MiB',
    resources('{"memory":{"limit":1048575}}'),
    {},
    'spec.windows.resources.memory.limit',
  ],
  [
    'a memory limit of 2^63',
    resources('{"memory":{"limit":9223372036854775808}}'),
    {},
    'spec.windows.resources.memory.limit',
  ],
  [
    'an option that only begins like ro',
    windowsSpec({}, { mounts: [{ options: ['ro '] }] }),
    {},
    'spec.mounts[0].options[0]',
  ],
  ['an empty option', windowsSpec({}, { mounts: [{ options: ['ro', ''] }] }), {}, 'spec.mounts[0].options[1]'],
  [
    'ro in capitals for Linux',
    lcowSpec([{ type: 'bind', options: ['RO', 'uvmpath=/u'] }]),
    {},
    'spec.mounts[0].options[0]',
  ],
  [
    'a last uvmpath that is empty',
    lcowSpec([{ type: 'bind', options: ['uvmpath=/u', 'uvmpath='] }]),
    {},
    'spec.mounts[0].options',
  ],
  ['a type of one space', windowsSpec({}, { mounts: [{ type: ' ' }] }), {}, 'spec.mounts[0].type'],
  [
    'a volume with a folder behind it',
    windowsSpec({}, { root: { path: '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\\x\\' } }),
    {},
    'spec.root.path',
  ],
  [
    'a volume with a second backslash',
    windowsSpec({}, { root: { path: '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\\\\' } }),
    {},
    'spec.root.path',
  ],
  [
    'a volume and a newline',
    windowsSpec({}, { root: { path: '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\\\n' } }),
    {},
    'spec.root.path',
  ],
  [
    'a volume in lower case',
    windowsSpec({}, { root: { path: '\\\\?\\volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\\' } }),
    {},
    'spec.root.path',
  ],
  [
    'a volume with forward slashes',
    windowsSpec({}, { root: { path: '//?/Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}/' } }),
    {},
    'spec.root.path',
  ],
];

for (const [what, spec, host, path] of wrong)
  test(`${what}: refused at ${path}`, async (t) => {
    t.deepEqual(
      (await refused(t, () => build(spec, host))).map((issue) => issue.path),
      [path],
    );
  });

for (const [text, path] of [
  ['{"cpu":{"shares":65536}}', 'cpu.shares'],
  ['{"cpu":{"maximum":-1}}', 'cpu.maximum'],
  ['{"cpu":{"count":18446744073709551616}}', 'cpu.count'],
  ['{"memory":{"limit":-1}}', 'memory.limit'],
  ['{"memory":{"limit":1.5}}', 'memory.limit'],
  ['{"memory":{"limit":"512m"}}', 'memory.limit'],
  ['{"storage":{"iops":18446744073709551616}}', 'storage.iops'],
  ['{"storage":{"bps":-9223372036854775808}}', 'storage.bps'],
] as const)
  test(`the number in ${text} does not fit its Go type and is refused`, async (t) => {
    t.deepEqual(
      (await refused(t, () => build(resources(text)))).map((issue) => issue.path),
      [`spec.windows.resources.${path}`],
    );
  });
