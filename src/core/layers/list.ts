/** Scratch layers of this home, whether or not a record names them, and base images that HCS knows. */
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { isRuntimeError } from '../errors.js';
import { windowsPathKey } from '../documents/windowsPath.js';
import type { LayerItem } from '../runtime.js';
import type { Core } from '../runtime/core.js';
import { placesOf } from '../runtime/ground.js';
import { readChain } from './chain.js';

type Ask = <T>(call: () => Promise<T>) => Promise<T>;

/** GetBaseImages: `{"Images":[{"Name","Path",...}]}`; its shape is not documented, so every member may be missing. */
const BaseImages = t.partial({ Images: t.union([t.null, t.array(t.partial({ Name: t.string, Path: t.string }))]) });

/** The container whose scratch layer this folder is, or which has it among its parents; null: none of this home. */
export function standingOn(core: Core, path: string): string | null {
  const key = windowsPathKey(path);
  for (const { record, removed, id } of core.cells.values()) {
    const scratch = record.resources?.scratch;
    if (removed || scratch === undefined) continue;
    if ([scratch.folder, ...scratch.parents].some((folder) => windowsPathKey(folder) === key)) return id;
  }
  return null;
}

/** Folders where scratch layers are made that no record names: what a lost store left. */
export async function orphans(core: Core): Promise<readonly string[]> {
  const { layers } = core.deps;
  if (layers === undefined) return [];
  const folders = (await layers.files.names(layers.scratchRoot)).map((name) =>
    layers.files.join(layers.scratchRoot, name),
  );
  return folders.filter((folder) => standingOn(core, folder.replace(/-removing$/, '')) === null);
}

export async function listLayers(
  core: Core,
  ask: Ask,
): Promise<{ readonly items: readonly LayerItem[]; readonly warnings: readonly string[] }> {
  const { files } = placesOf(core);
  const warnings: string[] = [];
  const items: LayerItem[] = [];
  for (const { record } of core.cells.values()) {
    const scratch = record.resources?.scratch;
    if (scratch === undefined) continue;
    const exists = await ask(() => core.layerCalls.exists(scratch.folder));
    items.push({ path: scratch.folder, kind: 'scratch', container: record.id, exists, parents: scratch.parents });
  }
  for (const path of await orphans(core)) {
    const exists = await ask(() => core.layerCalls.exists(path));
    const parents = await readChain(files, path).catch(() => null);
    items.push({ path, kind: 'scratch', container: null, exists, parents });
  }
  try {
    const text = await ask(() => core.layerCalls.baseImages());
    for (const path of imagesIn(text)) items.push({ path, kind: 'base', container: null, exists: true, parents: [] });
  } catch (e) {
    if (!isRuntimeError(e)) throw e;
    // Some builds lack the export, or know no images.
    warnings.push(`base images are not known: ${e.message}`);
  }
  return { items, warnings };
}

function imagesIn(text: string | null): readonly string[] {
  if (text === null || text === '') return [];
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [];
  }
  const decoded = BaseImages.decode(json);
  if (E.isLeft(decoded)) return [];
  return (decoded.right.Images ?? []).flatMap(({ Path }) => (Path === undefined ? [] : [Path]));
}
