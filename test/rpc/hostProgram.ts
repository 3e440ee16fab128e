/** A host over a fake runtime on this process's stdio, in ndjson. */
import { serveConnection } from '#src/rpc/host/serveConnection.js';
import { FakeLogs } from './fakeLogs.js';
import { fakeRuntime } from './fakeRuntime.js';
import { INFO, Lines } from './support.js';

serveConnection({
  readable: process.stdin,
  writable: process.stdout,
  framing: 'ndjson',
  runtime: fakeRuntime(),
  logs: new FakeLogs(),
  info: INFO,
  control: {
    status: () => {
      throw new Error('not asked');
    },
    stop: () => undefined,
  },
  local: true,
  tracer: new Lines(),
});
