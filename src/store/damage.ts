/**
 * Notices a store that cannot be used and sets it aside, whole, under a dated name: it is never emptied. Opening a damaged LMDB file can
 * end the process (a read beyond the end of a mapped file), so an opening leaves a mark until it has succeeded; with the mark found,
 * the store is first walked in a process of its own.
 */
import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './environment.js';
import { openEnvironment } from './environment.js';

const MARK = 'opening';
const META_MAGIC = 0xbeefc0de;
/** MDB_meta follows a page header whose size depends on how LMDB was built; offsets of its fields: lmdb's mdb.c (64-bit). */
const MAX_PAGE_HEADER = 64;
const PAGE_SIZES = [4096, 8192, 16384, 32768, 65536];
const MAX_PAGE_SIZE = 65536;
const META = { pageSize: 24, lastPage: 120 };

const dataFile = (folder: string): string => join(folder, 'data.mdb');

export function markOpening(folder: string): void {
  writeFileSync(join(folder, MARK), new Date().toISOString(), { mode: 0o600 });
}

export function unmarkOpening(folder: string): void {
  rmSync(join(folder, MARK), { force: true });
}

export type Health = 'fine' | 'suspicious' | 'damaged';

interface Meta {
  readonly pageSize: number;
  readonly lastPage: number;
}

function metaAt(header: Buffer, page: number): Meta | null {
  for (let at = page; at <= page + MAX_PAGE_HEADER; at += 4) {
    if (header.readUInt32LE(at) !== META_MAGIC) continue;
    return {
      pageSize: header.readUInt32LE(at + META.pageSize),
      lastPage: Number(header.readBigUInt64LE(at + META.lastPage)),
    };
  }
  return null;
}

/**
 * Looks at the data file without LMDB, which may end the process on a damaged one. `damaged`: it is no LMDB file. `suspicious`: the last
 * opening did not come to its end, or the file is shorter than its header says (which a good one can be, too: pages that were freed before
 * they were written); such a store should be walked apart before it is opened.
 */
export function examine(folder: string): Health {
  const path = dataFile(folder);
  const size = existsSync(path) ? statSync(path).size : 0;
  if (size === 0) return 'fine';
  const header = Buffer.alloc(MAX_PAGE_SIZE + 512);
  const fd = openSync(path, 'r');
  try {
    readSync(fd, header, 0, header.length, 0);
  } finally {
    closeSync(fd);
  }
  const first = metaAt(header, 0);
  if (first === null || !PAGE_SIZES.includes(first.pageSize)) return 'damaged';
  const second = metaAt(header, first.pageSize);
  if (second === null || existsSync(join(folder, MARK))) return 'suspicious';
  return size < (Math.max(first.lastPage, second.lastPage) + 1) * first.pageSize ? 'suspicious' : 'fine';
}

/** Reads every entry of every table; throws, or ends the process, when that cannot be done. */
export function walk(environment: Environment): void {
  for (const table of [environment.meta, environment.containers, environment.events, environment.unreadable]) {
    for (const { value } of table.getRange()) {
      if (typeof value !== 'string') throw new Error('an entry has no text');
    }
  }
}

/** For the process that walks a suspicious store on behalf of the engine: resolves when all of it can be read. */
export async function walkStore(folder: string): Promise<void> {
  const environment = openEnvironment(folder);
  walk(environment);
  await environment.root.close();
}

/** Renames the store's folder; answers the new name. */
export function setAside(folder: string, now: Date): string {
  const name = `${folder}.damaged-${now.toISOString().replaceAll(':', '-')}`;
  renameSync(folder, name);
  return name;
}
