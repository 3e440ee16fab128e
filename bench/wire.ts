/** Rows about JSON-RPC: a state request over the engine's socket beside a bare vscode-jsonrpc echo over a socket of its own process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import { connect } from '#src/rpc/client/index.js';
import type { Installation } from './installation.js';
import { atMost, pairwise, type Row } from './measure.js';

const ECHO = `
const { createServer } = require('node:net');
const { createMessageConnection, SocketMessageReader, SocketMessageWriter } = require('vscode-jsonrpc/node');
createServer((socket) => {
  const rpc = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  rpc.onRequest('echo', (p) => p);
  rpc.listen();
}).listen(process.argv[1], () => process.stdout.write('ready'));
`;

/** Microseconds a request, one after the other. */
async function each(count: number, request: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (let i = 0; i < count; i++) await request();
  return ((performance.now() - began) * 1000) / count;
}

export async function wireRows(installation: Installation, rounds: number, short: boolean): Promise<readonly Row[]> {
  const { node, env, home } = installation;
  const client = await connect({ home, backend: 'simulator' });
  const path = join(home, 'echo.sock');
  const server = spawn(node, ['-e', ECHO, path], { env, stdio: ['ignore', 'pipe', 'inherit'], cwd: installation.root });
  await once(server.stdout, 'data');
  const socket = connectSocket(path);
  const echo = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  echo.listen();
  const id = 'bench-state';
  await client.create({ id, spec: { process: { args: ['true'], cwd: '/' } }, builtinBase: true });
  try {
    const state = await client.state(id);
    const count = short ? 50 : 2000;
    return [
      atMost(
        'container/state over the socket',
        'vscode-jsonrpc echo of the same document',
        'us',
        1.3,
        await pairwise(
          short ? 1 : rounds,
          () => each(count, () => client.state(id)),
          () => each(count, () => echo.sendRequest('echo', state)),
        ),
      ),
    ];
  } finally {
    await client.delete(id, true);
    await client.close();
    echo.dispose();
    socket.destroy();
    server.kill();
  }
}
