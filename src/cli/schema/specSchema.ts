/** The OCI runtime spec that `--spec` takes, as JSON Schema: made of the codecs that read it. */
import type { GoShape } from '../../core/documents/goTypes.js';
import { Spec } from '../../core/documents/spec.js';
import type { JsonSchema } from '../../rpc/jsonSchema.js';

/** By path, `[]` for elements: what people should know who write one for Windows. */
const TEXTS: Readonly<Record<string, string>> = {
  '': 'OCI runtime spec of a Windows container. Members that are not known are ignored; names match in any case.',
  ociVersion: 'Version of the OCI runtime specification, such as 1.0.2.',
  process: 'The init process of the container.',
  'process.terminal': 'Give it a terminal; then it has no stderr of its own.',
  'process.consoleSize': 'Size of that terminal in characters.',
  'process.user.username': 'Windows user, such as ContainerUser or ContainerAdministrator.',
  'process.args': 'Program and arguments; joined by the rules of Windows. Or commandLine.',
  'process.commandLine': 'The command line as it is, in place of args.',
  'process.env': 'Environment: NAME=value, one each.',
  'process.cwd': 'Working directory in the container, such as C:\\.',
  root: 'Root of the container. Not with layers that hcs mounts itself (--layer).',
  'root.path':
    'Volume of the mounted scratch layer: \\\\?\\Volume{GUID}\\ with its trailing backslash, as "hcs layer mount-path" gives it.',
  hostname: 'Host name in the container.',
  mounts: 'Folders and pipes of the host that are seen in the container.',
  'mounts[].destination': 'Windows path in the container, or \\\\.\\pipe\\NAME.',
  'mounts[].source': 'Folder or pipe of the host.',
  'mounts[].options': 'ro: read-only; rw: writable (default).',
  annotations: 'Names and values for programs that read them.',
  linux: 'Present: a Linux container in a utility VM (LCOW); needs runtime options.',
  windows: 'The Windows part, which HCS needs.',
  'windows.layerFolders': 'Layer folders: read-only ones, nearest parent first, and last the scratch layer.',
  'windows.resources.memory.limit': 'Bytes; at least 1048576.',
  'windows.resources.cpu.count': 'Whole processors. One of count, shares and maximum counts.',
  'windows.resources.cpu.shares': 'Weight against others, 0 to 10000.',
  'windows.resources.cpu.maximum': 'Share of all processors in ten-thousandths: 5000 is half.',
  'windows.resources.storage.iops': 'Operations a second on the scratch volume.',
  'windows.resources.storage.bps': 'Bytes a second on the scratch volume.',
  'windows.resources.storage.sandboxSize': 'Size of the scratch layer in bytes; counts when that is made.',
  'windows.devices': 'Devices that are assigned: id and idType (class).',
  'windows.hyperv': 'Present, even if empty: Hyper-V isolation, in a utility VM; only then a container can be paused.',
  'windows.hyperv.utilityVMPath': 'The UtilityVM folder; absent: that of the layers.',
  'windows.network.endpointList': 'Ids of the HNS endpoints that it gets.',
  'windows.network.networkSharedContainerName': 'Id of the container whose network it shares.',
  'windows.network.DNSSearchList': 'Domains that are tried for short names.',
  'windows.network.allowUnqualifiedDNSQuery': 'Short names are resolved, too.',
  'windows.credentialSpec': 'Group managed service account: the JSON text as one string.',
  'windows.ignoreFlushesDuringBoot': 'Faster start: flushes while it boots are left out.',
};

/** JSON numbers beyond this are not exact everywhere; the codec still looks. */
const exact = (value: bigint): boolean =>
  value >= -BigInt(Number.MAX_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);

function describe(shape: GoShape, path: string): JsonSchema {
  const text = TEXTS[path];
  return { ...(text === undefined ? {} : { description: text }), ...schemaOf(shape, path) };
}

function schemaOf(shape: GoShape, path: string): JsonSchema {
  switch (shape.kind) {
    case 'any':
      return {};
    case 'string':
    case 'boolean':
      return { type: shape.kind };
    case 'integer':
      return {
        type: 'integer',
        ...(exact(shape.min) ? { minimum: Number(shape.min) } : {}),
        ...(exact(shape.max) ? { maximum: Number(shape.max) } : {}),
      };
    case 'list':
      return { type: 'array', items: describe(shape.item, `${path}[]`) };
    case 'map':
      return { type: 'object', additionalProperties: describe(shape.item, `${path}[]`) };
    case 'struct': {
      const members = [...shape.fields].map(([name, member]) => [
        name,
        describe(member, path === '' ? name : `${path}.${name}`),
      ]);
      return { type: 'object', properties: Object.fromEntries(members) as JsonSchema };
    }
  }
}

/** Every path that has a text, for a test: each must be one of the spec. */
export const describedPaths = (): readonly string[] => Object.keys(TEXTS);

export function specSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'hostcompute.spec/v1',
    title: 'OCI runtime spec for hcs',
    ...describe(Spec.shape, ''),
    required: ['ociVersion'],
  };
}
