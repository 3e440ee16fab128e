import { closeSync, openSync } from 'node:fs';
import { tryLock } from 'fs-native-extensions';

/** Takes the lock on a file; null when another process has it. The kernel frees it when the process ends, however it ends. */
export function tryLockFile(path: string): number | null {
  const fd = openSync(path, 'a+', 0o600);
  if (tryLock(fd)) return fd;
  closeSync(fd);
  return null;
}
