/**
 * Commits turns without end, and says on stdout which have been acknowledged: `<round> <cursor>\n`, written straight to the descriptor, so that what
 * the parent reads had been acknowledged when the process was killed. For kill.test.ts. `once`: kills itself after the first.
 */
import { writeSync } from 'node:fs';
import { openStore } from '#src/store/openStore.js';
import { event, tracer, turn } from './support.js';

const store = await openStore({ folder: process.argv[2] ?? '', tracer: tracer() });
const acknowledge = (id: string, cursors: readonly number[]): void => {
  writeSync(1, `${id} ${cursors.join(',')}\n`);
  if (process.argv[3] === 'once') process.kill(process.pid, 'SIGKILL');
};
writeSync(1, `ready ${store.lastCursor()}\n`);

async function container(id: string): Promise<void> {
  for (let i = 0; ; i++) {
    const cursors = Array.from({ length: 1 + (i % 3) }, () => store.nextCursor());
    await store.commit(
      turn(
        id,
        cursors.map((cursor) => event(cursor)),
        { durable: i % 5 === 0 },
      ),
    );
    acknowledge(id, cursors);
  }
}
await Promise.all(['a', 'b', 'c', 'd'].map(container));
