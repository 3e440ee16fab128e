/** Headers of LMDB's file with one number changed: noticed, told, and what the other header leads to is saved. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { openStore } from '#src/store/openStore.js';
import { event, temporaryFolder, tracer, turn } from './support.js';

const PAGE = 4096;
/** Of MDB_meta in its page. */
const TRANSACTION = 24 + 128;
const PAGE_SIZE = 24 + 24;
const CONTAINERS = 20;

interface Header {
  readonly at: number;
  readonly transaction: number;
}

async function make(folder: string): Promise<{ readonly newer: Header; readonly older: Header }> {
  for (const name of ['a', 'b']) {
    const store = await openStore({ folder, tracer: tracer() });
    for (let i = 0; i < CONTAINERS / 2; i++) await store.commit(turn(`${name}${i}`, [event(store.nextCursor())]));
    await store.close();
  }
  const bytes = readFileSync(join(folder, 'data.mdb'));
  const headers = [0, PAGE].map((at) => ({ at, transaction: Number(bytes.readBigUInt64LE(at + TRANSACTION)) }));
  const [newer, older] = headers.sort((x, y) => y.transaction - x.transaction) as [Header, Header];
  return { newer, older };
}

const changes: Readonly<Record<string, (bytes: Buffer, newer: Header, older: Header) => void>> = {
  'the older one taken for the newest': (bytes, _newer, older) => {
    bytes.writeBigUInt64LE(BigInt(older.transaction + 2), older.at + TRANSACTION);
  },
  'the newest one taken for an old one': (bytes, newer) => {
    bytes.writeBigUInt64LE(BigInt(newer.transaction - 2), newer.at + TRANSACTION);
  },
  'a number out of all bounds': (bytes, _newer, older) => {
    bytes.writeBigUInt64LE(2n ** 63n, older.at + TRANSACTION);
  },
  'no size of pages in the newest': (bytes, newer) => {
    bytes.writeUInt32LE(0, newer.at + PAGE_SIZE);
  },
};

for (const [what, change] of Object.entries(changes))
  test(`${what} is noticed, told, and the containers are saved`, async (t) => {
    const folder = join(await temporaryFolder(t), 'store');
    const { newer, older } = await make(folder);
    t.is(newer.transaction, older.transaction + 1);
    const path = join(folder, 'data.mdb');
    const bytes = readFileSync(path);
    change(bytes, newer, older);
    writeFileSync(path, bytes);
    const told = tracer();
    const store = await openStore({ folder, tracer: told });
    t.true(
      told.lines.some((line) => line.startsWith('error')),
      told.lines.join('\n'),
    );
    const saved = store.load().length;
    // Where the newest header cannot be read, what the older one leads to, and what the journal still has.
    t.true(saved >= CONTAINERS / 2, `${saved} saved`);
    if (!what.startsWith('no size')) t.is(saved, CONTAINERS);
    await store.close();
  });
