/** The engine of a home as any JSON-RPC program meets it: vscode-jsonrpc and the handshake, nothing of our client. */
import type { Socket } from 'node:net';
import { join } from 'node:path';
import {
  createMessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { readEngineFile } from '#src/home/engineFile.js';
import { connectSocket } from '#src/rpc/transport/socket.js';

export interface Peer {
  readonly rpc: MessageConnection;
  readonly socket: Socket;
  close(): void;
}

export async function enginePeer(home: string): Promise<Peer> {
  const file = readEngineFile(join(home, 'engine.json'));
  if (file === null) throw new Error('no engine runs');
  const socket = await connectSocket({ endpoint: file.endpoint, key: file.key });
  const rpc = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  rpc.listen();
  // The handshake leaves it paused.
  socket.resume();
  await rpc.sendRequest('initialize', { protocolVersions: [1], capabilities: { events: { batch: true } } });
  return {
    rpc,
    socket,
    close: () => {
      rpc.dispose();
      socket.destroy();
    },
  };
}
