/** One engine a home: a lock on `engine.lock` that the kernel frees when its holder dies, however it dies. */
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryLock } from 'fs-native-extensions';

export interface EngineLock {
  release(): void;
}

const PAUSE_MS = 25;

/**
 * Takes the lock, or answers null when another process holds it. One that holds it without `answers()` is just starting or just ending:
 * it is waited for, `patienceMs` at most.
 */
export async function takeEngineLock(
  path: string,
  answers: () => boolean,
  patienceMs: number,
): Promise<EngineLock | null> {
  const fd = openSync(path, 'a+', 0o600);
  const deadline = performance.now() + patienceMs;
  while (!tryLock(fd)) {
    if (answers() || performance.now() >= deadline) {
      closeSync(fd);
      return null;
    }
    await sleep(PAUSE_MS);
  }
  return {
    release: () => {
      closeSync(fd);
    },
  };
}
