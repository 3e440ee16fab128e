/**
 * Names of local sockets and pipes. A Unix socket path holds about 107 bytes and is silently cut by some callers, so paths are short
 * and hashed, and a longer one is an error.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RuntimeError } from '../core/errors.js';
import { shortHash } from './paths.js';
import { ensureUnlinkedPrivateFolder } from './privateFolder.js';

/** Longest socket path in bytes that we use (the limit is 104 on macOS, 108 on Linux, with the ending zero). */
export const MAX_SOCKET_PATH = 100;

const windows = process.platform === 'win32';

function usableRuntimeDir(path: string | undefined): path is string {
  if (path?.startsWith('/') !== true) return false;
  try {
    const stats = statSync(path);
    return stats.isDirectory() && stats.uid === process.geteuid?.() && (stats.mode & 0o022) === 0;
  } catch {
    return false;
  }
}

/**
 * The folder for this user's sockets, made 0700 and checked: `$XDG_RUNTIME_DIR/hostcompute`, else `hostcompute-<uid>` in the temporary
 * folder. On Windows pipes have no folder: answers the temporary folder, which nothing uses. Throws permissionDenied when somebody else has
 * taken the name.
 */
export function socketFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (windows) return tmpdir();
  const runtimeDir = env['XDG_RUNTIME_DIR'];
  const folder = usableRuntimeDir(runtimeDir)
    ? join(runtimeDir, 'hostcompute')
    : join(tmpdir(), `hostcompute-${process.geteuid?.() ?? 0}`);
  ensureUnlinkedPrivateFolder('socket folder', folder, 'set XDG_RUNTIME_DIR or TMPDIR to a folder of your own');
  return folder;
}

/** A new endpoint name that nobody can guess, for sockets of `kind` (one letter) of a home. */
export function newEndpoint(kind: string, home: string, folder: string): string {
  const name = `${kind}-${shortHash(home).slice(0, 12)}-${randomBytes(5).toString('hex')}`;
  return windows ? `\\\\.\\pipe\\hostcompute-${name}` : checkedSocketPath(join(folder, `${name}.sock`));
}

/** `path`, or failedPrecondition when it is too long for a socket. */
export function checkedSocketPath(path: string): string {
  if (!windows && Buffer.byteLength(path) > MAX_SOCKET_PATH) {
    throw new RuntimeError('failedPrecondition', `socket path ${path} is longer than ${MAX_SOCKET_PATH} bytes`, {
      hint: 'set XDG_RUNTIME_DIR or TMPDIR to a folder with a shorter path',
    });
  }
  return path;
}

/** Removes what dead engines of this home left. Call only while holding the home lock. */
export function removeStaleEndpoints(kind: string, home: string, folder: string): void {
  if (windows) return;
  const prefix = `${kind}-${shortHash(home).slice(0, 12)}-`;
  for (const name of readdirSync(folder)) {
    if (name.startsWith(prefix)) rmSync(join(folder, name), { force: true });
  }
}
