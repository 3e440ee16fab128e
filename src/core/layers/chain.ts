/** `layerchain.json` of a layer folder: its parents, nearest first, base last (hcs-facts 7.2; written by Docker and by us). */
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { invalidRequest, isRuntimeError } from '../errors.js';
import { parseJson } from '../json/lossless.js';
import { isAbsolute, type LayerFiles } from './files.js';

export const CHAIN_FILE = 'layerchain.json';

/** `null` is what the layer writers of Windows put into a base layer. */
const Chain = t.union([t.null, t.array(t.string)]);

const HINT = 'name the folder of an unpacked Windows layer; the topmost one, its layerchain.json lists the others';

export const refuseLayer = (path: string, expected: string, got: string, hint = HINT): Error =>
  invalidRequest(`${path}: ${got}`, [{ path, expected, got }], hint);

/** null: the folder does not say. Throws invalidRequest when it says something that is no list of folders. */
export async function readChain(files: LayerFiles, folder: string): Promise<readonly string[] | null> {
  const file = files.join(folder, CHAIN_FILE);
  let text: string | null;
  try {
    text = await files.readText(file);
  } catch (e) {
    throw refuseLayer(
      'layer',
      'a layer folder',
      `${file} cannot be read (${e instanceof Error ? e.message : String(e)})`,
    );
  }
  if (text === null) return null;
  let json: unknown;
  try {
    json = parseJson(text, file);
  } catch (e) {
    throw isRuntimeError(e) ? refuseLayer('layer', 'a list of folders', e.message) : e;
  }
  const decoded = Chain.decode(json);
  if (E.isLeft(decoded)) throw refuseLayer('layer', 'a list of folders', `${file} is no list of folders`);
  return decoded.right ?? [];
}

export async function mustBeFolder(files: LayerFiles, folder: string, path = 'layer'): Promise<void> {
  if (!isAbsolute(folder)) throw refuseLayer(path, 'an absolute path', `${JSON.stringify(folder)} is no absolute path`);
  if (!(await files.isFolder(folder))) throw refuseLayer(path, 'a layer folder', `${folder} is no folder`);
}

/** The layer and its parents, nearest first. Throws invalidRequest when it is no folder or its chain cannot be read. */
export async function withParents(files: LayerFiles, folder: string, path = 'layer'): Promise<readonly string[]> {
  await mustBeFolder(files, folder, path);
  return [folder, ...((await readChain(files, folder)) ?? [])];
}

/**
 * Parents as a caller names them: one layer stands for itself and its chain, several are the whole chain, nearest first. Throws
 * invalidRequest for a folder that is none.
 */
export async function parentChain(files: LayerFiles, parents: readonly string[]): Promise<readonly string[]> {
  const [only] = parents;
  if (only !== undefined && parents.length === 1) return withParents(files, only, 'parents[0]');
  for (const [i, parent] of parents.entries()) await mustBeFolder(files, parent, `parents[${i}]`);
  return parents;
}
