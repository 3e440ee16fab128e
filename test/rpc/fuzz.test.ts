import test from 'ava';
import fc from 'fast-check';
import { methodEntries, notificationEntries } from '#src/rpc/protocol.js';
import { FakeLogs } from './fakeLogs.js';
import { FakeEvents } from './fakeRuntime.js';
import { ready, type ServeParts } from './support.js';

const names = [...methodEntries(), ...notificationEntries()]
  .map(([name]) => name)
  .filter((n) => n !== 'exit' && n !== 'shutdown');

const value = fc.oneof(
  fc.constantFrom('web', 'stdin', 'stdout', 's1', 's2', 'e1', 'init', 'end', ''),
  fc.integer({ min: -2, max: 5000 }),
  fc.jsonValue({ maxDepth: 2 }),
);
const params = fc.oneof(
  fc.record(
    {
      id: value,
      execId: value,
      stream: value,
      streamId: value,
      subscriptionId: value,
      bytes: value,
      data: value,
      after: value,
      from: value,
      spec: value,
      process: value,
      timeoutMs: value,
      tail: value,
      follow: value,
      workDoneToken: value,
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
);
const message = fc.record(
  { jsonrpc: fc.constantFrom('2.0', '1.0'), id: value, method: fc.oneof(fc.constantFrom(...names), value), params },
  { requiredKeys: [] },
);

function parts(): ServeParts {
  const logs = new FakeLogs();
  logs.write('web/init', 'stdout', 'some text');
  const events = new FakeEvents();
  events.add(10);
  return { logs, runtime: { subscribe: events.subscribe } };
}

test('whatever messages come, the host goes on serving', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 12 }), async (messages) => {
      const { peer, host, log } = await ready(t, parts());
      for (const m of messages) peer.text(JSON.stringify(m));
      peer.send({ id: 'last', method: 'host/info' });
      t.is((await peer.answer('last')).id, 'last');
      t.false(log.lines.some(({ level }) => level === 'error'));
      host.close('done');
      await host.closed;
    }),
    { numRuns: 400 },
  );
});

test('whatever bytes come, the host answers or closes the connection, and holds nothing afterwards', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }).map((a) => Buffer.from(a)),
          message.map((m) => {
            const body = JSON.stringify(m);
            return Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
          }),
          fc.nat(300).map((n) => Buffer.from(`Content-Length: ${n}\r\n\r\n`)),
        ),
        { minLength: 1, maxLength: 10 },
      ),
      async (chunks) => {
        const { peer, host } = await ready(t, parts());
        for (const chunk of chunks) peer.raw(chunk);
        peer.stream.end();
        await host.closed;
        t.pass();
      },
    ),
    { numRuns: 400 },
  );
});
