/**
 * Layers that Docker (windowsfilter) and containerd have unpacked, and what can honestly be told of them: their parents from
 * layerchain.json (which containerd does not write), their Windows version from the kernel's file version.
 */
import { isRuntimeError } from '../errors.js';
import type { FoundLayer } from '../runtime.js';
import { mustBeFolder, readChain } from './chain.js';
import type { LayerFiles, LayerPlaces, LayerSource } from './files.js';
import { fileVersion } from './peVersion.js';

type Version = readonly [number, number, number, number];

/** A base image brings the kernel in its own files, or at least in those of its utility VM. */
const KERNELS = [
  ['Files', 'Windows', 'System32', 'ntoskrnl.exe'],
  ['UtilityVM', 'Files', 'Windows', 'System32', 'ntoskrnl.exe'],
];
const SCRATCH_MARK = 'sandbox.vhdx';

interface Look {
  readonly path: string;
  readonly source: LayerSource;
  readonly parents: readonly string[] | null;
}

/** `roots`: folders whose subfolders are layers, or that are layers themselves; absent: the places that are usual. */
export async function findLayers(
  { files, stores }: LayerPlaces,
  roots: readonly string[] | undefined,
  hostBuild: number,
): Promise<{
  readonly hostBuild: number;
  readonly items: readonly FoundLayer[];
  readonly warnings: readonly string[];
}> {
  const warnings: string[] = [];
  const found: Look[] = [];
  for (const root of roots ?? []) await mustBeFolder(files, root, 'roots');
  for (const { source, folder } of roots?.map((root) => ({ source: 'folder' as const, folder: root })) ?? stores) {
    if (await isLayer(files, folder)) found.push(await look(files, folder, source, warnings));
    for (const name of await files.names(folder)) {
      const path = files.join(folder, name);
      if (await isLayer(files, path)) found.push(await look(files, path, source, warnings));
    }
  }
  const versions = new Map<string, Version | null>();
  const utilityVms = new Map<string, boolean>();
  const items: FoundLayer[] = [];
  for (const { path, source, parents } of found) {
    const chain = [path, ...(parents ?? [])];
    const version = await firstOf(chain, versions, (folder) => versionOf(files, folder));
    const osBuild = version?.[2] ?? null;
    items.push({
      path,
      source,
      parents,
      base: parents === null ? version !== null : parents.length === 0,
      osBuild,
      osVersion: version?.join('.') ?? null,
      matches: osBuild === null ? null : osBuild === hostBuild,
      hasUtilityVM:
        (await firstOf(chain, utilityVms, async (folder) =>
          (await files.isFolder(files.join(folder, 'UtilityVM'))) ? true : null,
        )) ?? false,
    });
  }
  return { hostBuild, items, warnings };
}

/** The first that a layer or its parents, nearest first, have to say. */
async function firstOf<T>(
  chain: readonly string[],
  known: Map<string, T | null>,
  ask: (folder: string) => Promise<T | null>,
): Promise<T | null> {
  for (const folder of chain) {
    let value = known.get(folder);
    if (value === undefined) known.set(folder, (value = await ask(folder)));
    if (value !== null) return value;
  }
  return null;
}

/** Read-only: a scratch layer belongs to a container. */
async function isLayer(files: LayerFiles, folder: string): Promise<boolean> {
  const names = new Set((await files.names(folder)).map((name) => name.toLowerCase()));
  return (names.has('files') || names.has('utilityvm')) && !names.has(SCRATCH_MARK);
}

async function look(files: LayerFiles, path: string, source: LayerSource, warnings: string[]): Promise<Look> {
  try {
    return { path, source, parents: await readChain(files, path) };
  } catch (e) {
    if (!isRuntimeError(e)) throw e;
    warnings.push(e.message);
    return { path, source, parents: null };
  }
}

async function versionOf(files: LayerFiles, layer: string): Promise<Version | null> {
  for (const kernel of KERNELS) {
    const file = files.join(layer, ...kernel);
    const version = await fileVersion((offset, length) => files.readBytes(file, offset, length));
    if (version !== null) return version;
  }
  return null;
}
