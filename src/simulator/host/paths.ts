import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** `C:\x`, `c:/x`, `C:` or `\x`: a path as Windows has it, whatever system we run on. */
export const isWindowsPath = (path: string): boolean => /^([A-Za-z]:([\\/]|$)|\\)/.test(path);

/** Drive letter in lower case (`c` when there is none) and the parts below it, `.` and `..` resolved, never above the drive. */
export function windowsParts(path: string): { readonly drive: string; readonly parts: readonly string[] } {
  const drive = /^[A-Za-z]:/.test(path) ? path.slice(0, 1).toLowerCase() : 'c';
  const parts: string[] = [];
  for (const part of path.replace(/^[A-Za-z]:/, '').split(/[\\/]+/)) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return { drive, parts };
}

/**
 * The host folder that a path in a document means. Off Windows, `C:\x` is `<drives>/c/x`: a stand-in for the host's drives, which a
 * test may fill; `\x\y`, which a client that joins paths as Windows does makes of a host path, is `/x/y`. Everything else is taken as
 * it is.
 */
export function hostPath(path: string, drives: string): string {
  const plain = path.replace(/^\\\\\?\\(?=[A-Za-z]:)/, '');
  if (process.platform === 'win32' || !isWindowsPath(plain)) return plain;
  const { drive, parts } = windowsParts(plain);
  return /^[A-Za-z]:/.test(plain) ? join(drives, drive, ...parts) : join('/', ...parts);
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** `parts` below `base`, names compared without case where the exact one is missing; undefined when there is no such thing. */
export function below(base: string, parts: readonly string[]): string | undefined {
  let at = base;
  for (const part of parts) {
    const exact = join(at, part);
    if (existsSync(exact)) at = exact;
    else {
      const name = names(at).find((candidate) => candidate.toLowerCase() === part.toLowerCase());
      if (name === undefined) return undefined;
      at = join(at, name);
    }
  }
  return existsSync(at) ? at : undefined;
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
