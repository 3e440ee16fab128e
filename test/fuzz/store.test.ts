/**
 * Files of the store with bytes changed, cut off or added: no process dies of it, whatever is lost is said, and the rest is there.
 * HCS_FUZZ_ROUNDS and HCS_FUZZ_SEED make more of it, or the same again.
 */
import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { openStore } from '#src/store/openStore.js';
import { event, temporaryFolder, tracer, turn } from '../store/support.js';

const TURNS = 50;
const ROUNDS = Number(process.env['HCS_FUZZ_ROUNDS'] ?? 24);
const SEED = Number(process.env['HCS_FUZZ_SEED'] ?? Date.now() % 1_000_000);
const OPEN = fileURLToPath(new URL('openStore.js', import.meta.url));

interface Found {
  readonly records: number;
  readonly events: number;
  readonly expired: boolean;
  readonly told: readonly string[];
}

/** Or how the process ended that was to open it. */
function open(folder: string): Promise<Found | string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [OPEN, folder], { timeout: 30_000 }, (error, stdout, stderr) => {
      resolve(error === null ? (JSON.parse(stdout) as Found) : `${error.signal ?? error.message} ${stderr}`);
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

test(`of ${ROUNDS} stores with damaged files none ends the process, none is emptied without a word (seed ${SEED})`, async (t) => {
  t.timeout(110_000 + ROUNDS * 1000);
  const home = await temporaryFolder(t);
  const good = join(home, 'good', 'store');
  const store = await openStore({ folder: good, tracer: tracer() });
  for (let i = 0; i < TURNS; i++) await store.commit(turn(`c${i}`, [event(store.nextCursor())]));
  await store.close();
  let saved = 0;
  for (let round = SEED; round < SEED + ROUNDS; round++) {
    const folder = join(home, `r${round}`, 'store');
    cpSync(join(home, 'good'), join(home, `r${round}`), { recursive: true });
    const random = numbers(round);
    const below = (n: number): number => Math.floor(random.next().value * n);
    const names = readdirSync(folder);
    // Most often the file in which damage does most harm.
    const name = round % 4 === 0 ? (names[below(names.length)] ?? '') : 'data.mdb';
    const path = join(folder, name);
    const bytes = readFileSync(path);
    const how = below(4);
    if (how < 2 && bytes.length > 0) {
      const count = how === 0 ? 64 : 1 + below(3);
      for (let i = 0; i < count; i++) bytes[below(bytes.length)] = below(256);
    }
    writeFileSync(
      path,
      how === 2
        ? bytes.subarray(0, below(bytes.length))
        : how === 3
          ? Buffer.concat([bytes, Buffer.alloc(below(9000), 7)])
          : bytes,
    );
    const found = await open(folder);
    const what = `round ${round}: ${name}`;
    if (typeof found === 'string') {
      t.fail(`${what}: the process ended: ${found}`);
      continue;
    }
    const aside = readdirSync(join(home, `r${round}`)).some((entry) => entry.startsWith('store.damaged-'));
    const complained = found.told.some((line) => line.startsWith('error'));
    if (found.records < TURNS) t.true(complained, `${what}: ${JSON.stringify(found)}`);
    if (found.events < TURNS) t.true(complained, `${what}: ${JSON.stringify(found)}`);
    // What is set aside is whole.
    if (aside) t.true(complained, what);
    if (aside && found.records > 0) saved++;
    rmSync(join(home, `r${round}`), { recursive: true });
  }
  // Fewer may all be of the kind that LMDB bears.
  if (ROUNDS >= 200) t.true(saved > 0, 'of no store anything was saved');
});
