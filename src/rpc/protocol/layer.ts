/** layer/*: layer folders by hand, one export of HCS each. */
import * as t from 'io-ts';
import type { FoundLayer, LayerItem } from '../../core/runtime.js';
import { always, Empty } from './common.js';
import { fields, integer, request, words } from './define.js';

const path = { path: t.string };
const strings = t.array(t.string);
const nullable = <C extends t.Mixed>(codec: C) => t.union([codec, t.null]);
/** One layer and its layerchain.json, or the whole chain, nearest first. */
const parents = { parents: strings };

/** Integers beyond 2^53-1 as decimal text. */
const Size = t.union([integer(0), t.string]);

export const FoundLayerCodec = fields(
  {
    path: t.string,
    source: words('docker', 'containerd', 'simulator', 'folder'),
    parents: nullable(strings),
    base: t.boolean,
    osBuild: nullable(t.number),
    osVersion: nullable(t.string),
    matches: nullable(t.boolean),
    hasUtilityVM: t.boolean,
  } satisfies Record<keyof FoundLayer, t.Mixed>,
  {},
  'FoundLayer',
);

export const LayerItemCodec = fields(
  {
    path: t.string,
    kind: words('scratch', 'base'),
    container: nullable(t.string),
    exists: t.boolean,
    parents: nullable(strings),
  } satisfies Record<keyof LayerItem, t.Mixed>,
  {},
  'LayerItem',
);

const warnings = { warnings: strings };
const withParents = fields({ ...path, ...parents }, {});

export const layerMethods = {
  'layer/id': request(
    'The ids that HCS gives layers of these folders (NameToGuid of the last component).',
    fields({ paths: strings }, always),
    fields({ items: t.array(t.strict({ path: t.string, id: t.string })) }, {}),
    { cli: 'layer id' },
  ),
  'layer/find': request(
    'Read-only layers that Docker and containerd have unpacked, or those in `roots`.',
    fields({}, { roots: strings, ...always }),
    fields({ hostBuild: t.number, items: t.array(FoundLayerCodec), ...warnings }, {}),
    { cli: 'layer find' },
  ),
  'layer/list': request(
    'Scratch layers of this home, and base images that HCS knows.',
    fields({}, always),
    fields({ items: t.array(LayerItemCodec), ...warnings }, {}),
    { cli: 'layer list', operations: 4 },
  ),
  'layer/scratch': request(
    'CreateSandboxLayer, and ExpandSandboxSize when a size is given; `path` must not exist.',
    fields({ ...path, ...parents }, { sizeBytes: Size, ...always }),
    withParents,
    { cli: 'layer scratch', operations: 2 },
  ),
  'layer/activate': request('ActivateLayer.', fields(path, always), Empty, { cli: 'layer activate', operations: 5 }),
  'layer/prepare': request(
    'PrepareLayer, one at a time in the engine.',
    fields(path, { ...parents, ...always }),
    withParents,
    { cli: 'layer prepare', operations: 5 },
  ),
  'layer/mountPath': request(
    'GetLayerMountPath: the volume of a prepared layer, with its trailing backslash; null when it is not mounted.',
    fields(path, always),
    fields({ ...path, mountPath: nullable(t.string) }, {}),
    { cli: 'layer mount-path' },
  ),
  'layer/unprepare': request('UnprepareLayer.', fields(path, always), Empty, { cli: 'layer unprepare' }),
  'layer/deactivate': request('DeactivateLayer.', fields(path, always), Empty, { cli: 'layer deactivate' }),
  'layer/destroy': request('DestroyLayer, which removes the folder.', fields(path, always), Empty, {
    cli: 'layer destroy',
  }),
  'layer/import': request(
    'ImportLayer: makes the layer `path` of the contents of `folder`.',
    fields({ ...path, folder: t.string }, { ...parents, ...always }),
    withParents,
    { cli: 'layer import' },
  ),
  'layer/export': request(
    'ExportLayer: writes the contents of the layer `path` into `folder`.',
    fields({ ...path, folder: t.string }, { ...parents, ...always }),
    withParents,
    { cli: 'layer export' },
  ),
  'layer/grant': request(
    'GrantVmAccess: lets a virtual machine open a file.',
    fields({ vmId: t.string, ...path }, always),
    Empty,
    { cli: 'layer grant' },
  ),
};
