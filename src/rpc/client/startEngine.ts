/** Starting the engine of a home, by one of all who want it. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { RuntimeError } from '../../core/errors.js';
import type { EngineFile } from '../../home/engineFile.js';
import type { HomePaths } from '../../home/paths.js';
import { ENGINE_EXIT, logTail, spawnEngine } from './engineSpawn.js';
import { shared, type EnsureEngineOptions } from './launchEngine.js';
import { releaseGuard, takeGuard } from './spawnGuard.js';
import { monotonicMs } from '../../home/monotonic.js';

/** Between looks at the engine file: short at first, since a warm machine starts an engine in 300 ms. */
const FIRST_PAUSE_MS = 10;
const LAST_PAUSE_MS = 50;

/**
 * Starts an engine, or waits for the one that somebody else is starting, until its engine file is there. Rejects with unavailable (the
 * message ends with the log's last lines), failedPrecondition (a standalone engine holds the home), cancelled.
 */
export async function launch(
  paths: HomePaths,
  options: EnsureEngineOptions & { readonly timeoutMs: number },
): Promise<EngineFile> {
  const { timeoutMs } = options;
  const deadline = monotonicMs() + timeoutMs;
  let mine: Launched | null = null;
  let guarding = false;
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LAST_PAUSE_MS)) {
      const found = shared(paths, options.stale);
      if (found !== null) return found;
      guarding ||= takeGuard(paths.spawnGuard);
      if (guarding && (mine === null || mine.lost)) {
        mine = new Launched(
          spawnEngine({
            paths,
            backend: options.backend,
            idleMs: options.idleMs,
            entry: options.entry,
            standalone: false,
          }),
        );
      }
      mine?.check(paths);
      if (monotonicMs() >= deadline) throw failure(paths, `the engine did not answer within ${timeoutMs} ms`);
      await sleep(pause, undefined, options.signal === undefined ? {} : { signal: options.signal });
    }
  } catch (e) {
    if (options.signal?.aborted === true) throw new RuntimeError('cancelled', 'starting the engine was cancelled');
    throw e;
  } finally {
    if (guarding) releaseGuard(paths.spawnGuard);
  }
}

/** An engine process that this client has started, and how it ended, if so. */
class Launched {
  private ended: { readonly code: number | null; readonly signal: string | null } | null = null;
  private error: Error | null = null;

  constructor(child: ChildProcess) {
    child.once('exit', (code, signal) => (this.ended = { code, signal }));
    child.once('error', (e) => (this.error = e));
  }

  /** It met another engine that held the home, and left. If that one is ending, too, a new try is needed. */
  get lost(): boolean {
    return this.ended?.code === ENGINE_EXIT.elsewhere;
  }

  check(paths: HomePaths): void {
    if (this.error !== null) throw failure(paths, `the engine cannot be started: ${this.error.message}`);
    if (this.ended === null || this.lost) return;
    const { code, signal } = this.ended;
    if (code === ENGINE_EXIT.noRoom) {
      throw new RuntimeError('unavailable', `the engine cannot start: no space is left on the disk of ${paths.home}`, {
        hint: 'free space on the disk of the home folder, or use another --home',
      });
    }
    if (code === ENGINE_EXIT.standaloneHolds) throw heldByStandalone(paths.home);
    throw failure(paths, `the engine ended while starting (${signal ?? `status ${code ?? 'unknown'}`})`);
  }
}

export function heldByStandalone(home: string): RuntimeError {
  return new RuntimeError('failedPrecondition', `home ${home} is in use by a standalone engine`, {
    hint: 'wait for its command to end, or use another --home',
  });
}

function failure(paths: HomePaths, what: string): RuntimeError {
  const tail = logTail(paths);
  return new RuntimeError('unavailable', tail === '' ? what : `${what}; its log ends with: ${tail}`, {
    hint: `look into ${paths.engineLog}, or run: hcs doctor`,
  });
}
