/** The built-in base: what a container of the simulator stands on when nothing else is named. */
import { leavesLayers } from '../documents/layers.js';
import type { OciSpec } from '../documents/spec.js';
import { RuntimeError } from '../errors.js';
import type { Core } from './core.js';
import type { BaseUse } from './deps.js';

/** The spec with the base filled in; one that names layers or a root, or is a Linux container's, as it is. */
export async function withBase(core: Core, id: string, spec: OciSpec, use: BaseUse): Promise<OciSpec> {
  const { baseFor } = core.deps;
  if (!leavesLayers(spec)) return spec;
  if (baseFor === undefined)
    throw new RuntimeError('unsupported', 'there is no built-in base on this backend', {
      hint: 'name the layers of an image: --layer, or windows.layerFolders in the spec',
    });
  const base = await baseFor(id, use);
  const needsRoot = spec.windows?.hyperv === undefined;
  return {
    ...spec,
    windows: { ...spec.windows, layerFolders: [...base.layerFolders] },
    ...(needsRoot && base.rootPath !== undefined ? { root: { ...spec.root, path: base.rootPath } } : {}),
  };
}
