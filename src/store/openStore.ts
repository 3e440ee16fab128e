import { existsSync, mkdirSync } from 'node:fs';
import { isRuntimeError, RuntimeError } from '../core/errors.js';
import type { Tracer } from '../core/ports.js';
import { examine, markOpening, setAside, unmarkOpening } from './damage.js';
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
  /** Walks a suspicious store in another process ({@link walkStore}); false when it could not be read. Without one it is opened as it is. */
  readonly readable?: (folder: string) => Promise<boolean>;
}

/**
 * Opens the store, or makes one. A damaged one is set aside as `store.damaged-<time>`, told to the tracer, and replaced by an empty one whose
 * cursors start above any that were given out before. The caller holds the home lock. Throws versionMismatch for a store of a newer version.
 */
export async function openStore(options: StoreOptions): Promise<LmdbStore> {
  const { folder, tracer } = options;
  const now = options.now ?? Date.now;
  const make = (environment: Environment): Promise<LmdbStore> =>
    LmdbStore.open({ environment, folder, retention: options.retention ?? DEFAULT_RETENTION, now, tracer });
  const replace = (why: string): Promise<LmdbStore> => {
    const aside = setAside(folder, new Date(now()));
    tracer.log('error', 'the store is damaged: it was set aside, and an empty one takes its place', { why, aside });
    // Milliseconds since 1970 lie above any cursor of the old store, which counted single events.
    return make(tryOpen(folder, now()));
  };

  if (!existsSync(folder)) return make(tryOpen(folder, 1));
  const health = examine(folder);
  if (health === 'damaged') return replace('it is not a store');
  if (health === 'suspicious' && options.readable !== undefined && !(await options.readable(folder))) {
    return replace('it cannot be read to its end');
  }
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
  const environment = openEnvironment(folder);
  try {
    migrate(environment, folder, floor);
    // Touch what load() and the first append will: a page that cannot be read shows here, under the mark.
    Array.from(environment.containers.getRange());
    Array.from(environment.events.getRange({ reverse: true, limit: 1 }));
  } catch (e) {
    void environment.root.close();
    throw e;
  }
  unmarkOpening(folder);
  return environment;
}
