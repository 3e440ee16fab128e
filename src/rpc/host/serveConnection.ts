/**
 * Serves one client: `initialize` first, then requests by the table, until `exit`, the end of input, or a broken frame. A
 * connection that is over frees everything that it held: requests are aborted, streams, pipes and subscriptions closed.
 */
import { setMaxListeners } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { createMessageConnection, type CancellationToken, type MessageConnection } from 'vscode-jsonrpc/node';
import { RuntimeError } from '../../core/errors.js';
import type { LogReader, Tracer } from '../../core/ports.js';
import type { Runtime } from '../../core/runtime.js';
import { decodeOrThrow } from '../decode.js';
import { protocolError, RPC, toResponseError } from '../errors.js';
import {
  isMethod,
  METHODS,
  NOTIFICATIONS,
  type HostInfo,
  type Notification,
  type NoticeOf,
  type RequestDefinition,
  type ResultOf,
} from '../protocol.js';
import type { FrameLimits, Framing } from '../transport/frames.js';
import { FramedReader, type Refusal } from '../transport/reader.js';
import { FramedWriter } from '../transport/writer.js';
import { dispatch, type DispatchedMethod } from './dispatch.js';
import { hangUp } from './hangUp.js';
import { negotiate } from './negotiate.js';
import { LargeAnswers } from './largeAnswers.js';
import { LeftStdin } from './leftStdin.js';
import { StdioPipes } from './pipes.js';
import type { HostControl, Sent, Session } from './session.js';
import { StreamTable } from './streamTable.js';
import { SubscriptionTable } from './subscriptionTable.js';
import { Tethers } from './tethers.js';
import { watchProcess } from './watchProcess.js';

export interface ServeOptions {
  readonly readable: Readable;
  readonly writable: Writable;
  readonly framing?: Framing;
  readonly limits?: FrameLimits;
  /** May be still on its way: `initialize` is answered without it. Its rejection fails each request. */
  readonly runtime: Runtime | Promise<Runtime>;
  readonly logs: LogReader;
  readonly info: HostInfo;
  readonly control: HostControl;
  /** The client is on this machine and may open private pipes itself. */
  readonly local: boolean;
  readonly tracer: Tracer;
  /** stdin that connections have left open, of all connections of an engine. */
  readonly left?: LeftStdin;
  /** End the connection when `initialize.processId` dies. For a host on its client's own stdio. */
  readonly watchClient?: boolean;
  /** Hears of each request when it has been answered: method, `ok` or `error <code>`, time. Never of its parameters. */
  readonly onRequest?: ((method: string, outcome: string, ms: number) => void) | undefined;
}

export interface HostConnection {
  /** Resolves when everything the connection held is free. Never rejects. */
  readonly closed: Promise<void>;
  /** `shutdown` was answered before the end: the status of a stdio host. */
  readonly shutdownSeen: boolean;
  /** Ends it now. `reason` goes to the log. */
  close(reason: string): void;
}

export function serveConnection(options: ServeOptions): HostConnection {
  const served = new Connection(options);
  served.listen();
  return served;
}

/** How long answers are still made for a client that has said everything. */
const DRAIN_MS = 1500;
/** Requests of one client at the same time. */
const MAX_PENDING = 16_384;

class Connection implements HostConnection {
  readonly closed: Promise<void>;
  private state: 'new' | 'ready' | 'shutdown' | 'closed' = 'new';
  private wasShutdown = false;
  /** Requests read and not answered yet. */
  private pending = 0;
  /** The library would drop one of two requests of the same id. */
  private readonly unanswered = new Set<string | number>();
  private draining = false;
  private traced = false;
  private readonly over = new AbortController();
  private readonly reader: FramedReader;
  private readonly writer: FramedWriter;
  private readonly rpc: MessageConnection;
  private readonly session: Session;
  private unwatch: (() => void) | null = null;
  private resolveClosed!: () => void;

  constructor(private readonly options: ServeOptions) {
    const { readable, writable, tracer } = options;
    this.closed = new Promise((resolve) => (this.resolveClosed = resolve));
    // One for each request under way.
    setMaxListeners(0, this.over.signal);
    const framing = options.framing ?? 'content-length';
    const large = new LargeAnswers(() => this.writer.queuedBytes);
    this.writer = new FramedWriter(writable, {
      framing,
      pressure: (high) => {
        // A client that does not read is not listened to either: nothing piles up.
        if (high) this.reader.pause();
        else this.reader.resume();
        if (!high) large.relieved();
      },
      oversized: (what, bytes) => {
        tracer.log('warn', 'message too large to send', { what, bytes });
      },
      answered: (id) => {
        if (id !== null) this.unanswered.delete(id);
      },
    });
    this.reader = new FramedReader(readable, {
      framing,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      request: (id) => {
        if (this.unanswered.has(id)) return `request ${shortened(String(id))} is not answered yet: ids must differ`;
        this.unanswered.add(id);
        this.pending++;
        return null;
      },
      refused: (refusal) => {
        this.refused(refusal);
      },
      ended: () => {
        this.drain();
      },
    });
    this.rpc = createMessageConnection(this.reader, this.writer);
    const runtime = Promise.resolve(options.runtime);
    // Each request that needs it reports it.
    runtime.catch(() => undefined);
    this.session = {
      runtime,
      logs: options.logs,
      info: options.info,
      control: options.control,
      tracer,
      pipes: new StdioPipes(),
      left: options.left ?? new LeftStdin(),
      streams: new StreamTable(),
      subscriptions: new SubscriptionTable(),
      tethers: new Tethers(runtime, tracer),
      signal: this.over.signal,
      notify: (name, params) => this.notify(name, params),
      notifyJson: (name, params) =>
        this.sent(() => this.writer.sendText(name, `{"jsonrpc":"2.0","method":"${name}","params":${params}}`)),
      large: (make) => large.run(make),
      // The library hands over an answer in the microtasks after its handler has settled.
      afterAnswer: (action) => void setImmediate(action),
    };
  }

  get shutdownSeen(): boolean {
    return this.state === 'shutdown' || this.wasShutdown;
  }

  listen(): void {
    this.rpc.onRequest((method, params, token) => this.request(method, params, token));
    this.rpc.onNotification((method, params) => {
      this.notified(method, params);
    });
    this.rpc.onClose(() => {
      this.lost('the client is gone');
    });
    this.rpc.onError(([error]) => {
      this.options.tracer.log('info', 'connection failed', { why: error.message });
    });
    this.rpc.listen();
  }

  close(reason: string): void {
    if (this.state === 'closed') return;
    this.wasShutdown = this.state === 'shutdown';
    this.state = 'closed';
    this.options.tracer.log('info', 'connection closed', { why: reason });
    this.unwatch?.();
    this.session.subscriptions.dispose();
    this.session.streams.dispose();
    this.session.left.keepUnopened(this.session.pipes);
    this.over.abort();
    // Answers of the requests just aborted are still written.
    setImmediate(() => {
      this.rpc.dispose();
      hangUp(this.options.readable, this.options.writable, this.resolveClosed);
    });
  }

  /** The client's end of it, not ours: what was tethered to it ends with it. */
  private lost(reason: string): void {
    if (this.state !== 'closed') this.session.tethers.cut();
    this.close(reason);
  }

  /** The client will say nothing more: what it asked for is still answered, for a while. */
  private drain(): void {
    if (this.state === 'closed' || this.draining) return;
    this.draining = true;
    this.session.streams.leaving();
    const timer = setTimeout(() => {
      this.lost('end of input');
    }, DRAIN_MS);
    void this.closed.then(() => {
      clearTimeout(timer);
    });
    this.settleDrain();
  }

  private settleDrain(): void {
    if (this.draining && this.pending === 0) this.lost('end of input');
  }

  private async request(method: string, params: unknown, token: CancellationToken): Promise<unknown> {
    const begun = performance.now();
    let outcome = 'ok';
    try {
      return await this.answer(method, params, token);
    } catch (error) {
      const refused = toResponseError(error);
      outcome = `error ${refused.code}`;
      throw refused;
    } finally {
      const ms = performance.now() - begun;
      this.trace(method, outcome, ms);
      this.options.onRequest?.(shortened(method), outcome, ms);
      this.session.afterAnswer(() => {
        this.pending--;
        this.settleDrain();
      });
    }
  }

  private answer(method: string, params: unknown, token: CancellationToken): unknown {
    if (this.state === 'closed') throw new RuntimeError('cancelled', 'the connection is over');
    if (method === 'initialize') return this.initialize(params);
    if (this.state === 'new') {
      throw protocolError(RPC.notInitialized, 'failedPrecondition', 'the first request must be initialize');
    }
    if (this.state === 'shutdown') {
      throw protocolError(RPC.request, 'failedPrecondition', 'only exit may follow shutdown');
    }
    if (!isMethod(method)) {
      throw protocolError(
        RPC.method,
        'unsupported',
        `no method ${shortened(method)}`,
        'rpc.discover lists the methods',
      );
    }
    if (method === 'shutdown') {
      this.state = 'shutdown';
      return {};
    }
    if (this.pending > MAX_PENDING) {
      throw new RuntimeError('unavailable', `this connection waits for ${MAX_PENDING} answers already`);
    }
    // `initialize` was answered above.
    return dispatch(method as DispatchedMethod, params, this.session, token);
  }

  private initialize(input: unknown): ResultOf<'initialize'> {
    if (this.state !== 'new') {
      throw protocolError(RPC.request, 'failedPrecondition', 'initialize may be sent only once');
    }
    const params = decodeOrThrow(METHODS.initialize.params, input ?? {}, 'initialize parameters');
    const answer = negotiate(params, this.options.info, this.options.local);
    this.state = 'ready';
    this.session.subscriptions.batched = params.capabilities?.events?.batch ?? false;
    this.watch(params.processId ?? null);
    return answer;
  }

  private watch(pid: number | null): void {
    if (pid === null || this.options.watchClient !== true) return;
    this.unwatch = watchProcess(pid, () => {
      this.lost(`the client's process ${pid} is gone`);
    });
    if (this.unwatch === null) this.options.tracer.log('warn', 'no such client process: not watched', { pid });
  }

  private notified(method: string, params: unknown): void {
    if (method === 'exit') {
      this.lost('exit');
      return;
    }
    if (this.state !== 'ready') return;
    if (method === '$/setTrace') {
      const decoded = NOTIFICATIONS['$/setTrace'].params.decode(params);
      if (decoded._tag === 'Right') this.traced = decoded.right.value !== 'off';
      return;
    }
    if (!isMethod(method)) return;
    const definition: RequestDefinition = METHODS[method];
    if (!definition.unanswered) return;
    dispatch(method as DispatchedMethod, params, this.session, null).catch((error: unknown) => {
      // Data and credit for a stream that has just ended are usual; the code says enough of the rest.
      if (this.traced) this.trace(method, `error ${toResponseError(error).code}`, 0);
    });
  }

  private refused({ id, code, message, fatal }: Refusal): void {
    const { tracer } = this.options;
    tracer.log(fatal ? 'error' : 'warn', 'message refused', { why: message, fatal });
    const error = protocolError(code, 'invalidRequest', message).toJson();
    this.writer.write({ jsonrpc: '2.0', id, error } as never).catch(() => undefined);
    if (fatal) this.lost(message);
  }

  private notify<N extends Notification>(name: N, params: NoticeOf<N>): Sent {
    return this.sent(() => this.writer.send({ jsonrpc: '2.0', method: name, params } as never));
  }

  private sent(send: () => Sent): Sent {
    if (this.state === 'closed') return { bytes: 0, taken: Promise.resolve() };
    const { bytes, taken } = send();
    return { bytes, taken: taken.catch(() => undefined) };
  }

  /** Method, outcome and time only: parameters may hold secrets. */
  private trace(method: string, outcome: string, ms: number): void {
    if (this.traced) this.notify('$/logTrace', { message: `${shortened(method)} ${outcome} ${ms.toFixed(1)} ms` });
  }
}

const shortened = (method: string): string => (method.length > 80 ? `${method.slice(0, 77)}...` : method);
