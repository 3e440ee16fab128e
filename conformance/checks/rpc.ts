/** JSON-RPC over `hcs serve --stdio`. */
import assert from 'node:assert/strict';
import { CancellationTokenSource, ResponseError, type MessageConnection } from 'vscode-jsonrpc/node';
import { group } from '../check.js';
import { codeOf } from '../expect.js';
import { INITIALIZE, type Json, type Target } from '../target.js';

const D8 = 'design 8';

export const rpcBasics = group(
  'rpc',
  [],
  [
    [
      'initialize',
      'initialize answers protocolVersion, serverInfo, backend and capabilities',
      D8,
      (target) =>
        target.withHost(async (rpc) => {
          const answer = await rpc.sendRequest<Json>('initialize', INITIALIZE);
          assert.equal(answer['protocolVersion'], 1);
          assert.equal(answer['backend'], target.options.backend);
          assert.ok(answer['serverInfo']);
          assert.ok(answer['capabilities']);
        }),
    ],
    [
      'before-initialize',
      'a request before initialize is refused with -32002',
      D8,
      (target) =>
        target.withHost(async (rpc) => {
          assert.equal(await codeOf(rpc.sendRequest('container/list', {})), -32002);
        }),
    ],
    [
      'unknown-version',
      'protocol versions that are not spoken are refused',
      D8,
      (target) =>
        target.withHost(async (rpc) => {
          assert.equal(await codeOf(rpc.sendRequest('initialize', { ...INITIALIZE, protocolVersions: [999] })), 1010);
        }),
    ],
    [
      'unknown-method',
      'an unknown method is refused with -32601',
      'JSON-RPC 2.0',
      (target) =>
        target.withClient(async (rpc) => {
          assert.equal(await codeOf(rpc.sendRequest('container/fly', {})), -32601);
        }),
    ],
    [
      'bad-params',
      'parameters of a wrong type are refused with -32602 and issues',
      D8,
      (target) =>
        target.withClient(async (rpc) => {
          try {
            await rpc.sendRequest('container/state', { id: 7 });
            assert.fail('answered');
          } catch (error) {
            assert.ok(error instanceof ResponseError);
            assert.equal(error.code, -32602);
            const data = error.data as { code: string; issues: { path: string }[] };
            assert.equal(data.code, 'invalidRequest');
            assert.match(data.issues[0]?.path ?? '', /id/);
          }
        }),
    ],
    [
      'unknown-fields',
      'unknown fields of parameters are ignored',
      D8,
      (target) =>
        target.withClient(async (rpc) => {
          assert.ok((await rpc.sendRequest<Json>('container/list', { later: true }))['items']);
        }),
    ],
    [
      'not-found',
      'an unknown id is 1001 with the error document as data',
      D8,
      (target) =>
        target.withClient(async (rpc) => {
          assert.equal(await codeOf(rpc.sendRequest('container/state', { id: 'nobody' })), 1001);
        }),
    ],
    [
      'shutdown-and-exit',
      'after shutdown only exit is heard; the host ends with 0',
      'LSP base protocol',
      (target) =>
        target.withClient(async (rpc, ended) => {
          await rpc.sendRequest('shutdown');
          assert.notEqual(await codeOf(rpc.sendRequest('container/list', {})), 0);
          await rpc.sendNotification('exit');
          assert.equal(await ended, 0);
        }),
    ],
    [
      'exit-without-shutdown',
      'exit without shutdown ends the host with 1',
      'LSP base protocol',
      (target) =>
        target.withClient(async (rpc, ended) => {
          await rpc.sendNotification('exit');
          assert.equal(await ended, 1);
        }),
    ],
    [
      'discover',
      'rpc.discover gives an OpenRPC document that names the methods',
      D8,
      (target) =>
        target.withClient(async (rpc) => {
          const document = await rpc.sendRequest<{ openrpc: string; methods: { name: string }[] }>('rpc.discover', {});
          assert.match(document.openrpc, /^1\./);
          for (const name of ['container/create', 'events/subscribe', 'stream/open']) {
            assert.ok(
              document.methods.some((m) => m.name === name),
              name,
            );
          }
        }),
    ],
    [
      'host-info',
      'host/info answers',
      D8,
      (target) =>
        target.withClient(async (rpc) => {
          assert.ok(await rpc.sendRequest('host/info', {}));
        }),
    ],
  ],
);

/** Collects events of one container from a subscription. */
async function watched(target: Target, body: (rpc: MessageConnection, id: string, seen: Json[]) => Promise<void>) {
  await target.withClient(async (rpc) => {
    const id = target.id();
    const seen: Json[] = [];
    rpc.onNotification('events/event', (event: Json) => {
      if (event['containerId'] === id) seen.push(event);
    });
    await rpc.sendRequest('events/subscribe', {});
    try {
      await body(rpc, id, seen);
    } finally {
      await rpc.sendRequest('container/delete', { id, force: true }).catch(() => undefined);
    }
  });
}

const until = async (what: () => boolean): Promise<void> => {
  const deadline = Date.now() + 30_000;
  while (!what()) {
    if (Date.now() > deadline) throw new Error('what was waited for did not come within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

export const rpcContainers = group(
  'rpc',
  ['container'],
  [
    [
      'whole-life',
      'create, start, wait and delete answer, and their events arrive in order',
      D8,
      (target) =>
        watched(target, async (rpc, id, seen) => {
          assert.equal(
            (await rpc.sendRequest<Json>('container/create', target.createParams(id, ['cmd', '/c', 'exit 5'])))['id'],
            id,
          );
          assert.ok(((await rpc.sendRequest<Json>('container/start', { id }))['pid'] as number) > 0);
          assert.equal((await rpc.sendRequest<Json>('container/wait', { id }))['exitCode'], 5);
          await rpc.sendRequest('container/delete', { id });
          await until(() => seen.some((e) => e['type'] === 'delete'));
          const types = seen.map((e) => e['type']).filter((t) => t !== 'stopping');
          assert.deepEqual(types, ['create', 'start', 'exit', 'delete']);
        }),
    ],
    [
      'exec',
      'exec answers execId and pid, wait with execId its code',
      D8,
      (target) =>
        watched(target, async (rpc, id) => {
          await rpc.sendRequest('container/create', target.createParams(id, ['cmd']));
          await rpc.sendRequest('container/start', { id, stdin: true });
          const { execId, pid } = await rpc.sendRequest<{ execId: string; pid: number }>('container/exec', {
            id,
            process: { args: ['cmd', '/c', 'exit 6'], cwd: 'C:\\' },
          });
          assert.ok(pid > 0);
          assert.equal((await rpc.sendRequest<Json>('container/wait', { id, execId }))['exitCode'], 6);
        }),
    ],
    [
      'stream-from-the-log',
      'stream/open with credit gives the bytes and the end with their number',
      D8,
      (target) =>
        watched(target, async (rpc, id) => {
          await rpc.sendRequest('container/create', target.createParams(id, ['cmd', '/c', 'echo streamed']));
          await rpc.sendRequest('container/start', { id });
          let text = '';
          let bytes: number | undefined;
          rpc.onNotification('stream/data', (m: { data: string }) => {
            text += Buffer.from(m.data, 'base64').toString();
          });
          rpc.onNotification('stream/end', (m: { bytes: number }) => {
            bytes = m.bytes;
          });
          const { streamId } = await rpc.sendRequest<{ streamId: string }>('stream/open', {
            id,
            stream: 'stdout',
            from: 0,
          });
          await rpc.sendRequest('stream/credit', { streamId, bytes: 65536 });
          await until(() => bytes !== undefined);
          assert.match(text, /^streamed\r?\n$/);
          assert.equal(bytes, Buffer.byteLength(text));
        }),
    ],
    [
      'cancel',
      'a cancelled wait answers -32800 at once while the container runs on',
      D8,
      (target) =>
        watched(target, async (rpc, id) => {
          await rpc.sendRequest('container/create', target.createParams(id, ['cmd']));
          await rpc.sendRequest('container/start', { id, stdin: true });
          const source = new CancellationTokenSource();
          const waiting = codeOf(rpc.sendRequest('container/wait', { id }, source.token));
          source.cancel();
          assert.equal(await waiting, -32800);
          assert.equal((await rpc.sendRequest<Json>('container/state', { id }))['status'], 'running');
        }),
    ],
    [
      'timeout',
      'a request with timeoutMs is refused with 1005 when the time is over',
      D8,
      (target) =>
        watched(target, async (rpc, id) => {
          await rpc.sendRequest('container/create', target.createParams(id, ['cmd']));
          await rpc.sendRequest('container/start', { id, stdin: true });
          assert.equal(await codeOf(rpc.sendRequest('container/wait', { id, timeoutMs: 200 })), 1005);
        }),
    ],
    [
      'replay',
      'events/subscribe after a cursor replays what came after it',
      D8,
      (target) =>
        watched(target, async (rpc, id, seen) => {
          await rpc.sendRequest('container/create', target.createParams(id, ['cmd']));
          await until(() => seen.length > 0);
          const cursor = seen[0]?.['cursor'] as number;
          await target.withClient(async (other) => {
            const replayed: Json[] = [];
            other.onNotification('events/event', (event: Json) => {
              replayed.push(event);
            });
            await other.sendRequest('events/subscribe', { after: cursor - 1 });
            await until(() => replayed.some((e) => e['cursor'] === cursor));
          });
        }),
    ],
    [
      'shared-with-the-command-line',
      'a container made over JSON-RPC is seen by the command line, and the other way round',
      'design 1',
      (target) =>
        watched(target, async (rpc, id) => {
          await rpc.sendRequest('container/create', target.createParams(id, ['cmd']));
          assert.equal((await target.json(['state', id])).document['status'], 'created');
          await target.withContainer(['cmd'], async (other) => {
            assert.equal((await rpc.sendRequest<Json>('container/state', { id: other }))['status'], 'created');
          });
        }),
    ],
  ],
);
