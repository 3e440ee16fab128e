/** `--layer DIR`: what can be said of it before an engine is asked, which reads its chain and makes the scratch layer. */
import { promises as files } from 'node:fs';
import { invalidRequest } from '../../core/errors.js';
import type { OciSpec } from '../../core/documents/spec.js';

const refuse = (got: string, expected: string): Error =>
  invalidRequest(
    `--layer: ${got}`,
    [{ path: '--layer', expected, got }],
    'name the folder of an unpacked Windows layer; the topmost one, its layerchain.json lists the others',
  );

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await files.stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** Throws invalidRequest when `folder` is none, or when the spec has layers of its own. */
export async function checkLayer(spec: OciSpec, folder: string): Promise<void> {
  if ((spec.windows?.layerFolders ?? []).length > 0) {
    throw refuse('the spec names layers already', 'a spec without windows.layerFolders');
  }
  if (!(await isFolder(folder))) throw refuse(`${folder} is no folder`, 'a layer folder');
}
