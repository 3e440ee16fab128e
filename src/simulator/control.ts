import type { Socket } from 'node:net';
import {
  createMessageConnection,
  ErrorCodes,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { decodeRule } from './faults.js';
import type { Server } from './server.js';
import { SERVICE_VERSION } from './version.js';

/** How long `status` waits for a client's own counts. */
const COUNT_BOUND_MS = 1000;

/**
 * Control connections (docs/simulator-wire.md, 3). Requests: `status`, `trace/list {after?, limit?}`, `trace/follow` (then
 * notifications `trace/entry`), `trace/unfollow`, `fault/set {rule}` -> `{id}`, `fault/clear {id?}` -> `{cleared}`, `fault/list`,
 * `shutdown`.
 */
export function serveControl(socket: Socket, server: Server): MessageConnection {
  const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
  const { service } = server;
  let unfollow: (() => void) | undefined;
  const stop = (): void => {
    unfollow?.();
    unfollow = undefined;
  };

  connection.onRequest('status', () => statusOf(server));
  connection.onRequest('trace/list', (params: unknown) => ({
    items: service.trace.list(numberIn(params, 'after'), numberIn(params, 'limit')),
  }));
  connection.onRequest('trace/follow', () => {
    unfollow ??= service.trace.follow((entry) => {
      void connection.sendNotification('trace/entry', entry).catch(stop);
    });
    return {};
  });
  connection.onRequest('trace/unfollow', () => {
    stop();
    return {};
  });
  connection.onRequest('fault/set', (params: unknown) => {
    const rule = decodeRule(memberOf(params, 'rule') ?? params);
    return typeof rule === 'string'
      ? new ResponseError(ErrorCodes.InvalidParams, rule)
      : { id: service.faults.set(rule) };
  });
  connection.onRequest('fault/clear', (params: unknown) => ({ cleared: service.faults.clear(numberIn(params, 'id')) }));
  connection.onRequest('fault/list', () => ({ items: service.faults.list() }));
  connection.onRequest('shutdown', () => {
    // The answer is written in the next turn; the connection is closed only after it.
    setImmediate(() =>
      setImmediate(() => {
        server.stop('asked to');
      }),
    );
    return {};
  });
  connection.onClose(stop);
  connection.onError(() => {
    socket.destroy();
  });
  connection.listen();
  return connection;
}

/** `handles`: of all connections, systems and processes. `strings`: out-strings that clients have not freed. */
async function statusOf(server: Server): Promise<object> {
  const { service } = server;
  const clients = [...server.clients];
  const counts = await Promise.all(clients.map((client) => client.count(COUNT_BOUND_MS)));
  const sum = (of: (client: (typeof clients)[number]) => number): number =>
    clients.reduce((total, client) => total + of(client), 0);
  return {
    pid: process.pid,
    version: SERVICE_VERSION,
    build: service.options.build,
    computeSystems: service.systemCount,
    processes: service.systems.reduce((total, system) => total + [...system.processes.running()].length, 0),
    handles: sum((client) => client.handles.size),
    registrations: sum((client) => client.handles.registrations),
    strings: counts.reduce((total, count) => total + (count?.strings ?? 0), 0),
    clients: clients.filter((client) => client.greeted).length,
    launchers: service.silos.size,
  };
}

function memberOf(params: unknown, name: string): unknown {
  return typeof params === 'object' && params !== null ? (params as Record<string, unknown>)[name] : undefined;
}

function numberIn(params: unknown, name: string): number | undefined {
  const value = memberOf(params, name);
  return typeof value === 'number' ? value : undefined;
}
