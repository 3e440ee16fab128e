/**
 * The LMDB environment under `home/store` and its sub-databases. Why these options: docs/decisions/0003-store.md.
 */
import { chmodSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Database, open as Open, RootDatabase } from 'lmdb';

type Table<K extends string | number> = Database<string, K>;

export interface Environment {
  readonly root: RootDatabase<string, string>;
  /** `schema`, `floor`, `eventBytes`, `applied`: numbers as decimal text. */
  readonly meta: Table<string>;
  /** Container key -> ContainerRecord as JSON. */
  readonly containers: Table<string>;
  /** Cursor -> RuntimeEvent as JSON. */
  readonly events: Table<number>;
  /** Values that could not be read: `<table>:<key>:<time>` -> the text as it was found. */
  readonly unreadable: Table<string>;
}

export function openEnvironment(folder: string): Environment {
  // Its native part takes long to load: not before the engine has set the other parts going.
  const { open } = createRequire(import.meta.url)('lmdb') as { readonly open: typeof Open };
  const root = open<string, string>({
    path: folder,
    noSubdir: false,
    encoding: 'string',
    maxDbs: 8,
    separateFlushed: true,
    // Transactions are made by inTransaction alone.
    eventTurnBatching: false,
  });
  // It makes them for all to read, and they hold environments and credential specs. The folder is closed, too. On Windows they have the
  // folder's access list, and chmod could only make them read-only.
  if (process.platform !== 'win32') for (const name of ['data.mdb', 'lock.mdb']) chmodSync(join(folder, name), 0o600);
  const table = <K extends string | number>(name: string): Table<K> =>
    root.openDB<string, K>(name, { encoding: 'string' });
  return {
    root,
    meta: table('meta'),
    containers: table('containers'),
    events: table('events'),
    unreadable: table('unreadable'),
  };
}
