/** What a container of the simulator stands on when its spec names no layers. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { invalidRequest } from './core/errors.js';
import { idKey } from './core/model/ids.js';
import type { StorePort } from './core/ports.js';
import type { BaseUse, BuiltinBase } from './core/runtime/index.js';

const hash = (key: string): string => createHash('sha256').update(key).digest('hex');

const scratchOf = (simulatorFolder: string, key: string): string =>
  join(simulatorFolder, 'scratch', hash(key).slice(0, 16));

/** A name of the shape that a mounted layer has; the simulated service does not look behind it. */
function volumeOf(key: string): string {
  const digits = hash(`volume ${key}`);
  const guid = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ];
  return `\\\\?\\Volume{${guid.join('-')}}\\`;
}

export interface SimulatedBase {
  /** One base for all containers, with a utility VM's folder so that Hyper-V isolation has one, and a scratch folder for each. */
  baseFor(id: string, use: BaseUse): BuiltinBase;
  /** The store, making the scratch folder with the container's first record and removing it with its last. */
  over(store: StorePort): StorePort;
  /** Removes scratch folders that belong to none of these containers. To be called before any container is made. */
  removeStrays(keys: readonly string[]): void;
}

/**
 * The scratch folder is made and removed in the turns of its id, which are in order: made when asked for, it could fall to the
 * removal of a predecessor of the same id.
 */
export function simulatedBase(simulatorFolder: string): SimulatedBase {
  const base = join(simulatorFolder, 'base');
  const wanted = new Set<string>();
  return {
    baseFor(id, use) {
      mkdirSync(join(base, 'UtilityVM'), { recursive: true, mode: 0o700 });
      if (use === 'create') wanted.add(idKey(id));
      return { layerFolders: [base, scratchOf(simulatorFolder, idKey(id))], rootPath: volumeOf(idKey(id)) };
    },
    removeStrays(keys) {
      const known = new Set(keys.map((key) => scratchOf(simulatorFolder, key)));
      const folder = join(simulatorFolder, 'scratch');
      for (const name of existsSync(folder) ? readdirSync(folder) : []) {
        if (!known.has(join(folder, name))) rmSync(join(folder, name), { recursive: true, force: true });
      }
    },
    over: (store) => ({
      load: () => store.load(),
      nextCursor: () => store.nextCursor(),
      eventsAfter: (after, limit) => store.eventsAfter(after, limit),
      lastCursor: () => store.lastCursor(),
      close: () => store.close(),
      async commit(turn) {
        await store.commit(turn);
        const scratch = scratchOf(simulatorFolder, turn.containerKey);
        if (turn.record === null) rmSync(scratch, { recursive: true, force: true });
        else if (turn.record.state.kind === 'creating' && wanted.delete(turn.containerKey)) {
          mkdirSync(scratch, { recursive: true, mode: 0o700 });
        }
      },
    }),
  };
}

/** HCS itself has no layers of its own: an image's are needed. */
export function noBase(): never {
  throw invalidRequest(
    'the container has no layers',
    [{ path: 'spec.windows.layerFolders', expected: 'the layers of a Windows image', got: 'none' }],
    'name them with --layer or --spec (see: hcs layer find), or use --backend simulator',
  );
}
