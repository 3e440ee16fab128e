/**
 * Reads LMDB's data file without LMDB, which believes every byte of it: a damaged page ends the process at the first read or write that meets it.
 * Format: lmdb-js 3 (`dependencies/lmdb/libraries/liblmdb/mdb.c`), data version 2, 64-bit, little-endian. Trees of what the store uses only: no duplicates.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const PAGE_SIZES = [4096, 8192, 16384, 32768, 65536];
/** MDB_page_header. */
const HEADER = 24;
const NODE = 8;
/** As a number, -1 in 64 bits. */
const NO_PAGE = 2 ** 64;
const FLAGS = { branch: 1, leaf: 2, overflow: 4 } as const;
const FLAG_MASK = 0x6f;
const NODE_FLAGS = { big: 1, table: 2 } as const;
const OVERLAPPING_SYNC = 0x1000;
const INTEGER_KEYS = 8;
/** MDB_db. */
const TREE_BYTES = 48;
const META_BYTES = 160;
const LARGEST_KEY = 511;

interface Tree {
  /** Kind of keys and duplicates. */
  readonly flags: number;
  readonly depth: number;
  readonly entries: number;
  readonly root: number;
}

interface Meta {
  readonly pageSize: number;
  readonly flags: number;
  readonly free: Tree;
  readonly main: Tree;
  readonly lastPage: number;
  readonly transaction: number;
  readonly boot: bigint;
}

/** What a table holds, as text. */
export type Entries = readonly (readonly [key: Buffer, value: string])[];

export interface Table {
  readonly entries: Entries;
  /** Nothing of it is damaged. */
  readonly whole: boolean;
}

export interface Contents {
  /** The first thing that is not as it must be, in words; undefined: LMDB can use the file. */
  readonly fault: string | undefined;
  /** Of each table what could be read. */
  readonly tables: ReadonlyMap<string, Table>;
}

/** Rounded where it is above 2^53: no such number is right here. */
const numberAt = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;

function treeAt(bytes: Buffer, at: number): Tree {
  return {
    flags: bytes.readUInt16LE(at + 4),
    depth: bytes.readUInt16LE(at + 6),
    entries: numberAt(bytes, at + 32),
    root: numberAt(bytes, at + 40),
  };
}

function metaAt(file: Buffer, at: number): Meta | undefined {
  const from = at + HEADER;
  if (from + META_BYTES > file.length) return undefined;
  return {
    pageSize: file.readUInt32LE(from + 24),
    flags: file.readUInt16LE(from + 28),
    // Its flags are also those of the file.
    free: { ...treeAt(file, from + 24), flags: file.readUInt16LE(from + 28) & ~OVERLAPPING_SYNC },
    main: treeAt(file, from + 24 + TREE_BYTES),
    lastPage: numberAt(file, from + 120),
    transaction: numberAt(file, from + 128),
    boot: file.readBigInt64LE(from + 136),
  };
}

/** Number that LMDB makes of Linux's boot id: its first group; 0 where there is none. */
function bootId(): bigint {
  if (process.platform !== 'linux') return 0n;
  try {
    return BigInt(`0x${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').split('-', 1)[0] ?? ''}`);
  } catch {
    return 0n;
  }
}

/** As LMDB chooses (mdb_env_pick_meta): the newest, or after a restart of the machine the newest that was flushed. */
function current(first: Meta, flushed: Meta | undefined, second: Meta | undefined): Meta {
  const boot = bootId();
  const pick = (a: Meta, b: Meta | undefined, sync: boolean): Meta => {
    if (b === undefined || (sync && b.transaction === 0)) return a;
    const latest = a.transaction >= b.transaction ? a : b;
    if (!sync || (latest.boot !== 0n && latest.boot === boot) || (latest.flags & OVERLAPPING_SYNC) === 0) return latest;
    return a.transaction > b.transaction ? b : a;
  };
  const sync = process.platform !== 'win32';
  const latest = pick(first, second, sync);
  return sync ? pick(latest, flushed, true) : latest;
}

/**
 * Transactions write the two headers by turns, the first the even ones. A number that has changed would make LMDB take an older state
 * for the newest, which is whole, and lacks what came since.
 */
function areSuccessive(first: Meta, flushed: Meta | undefined, second: Meta | undefined): boolean {
  if (second === undefined) return true;
  const numbers = [first.transaction, second.transaction];
  const isNew = Math.max(...numbers) === 0;
  const areByTurns = first.transaction % 2 === 0 && second.transaction % 2 === 1;
  if (!isNew && (!areByTurns || Math.abs(first.transaction - second.transaction) !== 1)) return false;
  // What was flushed last may lie further back.
  return flushed === undefined || flushed.transaction <= Math.max(...numbers);
}

/** Number of the transaction that wrote the root of the list of tables; -1 when there is none. */
function rootTransaction(fd: number, { pageSize, main }: Meta): number {
  const header = Buffer.alloc(HEADER);
  const at = main.root * pageSize;
  const read = Number.isSafeInteger(at) && readSync(fd, header, 0, HEADER, at) === HEADER;
  return read ? numberAt(header, 8) : -1;
}

/**
 * The header with the higher number points to what was there before the other one's transaction: its number has changed. A transaction that
 * left the root alone has the other's root, and pages of the older one may have been taken by one that was never finished.
 */
function isOlder(fd: number, newest: Meta, other: Meta | undefined): boolean {
  if (other === undefined || other.pageSize !== newest.pageSize) return false;
  const root = rootTransaction(fd, newest);
  return root !== -1 && root < other.transaction && rootTransaction(fd, other) === other.transaction;
}

class Reader {
  fault: string | undefined;
  readonly #used: Uint8Array;
  readonly #last: number;

  constructor(
    private readonly fd: number,
    size: number,
    private readonly meta: Meta,
  ) {
    this.#last = meta.lastPage;
    const pages = Math.floor(size / meta.pageSize);
    // The file may lack pages at its end that were freed before they were written; no tree has those.
    this.#used = new Uint8Array(Math.min(pages, this.#last + 1));
    this.#used.fill(1, 0, 2);
  }

  #wrong(what: string): false {
    this.fault ??= what;
    return false;
  }

  /** Takes `count` pages for a tree; each can be taken once. */
  #take(page: number, count = 1): boolean {
    if (page < 2 || page + count > this.#used.length) return this.#wrong(`page ${page} lies outside of the file`);
    for (let n = page; n < page + count; n++) {
      if (this.#used[n] !== 0) return this.#wrong(`page ${n} is used twice`);
      this.#used[n] = 1;
    }
    return true;
  }

  #read(page: number, bytes: number): Buffer {
    const buffer = Buffer.allocUnsafe(bytes);
    const got = readSync(this.fd, buffer, 0, bytes, page * this.meta.pageSize);
    return buffer.subarray(0, got);
  }

  /** A page of a tree, if its header can be one. */
  #page(page: number, kind: number): Buffer | undefined {
    if (!this.#take(page)) return undefined;
    const bytes = this.#read(page, this.meta.pageSize);
    const room = this.meta.pageSize - HEADER;
    const [lower, upper] = [bytes.readUInt16LE(20), bytes.readUInt16LE(22)];
    const good =
      numberAt(bytes, 0) === page &&
      numberAt(bytes, 8) <= this.meta.transaction &&
      (bytes.readUInt16LE(18) & FLAG_MASK) === kind &&
      lower % 2 === 0 &&
      lower <= upper &&
      upper <= room &&
      lower >= (kind === FLAGS.branch ? 4 : 2);
    if (good) return bytes;
    this.#wrong(`page ${page} has a wrong header`);
    return undefined;
  }

  /** Where the nodes of a page begin; undefined when one does not lie in it. */
  #nodes(bytes: Buffer, page: number, leaf: boolean): number[] | undefined {
    const [lower, upper] = [bytes.readUInt16LE(20), bytes.readUInt16LE(22)];
    const nodes: number[] = [];
    let taken = 0;
    for (let at = 0; at < lower; at += 2) {
      const pointer = bytes.readUInt16LE(HEADER + at);
      const node = HEADER + pointer;
      const inside = pointer >= upper && pointer % 2 === 0 && node + NODE <= bytes.length;
      const kind = inside && leaf ? bytes.readUInt16LE(node + 4) : 0;
      const key = inside ? bytes.readUInt16LE(node + 6) : 0;
      const value = inside && leaf ? this.#valueBytes(bytes, node) : 0;
      if (!inside || kind > NODE_FLAGS.table || key > LARGEST_KEY || node + NODE + key + value > bytes.length) {
        this.#wrong(`page ${page} has a wrong entry`);
        return undefined;
      }
      nodes.push(node);
      const bytesOfNode = NODE + key + value;
      taken += bytesOfNode + (bytesOfNode % 2);
    }
    // Nodes lie side by side up to the end of the page.
    if (upper + taken !== bytes.length - HEADER) {
      this.#wrong(`entries of page ${page} overlap`);
      return undefined;
    }
    return nodes;
  }

  /** Bytes that a node's value takes in its page. */
  #valueBytes(bytes: Buffer, node: number): number {
    const size = bytes.readUInt32LE(node);
    return bytes.readUInt16LE(node + 4) === NODE_FLAGS.big ? HEADER : size;
  }

  #value(bytes: Buffer, node: number): Buffer | undefined {
    const size = bytes.readUInt32LE(node);
    const at = node + NODE + bytes.readUInt16LE(node + 6);
    if (bytes.readUInt16LE(node + 4) !== NODE_FLAGS.big) return bytes.subarray(at, at + size);
    const page = numberAt(bytes, at);
    // More pages than it needs: a longer value stood there before.
    const count = numberAt(bytes, at + 16);
    if (count * this.meta.pageSize < HEADER + size) {
      this.#wrong(`the size of a large value on page ${page} is wrong`);
      return undefined;
    }
    if (!this.#take(page, count)) return undefined;
    const all = this.#read(page, HEADER + size);
    if (all.length < HEADER + size) {
      this.#wrong(`page ${page} of a large value is cut off`);
      return undefined;
    }
    const good = numberAt(all, 0) === page && (all.readUInt16LE(18) & FLAG_MASK) === FLAGS.overflow;
    if (good && all.readUInt32LE(20) === count) return all.subarray(HEADER);
    this.#wrong(`page ${page} of a large value has a wrong header`);
    return undefined;
  }

  /** Gives each entry of a tree to `see`; answers whether all of it is as it must be. */
  tree(
    { flags: kind, root, depth, entries }: Tree,
    see: (key: Buffer, value: Buffer, flags: number) => boolean,
    order: (a: Buffer, b: Buffer) => number = (a, b) => Buffer.compare(a, b),
    rightKind = 0,
  ): boolean {
    if (kind !== rightKind) return this.#wrong('a table is of a wrong kind');
    if (root === NO_PAGE) return entries === 0 || this.#wrong('an empty table has entries');
    let count = 0;
    let last: Buffer | undefined;
    const visit = (page: number, level: number): boolean => {
      const leaf = level === depth;
      const bytes = this.#page(page, leaf ? FLAGS.leaf : FLAGS.branch);
      const nodes = bytes && this.#nodes(bytes, page, leaf);
      if (bytes === undefined || nodes === undefined) return false;
      let whole = true;
      for (const node of nodes) {
        const key = bytes.subarray(node + NODE, node + NODE + bytes.readUInt16LE(node + 6));
        if (!leaf) {
          const child = bytes.readUInt32LE(node) + bytes.readUInt16LE(node + 4) * 2 ** 32;
          if (!visit(child, level + 1)) whole = false;
          continue;
        }
        count++;
        if (last !== undefined && order(last, key) >= 0) whole = this.#wrong(`page ${page} is out of order`);
        last = key;
        const value = this.#value(bytes, node);
        if (value === undefined || !see(key, value, bytes.readUInt16LE(node + 4))) whole = false;
      }
      return whole;
    };
    // 32 levels are LMDB's own limit.
    if (depth < 1 || depth > 32) return this.#wrong('a table has a wrong depth');
    const whole = visit(root, 1);
    return whole && (count === entries || this.#wrong('a table has a wrong number of entries'));
  }

  /** A list of free pages: how many numbers follow, then pages, or runs of them: minus a length, and the first. 0 is nothing. */
  #freeList(list: Buffer): boolean {
    const wrong = (): false => this.#wrong('the list of free pages is wrong');
    if (list.length < 8 || list.length % 8 !== 0) return wrong();
    const count = numberAt(list, 0);
    if ((count + 1) * 8 > list.length) return wrong();
    for (let at = 8; at <= count * 8; at += 8) {
      let length = 1;
      let page = Number(list.readBigInt64LE(at));
      if (page === 0) continue;
      if (page < 0) {
        length = -page;
        at += 8;
        if (at > count * 8) return wrong();
        page = Number(list.readBigInt64LE(at));
      }
      if (page < 2 || page + length > this.#last + 1) return wrong();
      for (const end = Math.min(page + length, this.#used.length); page < end; page++) {
        if (this.#used[page] === 1) return this.#wrong(`page ${page} is used and free at once`);
        this.#used[page] = 1;
      }
    }
    return true;
  }

  free(): boolean {
    return this.tree(
      this.meta.free,
      (key, value) =>
        key.length === 8 ? this.#freeList(value) : this.#wrong('the table of free pages has a wrong key'),
      (a, b) => (a.length === 8 && b.length === 8 ? numberAt(a, 0) - numberAt(b, 0) : -1),
      INTEGER_KEYS,
    );
  }
}

/** `headers`: looks no further than at the file's header. `collect`: also answers what the tables hold. */
export function readPages(path: string, what: 'headers' | 'check' | 'collect'): Contents {
  const nothing = new Map<string, Table>();
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const head = Buffer.alloc(Math.min(size, 65536 + HEADER + META_BYTES));
    readSync(fd, head, 0, head.length, 0);
    const pageSize = [0, ...PAGE_SIZES].map((at) => sizeAt(head, at)).find((bytes) => bytes !== undefined);
    const first = metaAt(head, 0);
    if (first === undefined || pageSize === undefined) return { fault: 'it is not a store', tables: nothing };
    const [flushed, second] = [metaAt(head, pageSize / 2), metaAt(head, pageSize)];
    const read = (meta: Meta): Contents => {
      if (meta.pageSize !== pageSize) return { fault: 'a header names another size of pages', tables: nothing };
      if (meta.lastPage > Number.MAX_SAFE_INTEGER || meta.lastPage < 1)
        return { fault: 'its header is wrong', tables: nothing };
      if (what === 'headers') return { fault: undefined, tables: nothing };
      try {
        return readTables(new Reader(fd, size, meta), meta, what === 'collect');
      } catch (e) {
        // A damaged number can be one that no buffer takes.
        return { fault: `it cannot be read: ${String(e)}`, tables: nothing };
      }
    };
    const damaged = (fault: string): Contents =>
      what === 'collect' ? { ...fullest([first, flushed, second], read), fault } : { fault, tables: nothing };
    if (sizeAt(head, 0) === undefined || (second !== undefined && sizeAt(head, pageSize) !== pageSize))
      return damaged('one of its headers is damaged');
    const meta = current(first, flushed, second);
    if (!areSuccessive(first, flushed, second) || isOlder(fd, meta, meta === first ? second : first))
      return damaged('its headers do not follow each other');
    const contents = read(meta);
    // Nothing can be reached from the newest header: the state before it is better than none.
    return contents.fault !== undefined && contents.tables.size === 0 ? damaged(contents.fault) : contents;
  } finally {
    closeSync(fd);
  }
}

/** The size of pages that a header names; undefined where there is none. */
function sizeAt(file: Buffer, at: number): number | undefined {
  const meta = metaAt(file, at);
  const isHeader =
    meta !== undefined &&
    file.readUInt32LE(at + HEADER) === MAGIC &&
    (file.readUInt32LE(at + HEADER + 4) & 0xffff) === DATA_VERSION &&
    PAGE_SIZES.includes(meta.pageSize);
  return isHeader ? meta.pageSize : undefined;
}

function readTables(reader: Reader, meta: Meta, collect: boolean): Contents {
  const tables = new Map<string, Table>();
  reader.tree(meta.main, (name, value, flags) => {
    if (flags !== NODE_FLAGS.table || value.length !== TREE_BYTES) {
      reader.fault ??= 'the list of tables is wrong';
      return false;
    }
    const entries: [Buffer, string][] = [];
    const whole = reader.tree(treeAt(value, 0), (key, text, kind) => {
      if (kind === NODE_FLAGS.table) {
        reader.fault ??= 'a table lies in a table';
        return false;
      }
      if (collect) entries.push([Buffer.from(key), text.toString()]);
      return true;
    });
    tables.set(name.toString().replace('\0', ''), { entries, whole });
    return whole;
  });
  // After the trees: their pages must not be free.
  reader.free();
  return { fault: reader.fault, tables };
}

/** Which header is the newest cannot be told by its number: the one with most behind it, whole ones first. */
function fullest(metas: readonly (Meta | undefined)[], read: (meta: Meta) => Contents): Contents {
  const amount = ({ fault, tables }: Contents): number =>
    [...tables.values()].reduce((sum, { entries }) => sum + entries.length, 0) + (fault === undefined ? 2 ** 32 : 0);
  const all = metas.flatMap((meta) => (meta === undefined ? [] : [read(meta)]));
  return all.reduce((best, next) => (amount(next) > amount(best) ? next : best));
}
