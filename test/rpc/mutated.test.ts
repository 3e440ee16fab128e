/** More with HCS_FRAMES=1000000 HCS_SEED=7 npx ava --timeout 20m build/test/rpc/mutated.test.js */
import test from 'ava';
import { FakeLogs } from './fakeLogs.js';
import { FakeEvents } from './fakeRuntime.js';
import { mutatedFrames } from './mutatedFrames.js';
import { serveRaw, turns } from './support.js';

const COUNT = Number(process.env['HCS_FRAMES'] ?? 4000);
const SEED = Number(process.env['HCS_SEED'] ?? 1);
const INITIALIZE = '{"jsonrpc":"2.0","id":"first","method":"initialize","params":{"protocolVersions":[1]}}';

test('mutated frames crash nothing, and memory does not grow with them', async (t) => {
  const logs = new FakeLogs();
  logs.write('web/init', 'stdout', 'some text');
  const open = () => {
    const served = serveRaw(t, { logs, runtime: { subscribe: new FakeEvents().subscribe } });
    served.stream.on('error', () => undefined).resume();
    served.stream.write(`Content-Length: ${INITIALIZE.length}\r\n\r\n${INITIALIZE}`);
    let over = false;
    void served.host.closed.then(() => (over = true));
    return { ...served, isOver: () => over };
  };
  let connections = 1;
  let served = open();
  let sent = 0;
  let middle = 0;
  for (const frame of mutatedFrames(SEED, COUNT)) {
    // A broken frame ends its connection, and the next one goes on.
    if (served.isOver() || served.stream.destroyed) {
      served = open();
      connections++;
    }
    served.stream.write(frame);
    if (++sent % 64 === 0) await turns(1);
    if (sent === Math.floor(COUNT / 2)) middle = process.memoryUsage().heapUsed;
  }
  served.stream.end();
  await served.host.closed;
  t.log(
    `${sent} frames, ${connections} connections, heap ${middle >> 20} -> ${process.memoryUsage().heapUsed >> 20} MiB`,
  );
  t.is(sent, COUNT);
  t.true(connections > COUNT / 2000);
  t.true(process.memoryUsage().heapUsed < 400 * 2 ** 20);
});
