/** Opens a store as the engine does and tells what it found; for store.test.ts, since a damaged file may end the process. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openStore } from '#src/store/openStore.js';
import { tracer } from '../store/support.js';

const entry = fileURLToPath(import.meta.resolve('#src/engine.js'));
const lines = tracer();
const store = await openStore({
  folder: process.argv[2] ?? '',
  tracer: lines,
  readable: (folder) =>
    new Promise((resolve) => {
      spawn(process.execPath, [entry, '--check-store', folder], { stdio: 'ignore' }).once('exit', (code) => {
        resolve(code === 0);
      });
    }),
});
const records = store.load().length;
const { events } = store.eventsAfter(0, 1000);
await store.close();
process.stdout.write(JSON.stringify({ records, events: events.length, told: lines.lines }));
