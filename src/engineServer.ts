/** The engine around the runtime: its socket, its clients, its end. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { RuntimeError, toRuntimeError } from './core/errors.js';
import type { RuntimeHost } from './core/runtime/index.js';
import type { EngineLog } from './engineLog.js';
import { EngineTrace, TRACE_TOPICS, traceTopics } from './engineTrace.js';
import { removeEngineFile, writeEngineFile, type EngineFile } from './home/engineFile.js';
import { packageVersion } from './home/packageVersion.js';
import type { HomePaths } from './home/paths.js';
import { newEndpoint, removeStaleEndpoints, socketFolder } from './home/sockets.js';
import { hostInfo, type Backend } from './hostTarget.js';
import { watchIdle, type Idle } from './idle.js';
import { closePipe } from './home/windowsAccess.js';
import { assemble, PRIVATE_TOOL, type Assembly } from './production.js';
import { LeftStdin } from './rpc/host/leftStdin.js';
import { serveConnection, type HostConnection } from './rpc/host/serveConnection.js';
import type { HostControl } from './rpc/host/session.js';
import { PROTOCOL_VERSIONS, type EngineStatus } from './rpc/protocol.js';
import { listenSocket, type SocketServer } from './rpc/transport/socket.js';

export interface EngineOptions {
  readonly paths: HomePaths;
  readonly backend: Backend;
  readonly idleMs: number;
  readonly standalone: boolean;
  readonly log: EngineLog;
}

/** An engine whose parts did not start only tells its clients why, and ends when they have heard. */
const FAILED_IDLE_MS = 500;
/** What a container that has ended leaves to do is done in less. */
const FINISH_MS = 2000;
const LIVING: ReadonlySet<string> = new Set(['created', 'running', 'paused', 'stopping', 'lost']);
/** Then the process ends anyway: HCS keeps what runs, the store has what was told. */
const END_BOUND_MS = 15_000;

export class Engine {
  /** Resolves when everything has ended. */
  readonly ended: Promise<void>;
  failed = false;
  readonly #clients = new Set<HostConnection>();
  readonly #startedAt = new Date().toISOString();
  readonly #version = packageVersion();
  readonly #resolveEnded: () => void;
  readonly #trace: EngineTrace | undefined;
  #runtime: RuntimeHost | null = null;
  #assembly: Assembly | null = null;
  #server: SocketServer | null = null;
  #idle: Idle | null = null;
  #ending = false;

  constructor(private readonly options: EngineOptions) {
    let resolve!: () => void;
    this.ended = new Promise((done) => (resolve = done));
    this.#resolveEnded = resolve;
    const { paths, log } = options;
    const wish = process.env['HCS_TRACE'];
    for (const word of traceTopics(wish).unknown)
      log.log('warn', 'HCS_TRACE names what is no topic', { word, topics: TRACE_TOPICS.join(',') });
    this.#trace = EngineTrace.from(paths.traceLog, wish);
  }

  /** Starts the parts and listens; resolves once clients can connect. Their requests wait for the runtime. */
  async listen(): Promise<EngineFile> {
    const { paths, backend, log, standalone } = this.options;
    log.log('info', 'the engine starts', { pid: process.pid, version: this.#version, backend, node: process.version });
    const sockets = socketFolder();
    const file: EngineFile = {
      protocol: Math.max(...PROTOCOL_VERSIONS),
      pid: process.pid,
      endpoint: newEndpoint('e', paths.home, sockets),
      key: randomBytes(32).toString('hex'),
      version: this.#version,
      startedAt: this.#startedAt,
      backend,
      standalone,
    };
    const socket = this.#open(file, sockets);
    const assembly = assemble({ paths, backend, sockets, tracer: log, trace: this.#trace, listening: socket });
    this.#assembly = assembly;
    assembly.runtime.then(
      (runtime) => {
        this.#started(runtime);
      },
      (e: unknown) => {
        this.#notStarted(e);
      },
    );
    await socket;
    return file;
  }

  /** Listens, and lets clients know. */
  async #open(file: EngineFile, sockets: string): Promise<void> {
    const { paths, log, standalone } = this.options;
    removeStaleEndpoints('e', paths.home, sockets);
    this.#server = await listenSocket({
      endpoint: file.endpoint,
      key: file.key,
      tracer: log,
      onConnection: (socket) => {
        this.#serve(socket);
      },
      ...(process.platform === 'win32' ? { close: (pipe: string) => closePipe(PRIVATE_TOOL, pipe) } : {}),
    });
    writeEngineFile(paths.engineFile, standalone ? { ...file, key: '' } : file);
  }

  #started(runtime: RuntimeHost): void {
    const { log, idleMs, standalone } = this.options;
    log.log('info', 'the runtime is ready', { ms: Math.round(performance.now()) });
    this.#runtime = runtime;
    if (standalone || this.#ending) return;
    this.#idle = watchIdle(
      idleMs,
      () => this.#clients.size > 0 || runtime.busy(),
      () => void this.end('idle'),
    );
    runtime.onIdleChange(() => this.#idle?.check());
  }

  #notStarted(e: unknown): void {
    if (this.#ending) return;
    const error = toRuntimeError(e);
    this.options.log.log('error', `the engine cannot work: ${error.message}`, { hint: error.details.hint ?? '' });
    this.failed = true;
    this.#idle = watchIdle(
      FAILED_IDLE_MS,
      () => this.#clients.size > 0,
      () => void this.end('it could not start'),
    );
  }

  #serve(socket: Socket): void {
    const assembly = this.#assembly;
    if (this.#ending || assembly === null) {
      socket.destroy();
      return;
    }
    const { paths, backend, log } = this.options;
    const connection = serveConnection({
      readable: socket,
      writable: socket,
      runtime: assembly.runtime,
      logs: assembly.logs,
      info: hostInfo(backend, paths.home, this.#version),
      control: this.#control,
      local: true,
      left: this.#left,
      tracer: log,
      onRequest: this.#trace?.onRequest,
    });
    this.#clients.add(connection);
    this.#idle?.check();
    void connection.closed.then(() => {
      this.#clients.delete(connection);
      this.#idle?.check();
    });
  }

  readonly #left = new LeftStdin();

  readonly #control: HostControl = {
    status: (): EngineStatus => ({
      running: true,
      pid: process.pid,
      version: this.#version,
      startedAt: this.#startedAt,
      backend: this.options.backend,
      clients: this.#clients.size,
      home: this.options.paths.home,
    }),
    stop: async ({ force, idle }) => {
      if (!force && this.#clients.size > 1) {
        throw new RuntimeError('failedPrecondition', `${this.#clients.size - 1} other clients are connected`, {
          hint: 'use --force to end the engine all the same; containers live on',
        });
      }
      // Others may have come while it was looked at.
      if (idle && (!(await this.#nothingRuns()) || this.#clients.size > 1))
        throw new RuntimeError('failedPrecondition', 'the engine is in use');
      setImmediate(() => void this.end(idle ? 'a newer one takes its place' : 'asked to stop'));
    },
  };

  /** False while a container lives. What is only being finished is waited for. */
  async #nothingRuns(): Promise<boolean> {
    const runtime = await this.#assembly?.runtime.catch(() => null);
    // It could not start.
    if (runtime === null || runtime === undefined) return true;
    await runtime.reattached;
    const { items } = await runtime.list(false);
    if (items.some(({ status }) => LIVING.has(status))) return false;
    return new Promise((resolve) => {
      const settle = (): void => {
        unlisten();
        clearTimeout(timer);
        resolve(!runtime.busy());
      };
      const unlisten = runtime.onIdleChange(settle);
      const timer = setTimeout(settle, FINISH_MS);
      if (!runtime.busy()) settle();
    });
  }

  /** The orderly end: nobody new is let in, clients are told by the end of their connection, containers run on. Idempotent. */
  async end(why: string): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    const { log, paths } = this.options;
    log.log('info', 'the engine ends', { why, clients: this.#clients.size, busy: this.#runtime?.busy() ?? false });
    setTimeout(() => {
      log.log('error', 'the end took too long');
      this.#resolveEnded();
    }, END_BOUND_MS).unref();
    this.#idle?.stop();
    removeEngineFile(paths.engineFile, process.pid);
    this.#server?.close();
    const clients = [...this.#clients];
    for (const client of clients) client.close(why);
    await Promise.all(clients.map((client) => client.closed));
    await this.#assembly?.close();
    log.log('info', 'the engine has ended');
    this.#resolveEnded();
  }
}
