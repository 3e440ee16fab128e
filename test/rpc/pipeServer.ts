/** A private pipe as the bridge's relay offers one: one reader, which must show the token first. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { PrivatePipe } from '#src/core/ports.js';

export interface PipeServer {
  readonly pipe: PrivatePipe;
  /** The reader, after its token. */
  readonly connected: Promise<Socket>;
}

const TOKEN = 'ab'.repeat(32);

export function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hcs-rpc-'));
  t.teardown(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

export async function pipeServer(t: ExecutionContext): Promise<PipeServer> {
  const path =
    process.platform === 'win32'
      ? `\\\\.\\pipe\\hcs-rpc-test-${process.pid}-${Math.random().toString(36).slice(2)}`
      : join(folder(t), 'p.sock');
  let accept!: (socket: Socket) => void;
  const connected = new Promise<Socket>((resolve) => (accept = resolve));
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    server.close();
    socket.on('error', () => undefined);
    t.teardown(() => socket.destroy());
    let seen = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk]);
      if (seen.length < TOKEN.length) return;
      socket.pause();
      socket.off('data', onData);
      if (seen.toString('latin1', 0, TOKEN.length) !== TOKEN) socket.destroy();
      if (seen.length > TOKEN.length) socket.unshift(seen.subarray(TOKEN.length));
      accept(socket);
    };
    socket.on('data', onData);
  });
  t.teardown(() => server.close());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { pipe: { path, token: TOKEN }, connected };
}

/** All that a socket reads until its end. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
