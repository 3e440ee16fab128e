import { existsSync, mkdirSync } from 'node:fs';
import { isRuntimeError, RuntimeError } from '../core/errors.js';
import type { Tracer } from '../core/ports.js';
import { examine, finishReplacement, freshLock, markClosed, markOpen, markOpening, replaceStore } from './damage.js';
import { openEnvironment, type Environment } from './environment.js';
import { DEFAULT_RETENTION, type Retention } from './retention.js';
import { migrate } from './schema.js';
import { LmdbStore } from './store.js';

export interface StoreOptions {
  /** `home/store`. */
  readonly folder: string;
  readonly tracer: Tracer;
  readonly retention?: Retention;
  readonly now?: () => number;
}

/**
 * Opens the store, or makes one. A damaged one is set aside as `store.damaged-<time>`, told to the tracer, and replaced by one with what could be read of
 * it: containers, and events when all are there; if not, cursors start above any that were given out before. The caller holds the home
 * lock. Throws versionMismatch for a store of a newer version.
 */
export async function openStore(options: StoreOptions): Promise<LmdbStore> {
  const { folder, tracer } = options;
  const now = options.now ?? Date.now;
  const make = async (environment: Environment): Promise<LmdbStore> => {
    const store = await LmdbStore.open({
      environment,
      folder,
      retention: options.retention ?? DEFAULT_RETENTION,
      now,
      tracer,
      onClosed: () => {
        markClosed(folder);
      },
    });
    void store.settled.then(() => {
      markOpen(folder);
    });
    return store;
  };
  const replace = async (why: string): Promise<LmdbStore> => {
    // Milliseconds since 1970 lie above any cursor of the old store, which counted single events.
    const done = await replaceStore(folder, now()).catch((e: unknown) => {
      if (isRuntimeError(e)) throw e;
      throw new RuntimeError(
        'unavailable',
        `store ${folder} is damaged (${why}) and cannot be replaced: ${String(e)}`,
        {
          hint: `move ${folder} to another place; containers that still run are then no longer known`,
        },
      );
    });
    const message = 'the store is damaged: it was set aside, and one with what could be read of it takes its place';
    tracer.log('error', message, { why, ...done });
    return make(tryOpen(folder, 1));
  };

  finishReplacement(folder);
  if (!existsSync(folder)) return make(tryOpen(folder, 1));
  const fault = examine(folder);
  if (fault !== undefined) return replace(fault);
  try {
    return await make(tryOpen(folder, 1));
  } catch (e) {
    if (isRuntimeError(e)) throw e;
    if (isDamage(e)) return replace(String(e));
    throw new RuntimeError('unavailable', `store ${folder} cannot be opened: ${String(e)}`, {}, { cause: e });
  }
}

/** LMDB's own codes (MDB_CORRUPTED and its like); others are the system's (no space, no permission) and say nothing about the file. */
function isDamage(e: unknown): boolean {
  const code = (e as { code?: unknown }).code;
  return typeof code === 'number' && code < -30700 && code > -30800;
}

function tryOpen(folder: string, floor: number): Environment {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  markOpening(folder);
  freshLock(folder);
  const environment = openEnvironment(folder);
  try {
    migrate(environment, folder, floor);
  } catch (e) {
    void environment.root.close();
    throw e;
  }
  return environment;
}
