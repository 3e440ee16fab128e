/** Commits until the disk is full, then once more; prints the error. For store.test.ts. */
import { isRuntimeError } from '#src/core/errors.js';
import { openStore } from '#src/store/openStore.js';
import { event, tracer, turn } from './support.js';

const store = await openStore({ folder: process.argv[2] ?? '', tracer: tracer() });
let error: unknown;
for (let i = 0; i < 10_000 && error === undefined; i++) {
  await store.commit(turn(`c${i}`, [event(store.nextCursor())], { durable: i % 7 === 0 })).catch((e: unknown) => {
    error = e;
  });
}
process.stdout.write(isRuntimeError(error) ? `${error.code}: ${error.message}\n` : `no error: ${String(error)}\n`);
process.exit(0);
