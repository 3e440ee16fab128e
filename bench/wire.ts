/** Rows about JSON-RPC: a state request over the engine's socket beside a bare vscode-jsonrpc echo over a socket of its own process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import {
  createMessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { connect } from '#src/rpc/client/index.js';
import type { Installation } from './installation.js';
import { atMost, must, pairwise, type Row } from './measure.js';

const BARE = `
const { createServer } = require('node:net');
const { createMessageConnection, SocketMessageReader, SocketMessageWriter } = require('vscode-jsonrpc/node');
createServer((socket) => {
  const rpc = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  rpc.onRequest('echo', (p) => p);
  rpc.onRequest('pump', async ({ bytes, frame }) => {
    const chunk = Buffer.alloc(frame);
    for (let sent = 0; sent < bytes; sent += frame) {
      await rpc.sendNotification('data', { data: chunk.toString('base64') });
      if (socket.writableNeedDrain) await new Promise((resolve) => socket.once('drain', resolve));
    }
    return {};
  });
  rpc.listen();
}).listen(process.argv[1], () => process.stdout.write('ready'));
`;

export interface Bare {
  readonly rpc: MessageConnection;
  close(): void;
}

/** A connection to a process that has vscode-jsonrpc and nothing else: `echo` answers its parameters, `pump` sends `data`. */
export async function bareConnection({ node, env, home, root }: Installation): Promise<Bare> {
  const path = join(home, 'bare.sock');
  const server = spawn(node, ['-e', BARE, path], { env, stdio: ['ignore', 'pipe', 'inherit'], cwd: root });
  await once(server.stdout, 'data');
  const socket = connectSocket(path);
  const rpc = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  rpc.listen();
  return {
    rpc,
    close: () => {
      rpc.dispose();
      socket.destroy();
      server.kill();
    },
  };
}

/** Has the other side send so many bytes, base64 in notifications of `frame` bytes; resolves when all have been taken. */
export async function pumped(
  rpc: MessageConnection,
  bytes: number,
  frame: number,
  take: (data: string) => void,
): Promise<void> {
  const listening = rpc.onNotification('data', ({ data }: { data: string }) => {
    take(data);
  });
  try {
    await rpc.sendRequest('pump', { bytes, frame });
  } finally {
    listening.dispose();
  }
}

/** Microseconds a request, one after the other. */
async function each(count: number, request: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (let i = 0; i < count; i++) await request();
  return ((performance.now() - began) * 1000) / count;
}

export async function wireRows(installation: Installation, rounds: number, short: boolean): Promise<readonly Row[]> {
  const client = await connect({ home: installation.home, backend: 'simulator' });
  const bare = await bareConnection(installation);
  const id = 'bench-state';
  await client.create({ id, spec: { process: { args: ['true'], cwd: '/' } }, builtinBase: true });
  try {
    const state = await client.state(id);
    const same = JSON.stringify(state);
    const count = short ? 50 : 2000;
    const checked = (answer: unknown): void => {
      must(JSON.stringify(answer) === same, 'another state than before');
    };
    checked(await bare.rpc.sendRequest('echo', state));
    checked(await client.state(id));
    return [
      atMost(
        'container/state over the socket',
        'vscode-jsonrpc echo of the same document',
        'us',
        1.3,
        await pairwise(
          short ? 1 : rounds,
          () => each(count, () => client.state(id)),
          () => each(count, () => bare.rpc.sendRequest('echo', state)),
        ),
      ),
    ];
  } finally {
    await client.delete(id, true);
    await client.close();
    bare.close();
  }
}
