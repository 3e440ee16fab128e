/** More with HCS_FRAMES=1000000 HCS_SEED=7 npx ava --timeout 20m build/test/rpc/mutated.test.js */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { serveConnection } from '#src/rpc/host/serveConnection.js';
import { frameParser } from '#src/rpc/transport/frames.js';
import { FakeLogs } from './fakeLogs.js';
import { FakeEvents, fakeRuntime } from './fakeRuntime.js';
import { mutatedFrames } from './mutatedFrames.js';
import { duplexPair, INFO, turns } from './support.js';

const COUNT = Number(process.env['HCS_FRAMES'] ?? 4000);
const SEED = Number(process.env['HCS_SEED'] ?? 1);
const INITIALIZE = '{"jsonrpc":"2.0","id":"first","method":"initialize","params":{"protocolVersions":[1]}}';
const GROWTH = 24 << 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heap = (): number => {
  collect();
  return process.memoryUsage().heapUsed;
};

test('mutated frames crash nothing, and memory does not grow with them', async (t) => {
  const logs = new FakeLogs();
  logs.write('web/init', 'stdout', 'some text');
  const runtime = fakeRuntime({ log: logs.log, subscribe: new FakeEvents().subscribe });
  const status = {
    running: true,
    pid: 4711,
    version: INFO.version,
    startedAt: '2026-01-01T00:00:00.000Z',
    backend: 'simulator' as const,
    clients: 1,
  };
  let answers = 0;
  let connections = 0;
  // Nothing of a connection is kept once it is over: not by the test either.
  const open = () => {
    connections++;
    const [mine, theirs] = duplexPair();
    const host = serveConnection({
      readable: theirs,
      writable: theirs,
      runtime,
      logs,
      info: INFO,
      control: { status: () => status, stop: () => undefined },
      local: true,
      tracer: { log: () => undefined },
    });
    const parser = frameParser('content-length');
    mine.on('data', (chunk: Buffer) => {
      parser.push(chunk, () => answers++);
    });
    mine.on('error', () => undefined);
    mine.write(`Content-Length: ${INITIALIZE.length}\r\n\r\n${INITIALIZE}`);
    let isOver = false;
    void host.closed.then(() => (isOver = true));
    return { host, stream: mine, isOver: () => isOver || mine.destroyed };
  };
  let served = open();
  let sent = 0;
  let early = 0;
  for (const frame of mutatedFrames(SEED, COUNT)) {
    // A broken frame ends its connection, and the next one goes on.
    if (served.isOver()) {
      served.stream.destroy();
      served = open();
    }
    if (!served.stream.write(frame)) await turns(1);
    await turns(1);
    if (++sent === COUNT >> 2) early = heap();
  }
  served.stream.end();
  served.host.close('end of test');
  await served.host.closed;
  const late = heap();
  t.log(`${sent} frames, ${answers} answers, ${connections} connections, heap ${early >> 20} -> ${late >> 20} MiB`);
  t.is(sent, COUNT);
  t.true(answers > COUNT / 4, 'most frames reach the host');
  t.true(connections > COUNT / 2000);
  t.true(late - early < GROWTH, `${late - early} bytes more`);
});
