/* eslint-disable @typescript-eslint/no-unsafe-member-access -- messages are looked at as they came */
import test from 'ava';
import { RuntimeError } from '#src/core/errors.js';
import type { CallContext, Runtime } from '#src/core/runtime.js';
import { detail, summary } from './fakeRuntime.js';
import { deferred, ready, serve, turns } from './support.js';

const forever = (): Promise<never> => new Promise(() => undefined);

test('a cancelled request answers -32800 at once although the runtime hangs, and its signal is aborted', async (t) => {
  const seen = deferred<CallContext>();
  const { peer } = await ready(t, {
    runtime: {
      state: (_, context) => {
        seen.resolve(context!);
        return forever();
      },
    },
  });
  const id = peer.ask('container/state', { id: 'web' });
  const { signal } = await seen.promise;
  peer.notify('$/cancelRequest', { id });
  t.like((await peer.answer(id)).error, { code: -32800, data: { code: 'cancelled' } });
  t.true(signal!.aborted);
});

test('a request cancelled before it was begun answers -32800 too', async (t) => {
  const { peer } = await ready(t, { runtime: { state: forever } });
  const frame = (message: object): string => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    return `Content-Length: ${body.length}\r\n\r\n${body}`;
  };
  peer.raw(
    frame({ id: 'x', method: 'container/state', params: { id: 'web' } }) +
      frame({ method: '$/cancelRequest', params: { id: 'x' } }),
  );
  t.is((await peer.answer('x')).error?.code, -32800);
});

test('cancelling what is unknown or answered, or without an id, changes nothing', async (t) => {
  const { peer } = await ready(t);
  peer.notify('$/cancelRequest', { id: 99 });
  peer.notify('$/cancelRequest', {});
  peer.send({ method: '$/cancelRequest' });
  t.is((await peer.request('host/info')).result.pid, 4711);
});

test('timeoutMs reaches the runtime, and bounds a runtime that does not keep it', async (t) => {
  const seen: (number | undefined)[] = [];
  const { peer } = await ready(t, {
    runtime: {
      state: (_, context) => {
        seen.push(context?.timeoutMs);
        return forever();
      },
    },
  });
  const { error } = await peer.request('container/state', { id: 'web', timeoutMs: 1 });
  t.is(error?.code, 1005);
  t.is(error?.data?.['phase'], 'container/state');
  t.deepEqual(seen, [1]);
});

test('stop takes timeoutMs for the grace, unless graceMs says it', async (t) => {
  const seen: [number | undefined, number | undefined][] = [];
  const { peer } = await ready(t, {
    runtime: {
      stop: (_, graceMs, context) => {
        seen.push([graceMs, context?.timeoutMs]);
        return Promise.resolve({ exitCode: 0, exitedAt: '2026-01-01T00:00:00.000Z' });
      },
    },
  });
  t.is((await peer.request('container/stop', { id: 'web', timeoutMs: 30 })).result.exitCode, 0);
  await peer.request('container/stop', { id: 'web', timeoutMs: 30, graceMs: 5 });
  await peer.request('container/stop', { id: 'web' });
  t.deepEqual(seen, [
    [30, undefined],
    [5, 30],
    [undefined, undefined],
  ]);
});

test('requests begin in the order of the messages and answer in the order in which they are done', async (t) => {
  const gates = new Map<string, () => void>();
  const begun: string[] = [];
  const { peer } = await ready(t, {
    runtime: {
      state: async (id) => {
        begun.push(id);
        await new Promise<void>((resolve) => gates.set(id, resolve));
        return detail(id);
      },
    },
  });
  const ids = ['a', 'b', 'c'].map((id) => peer.ask('container/state', { id }));
  await peer.request('host/info');
  t.deepEqual(begun, ['a', 'b', 'c']);
  for (const id of ['c', 'a', 'b']) gates.get(id)!();
  for (const id of ids) t.truthy((await peer.answer(id)).result);
});

test('a vanishing client aborts what it asked for and frees the connection', async (t) => {
  const seen = deferred<CallContext>();
  const { peer, host } = await ready(t, {
    runtime: {
      wait: (_id, _exec, _for, context) => {
        seen.resolve(context!);
        return forever();
      },
    },
  });
  peer.ask('container/wait', { id: 'web' });
  const { signal } = await seen.promise;
  peer.stream.destroy();
  await host.closed;
  t.true(signal!.aborted);
});

test('a lost client ends what it has tethered; cancelling, an answer, the end of the engine, or an untethered wait do not', async (t) => {
  const ended: string[] = [];
  let answer = (): void => undefined;
  const runtime: Partial<Runtime> = {
    wait: (_id, _exec, _for, context) =>
      new Promise((resolve, reject) => {
        answer = () => {
          resolve({ exitCode: 0, exitedAt: '2026-01-01T00:00:00.000Z' });
        };
        context?.signal?.addEventListener('abort', () => {
          reject(new RuntimeError('cancelled', 'cancelled'));
        });
      }),
    kill: (id, execId) => {
      ended.push(`kill ${id} ${String(execId)}`);
      return Promise.resolve();
    },
    delete: (id, force) => {
      ended.push(`delete ${id} ${String(force)}`);
      return Promise.resolve();
    },
  };
  const lost = await ready(t, { runtime });
  lost.peer.ask('container/wait', { id: 'run', tether: 'kill' });
  lost.peer.ask('container/wait', { id: 'web', execId: 'more', tether: 'kill' });
  lost.peer.ask('container/wait', { id: 'passing', tether: 'delete' });
  lost.peer.ask('container/wait', { id: 'free' });
  await lost.peer.request('host/info');
  lost.peer.stream.destroy();
  await lost.host.closed;
  t.deepEqual(ended.splice(0), ['kill run undefined', 'kill web more', 'delete passing true']);

  const held = await ready(t, { runtime });
  const cancelled = held.peer.ask('container/wait', { id: 'a', tether: 'kill' });
  await held.peer.request('host/info');
  held.peer.notify('$/cancelRequest', { id: cancelled });
  t.truthy((await held.peer.answer(cancelled)).error);
  const answered = held.peer.ask('container/wait', { id: 'b', tether: 'kill' });
  await held.peer.request('host/info');
  answer();
  t.truthy((await held.peer.answer(answered)).result);
  held.peer.stream.destroy();
  await held.host.closed;

  const engine = await ready(t, { runtime });
  engine.peer.ask('container/wait', { id: 'c', tether: 'kill' });
  await engine.peer.request('host/info');
  engine.host.close('the engine ends');
  await engine.host.closed;
  t.deepEqual(ended, []);
});

test('container/list can be asked for some statuses, for ids that begin so, and for lines', async (t) => {
  const items = [
    { ...summary('Web-1'), status: 'running' as const, pid: 7 },
    { ...summary('web-2'), status: 'stopped' as const, exitedAt: '2026-01-01T00:00:02.000Z', exitCode: 3 },
    { ...summary('db'), status: 'running' as const },
    { ...summary('some\tbody'), status: 'running' as const, foreign: true },
  ];
  const { peer } = await ready(t, { runtime: { list: () => Promise.resolve({ items, warnings: [] }) } });
  const ids = async (params: object): Promise<unknown> =>
    ((await peer.request('container/list', params)).result.items as { id: string }[]).map(({ id }) => id);
  t.deepEqual(await ids({ statuses: ['running'] }), ['Web-1', 'db', 'some\tbody']);
  t.deepEqual(await ids({ prefix: 'WEB' }), ['Web-1', 'web-2']);
  t.deepEqual(await ids({ prefix: 'web', statuses: ['stopped', 'failed'] }), ['web-2']);
  t.is((await peer.request('container/list', { statuses: ['nosuch'] })).error?.code, -32602);
  const { result } = (await peer.request('container/list', { lines: true, prefix: 'web' })) as {
    result: { items: unknown[]; lines: string };
  };
  t.deepEqual(result.items, []);
  t.regex(
    result.lines,
    /^Web-1\trunning, pid 7, process, created \S+ ago\nweb-2\tstopped, 3, process, created \S+ ago\n$/,
  );
  // What would break the lines is left out of them.
  t.regex((await peer.request('container/list', { lines: true })).result.lines as string, /^(\S+\t[^\t]+\n){3}$/);
});

test('an answer that is too large becomes an error, and the connection goes on', async (t) => {
  const { peer, log } = await ready(t, {
    runtime: { list: () => Promise.resolve({ items: [summary('x'.repeat(17 * 1024 * 1024))], warnings: [] }) },
  });
  const { error } = await peer.request('container/list');
  t.is(error?.code, -32603);
  t.regex(error!.message, /over the limit/);
  t.true(log.lines.some(({ message }) => message.includes('too large')));
  t.is((await peer.request('host/info')).result.pid, 4711);
});

test('JSON that is none, batches, and objects that are no messages are refused without ending the connection', async (t) => {
  const { peer } = await ready(t);
  for (const [text, code] of [
    ['{"jsonrpc":', -32700],
    ['', -32700],
    ['[{"jsonrpc":"2.0","id":1,"method":"host/info"}]', -32600],
    ['7', -32600],
    ['null', -32600],
    ['{"jsonrpc":"2.0"}', -32600],
    ['{"jsonrpc":"2.0","id":{},"method":"host/info"}', -32600],
    ['{"jsonrpc":"2.0","id":null,"method":"host/info"}', -32600],
    ['{"jsonrpc":"2.0","id":1,"method":{}}', -32600],
    ['{"jsonrpc":"2.0","id":1,"method":"host/info","params":7}', -32600],
    ['['.repeat(100_000), -32700],
  ] as const) {
    const before = peer.messages.filter((m) => m.error !== undefined).length;
    peer.text(text);
    await peer.until(() => peer.messages.filter((m) => m.error !== undefined).length > before);
    t.is(peer.messages.at(-1)?.error?.code, code, text.slice(0, 60));
  }
  t.is((await peer.request('host/info')).result.pid, 4711);
});

test('text that is not UTF-8 is refused', async (t) => {
  const { peer } = await ready(t);
  peer.raw(Buffer.concat([Buffer.from('Content-Length: 3\r\n\r\n'), Buffer.from([0x22, 0xff, 0x22])]));
  t.is((await peer.until((m) => m.id === null)).error?.code, -32700);
});

test('answers to nothing are ignored', async (t) => {
  const { peer } = await ready(t);
  peer.send({ id: 12, result: {} });
  peer.send({ id: null, error: { code: 1, message: 'x' } });
  t.is((await peer.request('host/info')).result.pid, 4711);
});

for (const [name, header] of Object.entries({
  'a length of 2 GiB': 'Content-Length: 2147483648\r\n\r\n',
  'a length that is no number': 'Content-Length: ten\r\n\r\n',
  'a negative length': 'Content-Length: -1\r\n\r\n',
  'two lengths': 'Content-Length: 1\r\nContent-Length: 2\r\n\r\n',
  'no length': 'Content-Type: x\r\n\r\n',
  'a line without a colon': 'GET / HTTP/1.1\r\n\r\n',
  'another charset': 'Content-Length: 2\r\nContent-Type: application/json; charset=utf-16\r\n\r\n{}',
  'a header without end': `X: ${'y'.repeat(5000)}`,
})) {
  test(`a header with ${name} closes the connection with an error and a line in the log`, async (t) => {
    const { peer, host, log } = await ready(t);
    peer.raw(header);
    t.is((await peer.until((m) => m.id === null)).error?.code, -32700);
    await host.closed;
    t.true(log.lines.some(({ level, message }) => level === 'error' && message === 'message refused'));
  });
}

test('input that ends inside a message closes the connection with an error', async (t) => {
  const { peer, host } = await ready(t);
  peer.raw('Content-Length: 100\r\n\r\n{"json');
  peer.stream.end();
  t.is((await peer.until((m) => m.id === null)).error?.code, -32700);
  await host.closed;
});

test('ndjson: a message a line, with a byte order mark, CRLF and empty lines', async (t) => {
  const { peer } = serve(t, { framing: 'ndjson' });
  peer.raw('\ufeff{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersions":[1]}}\r\n\r\n');
  t.is((await peer.answer(1)).result.protocolVersion, 1);
  peer.raw('{"jsonrpc":"2.0","id":2,');
  await turns();
  peer.raw('"method":"host/info"}\n');
  t.is((await peer.answer(2)).result.pid, 4711);
});

test('ndjson: a line over the limit closes the connection', async (t) => {
  const limits = { headerBytes: 100, messageBytes: 1000 };
  const { peer, host } = serve(t, { framing: 'ndjson', options: { limits } });
  peer.raw(`{"x":"${'y'.repeat(2000)}`);
  t.is((await peer.until((m) => m.id === null)).error?.code, -32700);
  await host.closed;
});

test('a client that does not read its answers is not listened to either, and loses none of them', async (t) => {
  let served = 0;
  const { peer } = await ready(t, {
    runtime: {
      list: () => {
        served++;
        return Promise.resolve({ items: [summary('x'.repeat(100_000))], warnings: [] });
      },
    },
  });
  peer.stream.pause();
  const ids = Array.from({ length: 400 }, () => peer.ask('container/list'));
  let before = -1;
  // Until the host makes no progress any more.
  while (served !== before) {
    before = served;
    await turns(100);
  }
  t.true(served < 200, `served ${served}`);
  peer.stream.resume();
  for (const id of ids) t.truthy((await peer.answer(id)).result);
});
