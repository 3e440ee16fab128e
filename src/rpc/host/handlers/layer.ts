/** layer/*. */
import { windowsBaseName } from '../../../core/documents/windowsPath.js';
import { nameToGuid } from '../../../core/documents/nameToGuid.js';
import { invalidRequest } from '../../../core/errors.js';
import type { CallContext, LayerRuntime } from '../../../core/runtime.js';
import type { Method } from '../../protocol.js';
import type { Call, Handlers } from '../session.js';
import { contextOf } from './container.js';

type LayerMethod = Extract<Method, `layer/${string}`>;

const layers = async (call: Call): Promise<LayerRuntime> => (await call.session.runtime).layers;

const plainly =
  (act: (layers: LayerRuntime, path: string, context: CallContext) => Promise<void>) =>
  async ({ path }: { readonly path: string }, call: Call): Promise<Record<string, never>> => {
    await act(await layers(call), path, contextOf(call));
    return {};
  };

function sizeOf(size: number | string | undefined): number | bigint | undefined {
  if (typeof size !== 'string') return size;
  if (/^\d{1,20}$/.test(size) && BigInt(size) < 2n ** 64n) return BigInt(size);
  throw invalidRequest('the size is no number of bytes', [
    { path: 'sizeBytes', expected: 'a whole number below 2^64', got: JSON.stringify(size.slice(0, 40)) },
  ]);
}

export const layerHandlers: Handlers<LayerMethod> = {
  'layer/id': ({ paths }) => ({ items: paths.map((path) => ({ path, id: nameToGuid(windowsBaseName(path)) })) }),
  'layer/find': async ({ roots }, call) => {
    const { hostBuild, items, warnings } = await (await layers(call)).find(roots, contextOf(call));
    return {
      hostBuild,
      items: items.map((item) => ({ ...item, parents: item.parents === null ? null : [...item.parents] })),
      warnings: [...warnings],
    };
  },
  'layer/list': async (_, call) => {
    const { items, warnings } = await (await layers(call)).list(contextOf(call));
    return {
      items: items.map((item) => ({ ...item, parents: item.parents === null ? null : [...item.parents] })),
      warnings: [...warnings],
    };
  },
  'layer/scratch': async ({ path, parents, sizeBytes }, call) => {
    const made = await (await layers(call)).scratch(path, parents, sizeOf(sizeBytes), contextOf(call));
    return { path, parents: [...made.parents] };
  },
  'layer/activate': plainly((runtime, path, context) => runtime.activate(path, context)),
  'layer/prepare': async ({ path, parents }, call) => {
    const prepared = await (await layers(call)).prepare(path, parents, contextOf(call));
    return { path, parents: [...prepared.parents] };
  },
  'layer/mountPath': async ({ path }, call) => ({
    path,
    mountPath: await (await layers(call)).mountPath(path, contextOf(call)),
  }),
  'layer/unprepare': plainly((runtime, path, context) => runtime.unprepare(path, context)),
  'layer/deactivate': plainly((runtime, path, context) => runtime.deactivate(path, context)),
  'layer/destroy': plainly((runtime, path, context) => runtime.destroy(path, context)),
  'layer/import': async ({ path, folder, parents }, call) => {
    const made = await (await layers(call)).import(path, folder, parents, contextOf(call));
    return { path, parents: [...made.parents] };
  },
  'layer/export': async ({ path, folder, parents }, call) => {
    const made = await (await layers(call)).export(path, folder, parents, contextOf(call));
    return { path, parents: [...made.parents] };
  },
  'layer/grant': async ({ vmId, path }, call) => {
    await (await layers(call)).grant(vmId, path, contextOf(call));
    return {};
  },
};
