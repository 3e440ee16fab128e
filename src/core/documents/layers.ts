/**
 * Layer folders of a spec: parents from the nearest to the base image, then the container's own scratch folder (hcs-facts 10.2).
 */
import type { GoJson } from '../json/goJson.js';
import { nameToGuid } from './nameToGuid.js';
import type { Refusal } from './refusal.js';
import type { OciSpec } from './spec.js';
import { windowsBaseName } from './windowsPath.js';

/** Whether a spec leaves layers and root to who creates it: a layer folder, or the simulator's built-in base. */
export const leavesLayers = (spec: OciSpec): boolean =>
  (spec.windows?.layerFolders ?? []).length === 0 && (spec.root?.path ?? '') === '' && spec.linux === undefined;

export interface LayerFolders {
  /** Read-only parents, nearest first. */
  readonly parents: readonly string[];
  readonly scratch: string;
  readonly refusals: readonly Refusal[];
}

/** Takes `spec.windows.layerFolders` apart; refuses fewer than `least` (2 for Windows: a base image and a scratch folder). */
export function layerFolders(folders: readonly string[] | undefined, least: 1 | 2): LayerFolders {
  const given = folders ?? [];
  const refusals: Refusal[] = given.flatMap((folder, i) =>
    folder.includes('\0')
      ? [{ path: `spec.windows.layerFolders[${i}]`, expected: 'a path without NUL', got: 'a path with NUL' }]
      : [],
  );
  if (given.length < least)
    refusals.push({
      path: 'spec.windows.layerFolders',
      expected: least === 2 ? 'at least two folders' : 'at least one folder',
      got: given.length === 0 ? 'none' : 'one',
      hint: "The list names the image's layers, nearest first and base last, then the container's own scratch folder.",
    });
  return { parents: given.slice(0, -1), scratch: given.at(-1) ?? '', refusals };
}

/** One entry of `Layers`: the id is made from the last component of the folder, `path` is what HCS opens. */
export const layer = (folder: string, path: string): GoJson => ({
  ID: nameToGuid(windowsBaseName(folder)),
  Path: path,
});

/** A folder that ends with a slash has the empty name, so that all such layers share one id. */
export const layerWarnings = (parents: readonly string[]): string[] =>
  parents.flatMap((folder, i) =>
    windowsBaseName(folder) === ''
      ? [`spec.windows.layerFolders[${i}] ends with a slash: its layer id is that of an empty name`]
      : [],
  );
