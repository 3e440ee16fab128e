import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'ava';
import { openStore } from '#src/store/openStore.js';
import { temporaryFolder, tracer } from './support.js';

const ROUNDS = 25;

test(`kill -9 of the writer at ${ROUNDS} random points loses no acknowledged turn and leaves no half one`, async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  let checked = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'killedWriter.js'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    // Killed after some number of acknowledgements, in the middle of whatever comes next.
    const lines = 2 + Math.floor(Math.random() * 200);
    let count = 0;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      count += chunk.split('\n').length - 1;
      if (count >= lines) child.kill('SIGKILL');
    });
    await once(child, 'close');

    const store = await openStore({ folder, tracer: tracer() });
    const { events, expired } = store.eventsAfter(0, 1_000_000);
    t.false(expired);
    const cursors = new Set(events.map((e) => e.cursor));
    t.is(cursors.size, events.length);
    const records = new Map(store.load().map((r) => [r.id, r]));
    for (const line of text.split('\n').slice(0, -1)) {
      const [id, list] = line.split(' ');
      if (id === 'ready') continue;
      const acknowledged = list!.split(',').map(Number);
      for (const cursor of acknowledged) t.true(cursors.has(cursor), `round ${round}: cursor ${cursor} is lost`);
      t.true(
        records.get(id!)!.sequence >= acknowledged.at(-1)!,
        `round ${round}: the record of ${id} is older than its events`,
      );
      checked++;
    }
    // A record's sequence is the cursor of its turn's last event: both are there, or neither.
    for (const r of records.values()) t.true(cursors.has(r.sequence), `round ${round}: half a turn of ${r.id}`);
    await store.close();
  }
  t.true(checked > ROUNDS);
});
