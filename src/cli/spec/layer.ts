/** `--layer DIR`: a Windows layer folder and the parents that it names. */
import { join } from 'node:path';
import { readFile, stat } from 'node:fs/promises';
import { invalidRequest, isRuntimeError } from '../../core/errors.js';
import { parseJson } from '../../core/json/lossless.js';
import type { OciSpec } from '../../core/documents/spec.js';
import { decodeText } from '../parse/textFile.js';

const CHAIN = 'layerchain.json';

const refuse = (got: string, expected: string): Error =>
  invalidRequest(
    `--layer: ${got}`,
    [{ path: '--layer', expected, got }],
    'name the folder of an unpacked Windows layer; the topmost one, its layerchain.json lists the others',
  );

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** The layer's read-only parents, nearest first; a base layer has none. */
export async function layerChain(folder: string): Promise<readonly string[]> {
  const file = join(folder, CHAIN);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw refuse(`${file} cannot be read (${(e as NodeJS.ErrnoException).code ?? String(e)})`, 'a layer folder');
  }
  let chain: unknown;
  try {
    chain = parseJson(decodeText(bytes, file), file);
  } catch (e) {
    throw isRuntimeError(e) ? refuse(e.message, 'a list of folders') : e;
  }
  // What the layer writers of Windows put into a base layer.
  if (chain === null) return [];
  if (!Array.isArray(chain) || !chain.every((parent): parent is string => typeof parent === 'string')) {
    throw refuse(`${file} is no list of folders`, 'a list of folders');
  }
  return chain;
}

/** `spec` with the layer and its parents as its read-only layers, topmost first. */
export async function withLayer(spec: OciSpec, folder: string): Promise<OciSpec> {
  if ((spec.windows?.layerFolders ?? []).length > 0) {
    throw refuse('the spec names layers already', 'a spec without windows.layerFolders');
  }
  if (!(await isFolder(folder))) throw refuse(`${folder} is no folder`, 'a layer folder');
  const layers = [folder, ...(await layerChain(folder))];
  return { ...spec, windows: { ...spec.windows, layerFolders: layers } };
}
