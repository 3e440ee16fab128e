import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerConfig } from '../documents/containerConfig.js';
import { HcsFailure } from '../failure.js';
import { DIRECTORY } from '../hresult.js';
import { below, hostPath, isFolder, isWindowsPath, windowsParts } from './paths.js';

/** Where a container's `C:\` lies on the host. */
export interface Roots {
  /** `Files` of the scratch layer; made when first needed. */
  readonly scratch: string;
  /** Scratch, then the `Files` of the parents, nearest first. */
  readonly folders: readonly string[];
  readonly mapped: readonly { readonly drive: string; readonly parts: readonly string[]; readonly host: string }[];
}

/** `fallback` serves as scratch layer where the document names none. */
export function rootsOf(config: ContainerConfig, drives: string, fallback: string): Roots {
  const scratchLayer = config.LayerFolderPath === undefined ? fallback : hostPath(config.LayerFolderPath, drives);
  const scratch = join(scratchLayer, 'Files');
  return {
    scratch,
    folders: [scratch, ...(config.Layers ?? []).map((layer) => join(hostPath(layer.Path, drives), 'Files'))],
    mapped: (config.MappedDirectories ?? []).map((directory) => ({
      ...windowsParts(directory.ContainerPath),
      host: hostPath(directory.HostPath, drives),
    })),
  };
}

/** The host path of something that exists in the container, found in mapped directories first, then in scratch, then in the parents. */
export function findInContainer(path: string, roots: Roots): string | undefined {
  const { drive, parts } = windowsParts(path);
  for (const mapped of roots.mapped) {
    const inside =
      mapped.drive === drive &&
      mapped.parts.length <= parts.length &&
      mapped.parts.every((part, i) => part.toLowerCase() === parts[i]?.toLowerCase());
    if (inside) return below(mapped.host, parts.slice(mapped.parts.length));
  }
  for (const folder of drive === 'c' ? roots.folders : []) {
    const found = below(folder, parts);
    if (found !== undefined) return found;
  }
  // As a POSIX path is elsewhere: a full path that the container does not have is the host's.
  return process.platform === 'win32' && /^[A-Za-z]:/.test(path) && existsSync(path) ? path : undefined;
}

/**
 * Host folder for a process's WorkingDirectory. Windows paths are looked up in the container (`C:\` always exists); a POSIX path is
 * used as it is. Fails with 0x8007010B (ERROR_DIRECTORY) when there is no such folder.
 */
export function workingFolder(path: string | undefined, roots: Roots): string {
  const wanted = path === undefined || path === '' ? 'C:\\' : path;
  if (!isWindowsPath(wanted)) {
    if (isFolder(wanted)) return wanted;
    throw new HcsFailure(DIRECTORY, `the working directory ${wanted} does not exist`);
  }
  mkdirSync(roots.scratch, { recursive: true });
  const found = findInContainer(wanted, roots);
  if (found !== undefined && isFolder(found)) return found;
  throw new HcsFailure(DIRECTORY, `the working directory ${wanted} does not exist in the container`);
}
