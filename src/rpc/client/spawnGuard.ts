/**
 * Keeps a hundred clients that find no engine from starting a hundred: the one that makes the guard file starts it, the others wait. Only an
 * economy: which engine runs is decided by the kernel's lock on `engine.lock`.
 */
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { isNoRoom } from '../../core/errors.js';

/** No client waits longer for an engine; a guard of that age was left by one that died. */
const STALE_MS = 30_000;

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (e) {
    return (e as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isStale(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    const age = Date.now() - statSync(path).mtimeMs;
    // An empty file: its maker is just about to write its pid.
    return age > STALE_MS || age < -STALE_MS || (pid > 0 && !alive(pid));
  } catch {
    return false;
  }
}

/** True when this process may start the engine; it calls {@link releaseGuard} when the engine answers or has failed. */
export function takeGuard(path: string): boolean {
  if (isStale(path)) rmSync(path, { force: true });
  let fd: number;
  try {
    fd = openSync(path, 'wx', 0o600);
  } catch (e) {
    const { code } = e as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // Without room for a guard file several engines may be started, of which the lock leaves one.
    if (isNoRoom(e)) return true;
    throw e;
  }
  try {
    writeSync(fd, String(process.pid));
  } catch {
    // An empty guard is one, too.
  } finally {
    closeSync(fd);
  }
  return true;
}

export function releaseGuard(path: string): void {
  rmSync(path, { force: true });
}
