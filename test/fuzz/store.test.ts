/** Files of the store with bytes changed, cut off or added: whatever is lost of it is said, and the rest is there. */
import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { openStore } from '#src/store/openStore.js';
import { event, temporaryFolder, tracer, turn } from '../store/support.js';

const TURNS = 50;
const ROUNDS = 16;
const OPEN = fileURLToPath(new URL('openStore.js', import.meta.url));

interface Found {
  readonly records: number;
  readonly events: number;
  readonly told: readonly string[];
}

/** null: the process crashed, as an engine would, and be started again. */
function open(folder: string): Promise<Found | null> {
  return new Promise((resolve) => {
    execFile(process.execPath, [OPEN, folder], { timeout: 30_000 }, (error, stdout) => {
      resolve(error === null ? (JSON.parse(stdout) as Found) : null);
    });
  });
}

/** A small generator, so that a round can be made again by its number. */
function* numbers(seed: number): Generator<number, never> {
  for (let x = seed * 2654435761 + 1; ;) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    yield x / 2 ** 32;
  }
}

test(`of ${ROUNDS} stores with damaged files none is emptied without a word`, async (t) => {
  t.timeout(110_000);
  const home = await temporaryFolder(t);
  const good = join(home, 'good', 'store');
  const store = await openStore({ folder: good, tracer: tracer() });
  for (let i = 0; i < TURNS; i++) await store.commit(turn(`c${i}`, [event(store.nextCursor())]));
  await store.close();
  for (let round = 0; round < ROUNDS; round++) {
    const folder = join(home, `r${round}`, 'store');
    cpSync(join(home, 'good'), join(home, `r${round}`), { recursive: true });
    const random = numbers(round);
    const below = (n: number): number => Math.floor(random.next().value * n);
    const names = readdirSync(folder).filter((name) => name !== 'lock.mdb');
    const path = join(folder, names[round % names.length] ?? '');
    const bytes = readFileSync(path);
    const how = below(3);
    if (how === 0) for (let i = 0; i < 64; i++) bytes[below(bytes.length)] = below(256);
    writeFileSync(
      path,
      how === 1
        ? bytes.subarray(0, below(bytes.length))
        : how === 2
          ? Buffer.concat([bytes, Buffer.alloc(below(9000), 7)])
          : bytes,
    );
    let found: Found | null = null;
    for (let attempt = 0; attempt < 3 && found === null; attempt++) found = await open(folder);
    const what = `round ${round}: ${path}`;
    t.truthy(found, `${what}: it can never be opened again`);
    if (found === null) continue;
    const aside = readdirSync(join(home, `r${round}`)).some((name) => name.startsWith('store.damaged-'));
    const complained = found.told.some((line) => line.startsWith('error'));
    if (found.records < TURNS) t.true(aside || complained, `${what}: ${JSON.stringify(found)}`);
    // What is set aside is whole.
    if (aside) t.true(complained, what);
  }
});
