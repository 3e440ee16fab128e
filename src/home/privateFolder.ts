/**
 * Folders that only their user may enter: made 0700, and checked before they are trusted.
 */
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { RuntimeError } from '../core/errors.js';

const OTHERS = 0o077;
const windows = process.platform === 'win32';

const code = (e: unknown): string => (e as NodeJS.ErrnoException).code ?? String(e);

/** Why a folder cannot be used, as an error that names the folder. */
function refusal(what: string, path: string, e: unknown, hint: string): RuntimeError {
  const reason = code(e);
  const denied = reason === 'EACCES' || reason === 'EPERM' || reason === 'EROFS';
  return new RuntimeError(
    denied ? 'permissionDenied' : 'failedPrecondition',
    `${what} ${path} cannot be used: ${reason}`,
    { hint },
    { cause: e },
  );
}

/** Throws unless `path` is a folder of this user. A symbolic link is followed, and judged by what it leads to. */
function checkOwner(what: string, path: string, stats: Stats, hint: string): void {
  if (!stats.isDirectory()) {
    throw new RuntimeError('failedPrecondition', `${what} ${path} is not a folder`, { hint });
  }
  if (!windows && stats.uid !== process.geteuid?.()) {
    throw new RuntimeError('permissionDenied', `${what} ${path} belongs to another user (uid ${stats.uid})`, { hint });
  }
}

/**
 * Throws permissionDenied or failedPrecondition unless `path` is this user's own folder, closed to others. ENOENT passes
 * (answers false): nothing is there yet. For readers, who must not trust what another user may have laid there.
 */
export function checkPrivateFolder(what: string, path: string, hint: string): boolean {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (e) {
    if (code(e) === 'ENOENT') return false;
    throw refusal(what, path, e, hint);
  }
  checkOwner(what, path, stats, hint);
  if (!windows && (stats.mode & 0o022) !== 0) {
    throw new RuntimeError('permissionDenied', `${what} ${path} can be written by other users`, {
      hint: `close it with: chmod 700 ${path}`,
    });
  }
  return true;
}

/** As mkdir -p. Node's own `recursive` never returns where a folder cannot be made although its parent exists (`/proc/x`). */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (e) {
    if (code(e) === 'EEXIST') return;
    const parent = dirname(path);
    if (code(e) !== 'ENOENT' || existsSync(parent)) throw e;
    makeFolder(parent);
    makeFolder(path);
  }
}

/**
 * Makes `path` (and its parents) if need be, mode 0700. An existing folder must be this user's. One that others may enter is closed
 * when it is empty or holds one of `ours`; else it is refused, since it may be somebody's project folder.
 */
export function ensurePrivateFolder(what: string, path: string, hint: string, ours: readonly string[] = []): void {
  let stats: Stats;
  try {
    makeFolder(path);
    stats = statSync(path);
  } catch (e) {
    throw refusal(what, path, e, hint);
  }
  checkOwner(what, path, stats, hint);
  if (windows || (stats.mode & OTHERS) === 0) return;
  const entries = readdirSync(path);
  if (entries.length > 0 && !entries.some((entry) => ours.includes(entry))) {
    throw new RuntimeError('permissionDenied', `${what} ${path} is open to other users and holds other files`, {
      hint: `name an empty folder, or close it with: chmod 700 ${path}`,
    });
  }
  chmodSync(path, 0o700);
}

/** As {@link ensurePrivateFolder}, and a symbolic link in its place is refused: for names that others could guess, as in /tmp. */
export function ensureUnlinkedPrivateFolder(what: string, path: string, hint: string): void {
  ensurePrivateFolder(what, path, hint);
  if (lstatSync(path).isSymbolicLink()) {
    throw new RuntimeError('permissionDenied', `${what} ${path} is a symbolic link`, { hint });
  }
}
