/**
 * Notices a store that cannot be used, sets it aside, whole, under a dated name, and saves what can be read of it into a new one: it is never emptied
 * without a word. LMDB believes what is in its file, so that a damaged page ends the process; the pages are looked at before LMDB gets them.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { decodeEvent } from './decode.js';
import { openEnvironment } from './environment.js';
import { JOURNALS } from './journal.js';
import { readPages, type Entries, type Table } from './pages.js';
import { refuseNewer, SCHEMA_VERSION } from './schema.js';

/** Lies in the folder while the store is open; holds how many openings in a row have not come to rest. */
const MARK = 'opening';
/** Engines are killed while they start, too; so many in a row are not an accident. */
const OPENINGS = 5;
/** A larger file of a store that was closed in order is not read through: 64 MiB take 0.3 s. */
const SMALL_FILE = 8 * 1024 * 1024;
/** More events than can lie behind the last one that was found. */
const UNSEEN = 1_000_000;
const LOCK_BYTES = 16 * 1024;

const dataFile = (folder: string): string => join(folder, 'data.mdb');

function mark(folder: string, openings: number): void {
  try {
    writeFileSync(join(folder, MARK), String(openings), { mode: 0o600 });
  } catch {
    // The disk may be full: that alone must not keep a store closed.
  }
}

/** null: it was closed in order. */
function openings(folder: string): number | null {
  try {
    return Number(readFileSync(join(folder, MARK), 'latin1')) || 0;
  } catch {
    return null;
  }
}

export function markOpening(folder: string): void {
  mark(folder, (openings(folder) ?? 0) + 1);
}

/** What an opening does has been done, and the process lives. */
export function markOpen(folder: string): void {
  mark(folder, 0);
}

export function markClosed(folder: string): void {
  rmSync(join(folder, MARK), { force: true });
}

/** What forbids to give the store to LMDB, in words; undefined: nothing. */
export function examine(folder: string): string | undefined {
  const path = dataFile(folder);
  const size = existsSync(path) ? statSync(path).size : 0;
  if (size === 0) return undefined;
  const times = openings(folder);
  if (times !== null && times >= OPENINGS) return `the process has ended ${times} times in a row while it opened it`;
  return readPages(path, times === null && size > SMALL_FILE ? 'headers' : 'check').fault;
}

/**
 * A new lock file for LMDB: the home has a lock of its own, and a damaged file would be believed. All of it is written, since LMDB leaves
 * holes in it, and filling one on a full disk is SIGBUS.
 */
export function freshLock(folder: string): void {
  try {
    writeFileSync(join(folder, 'lock.mdb'), Buffer.alloc(LOCK_BYTES), {
      flag: existsSync(join(folder, 'lock.mdb')) ? 'r+' : 'w',
      mode: 0o600,
    });
  } catch {
    // A full disk: LMDB makes its own.
  }
}

/** Where a store is made that is to take the place of a damaged one. */
const replacement = (folder: string): string => `${folder}.new`;

/** After a death between the two renames of {@link replaceStore}: the new store is whole, and nothing is in its place. */
export function finishReplacement(folder: string): void {
  if (!existsSync(folder) && existsSync(replacement(folder))) renameSync(replacement(folder), folder);
}

export interface Replaced {
  readonly aside: string;
  readonly containers: number;
  readonly events: number;
}

/**
 * Makes a store of what can be read of the one in `folder`, which is set aside. Its journal goes over as it is, since its records bear
 * checksums. Events are taken only when all are there: else no position could be told from one that was given out for another event, and
 * cursors begin at `floor`. Throws versionMismatch for a store of a newer version.
 */
export async function replaceStore(folder: string, floor: number): Promise<Replaced> {
  const fresh = replacement(folder);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  const path = dataFile(folder);
  const tables = existsSync(path) ? readPages(path, 'collect').tables : new Map<string, Table>();
  const entries = (name: string): Entries => tables.get(name)?.entries ?? [];
  const old = new Map(entries('meta').map(([key, value]) => [key.toString(), value]));
  const number = (name: string): string | undefined => /^\d+$/.exec(old.get(name) ?? '')?.[0];
  refuseNewer(number('schema'), folder);
  const events = entries('events').flatMap(([, text]): [number, string][] => {
    const event = decodeEvent(text);
    return event === null ? [] : [[event.cursor, text]];
  });
  const whole =
    tables.get('events')?.whole === true &&
    events.length === entries('events').length &&
    number('floor') !== undefined &&
    number('applied') !== undefined;

  const environment = openEnvironment(fresh);
  const { root, meta, containers } = environment;
  root.transactionSync(() => {
    for (const [key, text] of entries('containers')) containers.putSync(key.toString(), text);
    if (whole) for (const [cursor, text] of events) environment.events.putSync(cursor, text);
    meta.putSync('schema', number('schema') ?? String(SCHEMA_VERSION));
    // The clock may have been set back since the last time.
    const above = Math.max(
      floor,
      Number(number('floor') ?? '0'),
      ...events.slice(-1).map(([cursor]) => cursor + UNSEEN),
    );
    meta.putSync('floor', whole ? (number('floor') ?? '1') : String(above));
    // Turns that the journal still has are taken in again: each is the whole record.
    meta.putSync('applied', number('applied') ?? '0');
  });
  await root.flushed;
  await root.close();
  for (const name of JOURNALS) if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(fresh, name));

  const aside = `${folder}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
  renameSync(folder, aside);
  renameSync(fresh, folder);
  return { aside, containers: entries('containers').length, events: whole ? events.length : 0 };
}
