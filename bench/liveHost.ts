/**
 * `liveHost.js STORE SOCKET`: the engine's way of an event from the turn that makes it to its subscribers (publisher, journal and store,
 * feed, JSON-RPC host), without HCS, which cannot be made to tell so much. Each line of its input, `TURNS EVENTS`, has it commit so many
 * turns of so many events, of 50 containers side by side, each waiting for its last turn as in the engine; one line of its output says when
 * all are written.
 */
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { Feed } from '#src/core/events/feed.js';
import { Publisher } from '#src/core/events/publisher.js';
import { RECORD_VERSION, type ContainerRecord } from '#src/core/model/record.js';
import type { Runtime } from '#src/core/runtime.js';
import { packageVersion } from '#src/home/packageVersion.js';
import { hostInfo } from '#src/hostTarget.js';
import { serveConnection } from '#src/rpc/host/serveConnection.js';
import { openStore } from '#src/store/openStore.js';

const [folder = '', path = ''] = process.argv.slice(2);
const CONTAINERS = 50;
const tracer = { log: () => undefined };

const store = await openStore({ folder, tracer });
const clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  after: (ms: number, action: () => void) => {
    const timer = setTimeout(action, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
const publisher = new Publisher(store, clock, tracer);
const feed = new Feed(store, () => [], tracer);
publisher.onEvents((events) => {
  feed.tell(events);
});

const record = (id: string): ContainerRecord => ({
  version: RECORD_VERSION,
  id,
  epoch: '0123456789abcdef',
  sequence: 0,
  state: { kind: 'running', pid: 7, startedAt: new Date().toISOString() },
  isolation: 'process',
  lcow: false,
  owner: 'hostcompute',
  labels: [],
  annotations: [],
  bundle: null,
  createdAt: new Date().toISOString(),
  process: { document: '{"CommandLine":"true"}', cwd: 'C:\\', terminal: false },
  runtimeId: null,
  execs: [],
  lastError: null,
});

/** Turns of one container, one after the other. */
async function turns(from: ContainerRecord, count: number, events: number): Promise<ContainerRecord> {
  let before = from;
  for (let i = 0; i < count; i++) {
    const drafts = Array.from({ length: events }, () => ({
      processId: 'init',
      pid: 7,
      body: { type: 'start' as const },
    }));
    before = (await publisher.commit(before.id, { before, record: before, events: drafts, fact: true })) ?? before;
  }
  return before;
}

const runtime = {
  subscribe: (...args: Parameters<Feed['subscribe']>) => feed.subscribe(...args),
  list: () => Promise.resolve({ items: [], warnings: [] }),
} as unknown as Runtime;
createServer((socket) => {
  serveConnection({
    readable: socket,
    writable: socket,
    runtime,
    logs: {} as never,
    info: hostInfo('simulator', folder, packageVersion()),
    control: {} as never,
    local: true,
    tracer,
  });
}).listen(path, () => process.stdout.write('ready\n'));

let records = Array.from({ length: CONTAINERS }, (_, i) => record(`c${i}`));
for await (const line of createInterface({ input: process.stdin })) {
  const [count = 0, events = 0] = line.split(' ').map(Number);
  records = await Promise.all(records.map((each) => turns(each, count / CONTAINERS, events)));
  process.stdout.write('written\n');
}
await store.close();
process.exit(0);
