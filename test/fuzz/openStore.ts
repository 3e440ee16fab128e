/** Opens a store as the engine does and tells what it found; for store.test.ts, since a damaged file may end the process. */
import { openStore } from '#src/store/openStore.js';
import { event, tracer, turn } from '../store/support.js';

const lines = tracer();
const store = await openStore({ folder: process.argv[2] ?? '', tracer: lines });
const records = store.load();
const { events, expired } = store.eventsAfter(0, 1000);
// A page that can be read may still end the process when it is written.
for (const { id } of records) await store.commit(turn(id, [event(store.nextCursor())]));
for (const { id } of records) await store.commit(turn(id, [], { record: null }));
await store.close();
process.stdout.write(JSON.stringify({ records: records.length, events: events.length, expired, told: lines.lines }));
