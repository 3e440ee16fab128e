/** Local sockets (Unix socket, named pipe) with the handshake done. */
import { chmodSync } from 'node:fs';
import { connect, createServer, type OnReadOpts, type Server, type Socket } from 'node:net';
import { RuntimeError, type ErrorCode } from '../../core/errors.js';
import type { Tracer } from '../../core/ports.js';
import { checkedSocketPath } from '../../home/sockets.js';
import { HANDSHAKE, proveAsClient, proveAsEngine } from './handshake.js';

export interface SocketAddress {
  /** Path of a Unix socket (at most 100 bytes) or `\\.\pipe\` name. */
  readonly endpoint: string;
  /** 64 hex digits from `engine.json`. */
  readonly key: string;
}

export interface ConnectSocketOptions extends SocketAddress {
  /** Bound of connect and handshake together; default 5 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * A proven connection. Rejects with unavailable (nobody listens, or silence), permissionDenied (not ours to open, or the
 * other side does not know the key), cancelled.
 */
export async function connectSocket(options: ConnectSocketOptions): Promise<Socket> {
  const timeoutMs = options.timeoutMs ?? 5000;
  const socket = await openSocket(options.endpoint, timeoutMs, options.signal);
  await proveAsClient(socket, { ...options, timeoutMs });
  return socket;
}

/** A raw connection, without a handshake. With `onread` bytes come into its one buffer, and no `data` events. */
export async function openSocket(
  endpoint: string,
  timeoutMs: number,
  signal?: AbortSignal,
  onread?: OnReadOpts,
): Promise<Socket> {
  const path = checkedSocketPath(endpoint);
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(new RuntimeError('cancelled', 'connecting was cancelled'));
      return;
    }
    const socket = connect(onread === undefined ? { path } : { path, onread });
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('connect', onConnect).off('error', onError);
    };
    const fail = (error: RuntimeError): void => {
      settle();
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => {
      fail(new RuntimeError('cancelled', 'connecting was cancelled'));
    };
    const onConnect = (): void => {
      settle();
      resolve(socket);
    };
    const onError = (error: NodeJS.ErrnoException): void => {
      fail(connectError(endpoint, error));
    };
    const timer = setTimeout(() => {
      fail(
        new RuntimeError('unavailable', `no connection to ${endpoint} within ${timeoutMs} ms`, { phase: HANDSHAKE }),
      );
    }, timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.on('connect', onConnect).on('error', onError);
  });
}

function connectError(endpoint: string, error: NodeJS.ErrnoException): RuntimeError {
  const refused = error.code === 'EACCES' || error.code === 'EPERM';
  const code: ErrorCode = refused ? 'permissionDenied' : 'unavailable';
  const hint = refused
    ? 'the engine runs elevated or as another user: use the same elevation, or another --home'
    : undefined;
  // Linux says so when more want to connect than can wait: somebody listens.
  const isSilent = error.code === 'EAGAIN';
  return new RuntimeError(
    code,
    `cannot connect to ${endpoint}: ${error.code ?? error.message}`,
    { ...(hint === undefined ? {} : { hint }), ...(isSilent ? { phase: HANDSHAKE } : {}) },
    { cause: error },
  );
}

export interface ListenOptions extends SocketAddress {
  /** Called with each connection that has proven the key. */
  readonly onConnection: (socket: Socket) => void;
  readonly tracer?: Tracer;
  readonly handshakeTimeoutMs?: number;
  /** Closes the pipe to other users. Until it has, whoever connects is turned away: nobody has been told the name yet. */
  readonly close?: (endpoint: string) => Promise<void>;
}

export interface SocketServer {
  readonly server: Server;
  /** Stops listening and frees the endpoint; connections stay. */
  close(): void;
}

/**
 * Listens at the endpoint, for this user only. The endpoint must be free: the holder of the home lock removes stale sockets.
 * Sockets are half-open: a client that has said everything still gets its answers.
 */
export async function listenSocket(options: ListenOptions): Promise<SocketServer> {
  const path = checkedSocketPath(options.endpoint);
  let closed = options.close === undefined;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    if (!closed) {
      socket.on('error', () => undefined).destroy();
      return;
    }
    proveAsEngine(socket, {
      key: options.key,
      endpoint: options.endpoint,
      ...(options.handshakeTimeoutMs === undefined ? {} : { timeoutMs: options.handshakeTimeoutMs }),
    }).then(
      () => {
        options.onConnection(socket);
      },
      (error: unknown) => {
        options.tracer?.log('warn', 'connection refused', {
          why: error instanceof Error ? error.message : String(error),
        });
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new RuntimeError(
          'unavailable',
          `cannot listen at ${path}: ${error.code ?? error.message}`,
          {},
          { cause: error },
        ),
      );
    });
    server.listen({ path, readableAll: false, writableAll: false }, () => {
      server.removeAllListeners('error');
      server.on('error', (error) => options.tracer?.log('error', 'socket server failed', { why: error.message }));
      if (process.platform !== 'win32') chmodSync(path, 0o600);
      resolve();
    });
  });
  try {
    await options.close?.(path);
  } catch (e) {
    server.close();
    throw e;
  }
  closed = true;
  return {
    server,
    close: () => {
      server.close();
    },
  };
}
