/**
 * The wire under the typed client: requests by the table, cancellation, deadlines, and one `unavailable` error for all that
 * waits when the connection goes.
 */
import type { Readable, Writable } from 'node:stream';
import {
  CancellationTokenSource,
  createMessageConnection,
  ParameterStructures,
  ResponseError,
  type MessageConnection,
  type MessageStrategy,
} from 'vscode-jsonrpc/node';
import { RuntimeError } from '../../core/errors.js';
import type { CallContext } from '../../core/runtime.js';
import { issuesOf } from '../decode.js';
import { fromResponseError, RPC } from '../errors.js';
import {
  MAX_MESSAGE_BYTES,
  METHODS,
  type Method,
  type Notification,
  type NoticeOf,
  type ParamsOf,
  type RequestDefinition,
  type ResultOf,
} from '../protocol.js';
import type { Framing } from '../transport/frames.js';
import { parseTrusted } from '../transport/json.js';
import { FramedReader } from '../transport/reader.js';
import { FramedWriter } from '../transport/writer.js';
import { isLeft } from 'fp-ts/lib/Either.js';

/** Beyond the bound that the host keeps itself: then the host is taken to hang. */
const HOST_GRACE_MS = 5000;
const CLOSE_MS = 1000;
/** Answers whose items may be of a newer kind than this client knows. */
const UNCHECKED: ReadonlySet<Method> = new Set<Method>(['events/list', 'rpc.discover']);

/** Parameters without what the call context adds. */
export type Arguments<M extends Method> = Omit<ParamsOf<M>, 'timeoutMs'> & { readonly timeoutMs?: number };

export class ClientConnection {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  private readonly rpc: MessageConnection;
  private resolveClosed!: () => void;
  /** Messages read and not handled yet. */
  private unhandled = 0;
  /** Why the connection is ending; null: it is not. */
  private ending: string | null = null;
  private greeting: Promise<unknown> | null = null;
  private failure: RuntimeError | null = null;
  /** Bytes of the message just refused by the writer; 0: it was not. */
  private oversized = 0;
  /** Who hears of the steps of a request, by its workDoneToken. */
  private readonly progress = new Map<string | number, NonNullable<CallContext['progress']>>();
  private lastToken = 0;

  constructor(
    private readonly readable: Readable,
    private readonly writable: Writable,
    framing: Framing = 'content-length',
  ) {
    this.closed = new Promise((resolve) => (this.resolveClosed = resolve));
    // Also after the end: a socket that is thrown away may still fail.
    for (const stream of [readable, writable]) stream.on('error', () => undefined);
    const reader = new FramedReader(readable, {
      framing,
      parse: parseTrusted,
      received: () => {
        this.unhandled++;
      },
      refused: ({ message, fatal }) => {
        if (fatal) this.ends(`the host's answer is not JSON-RPC: ${message}`);
      },
      ended: () => {
        this.ends('the connection to the host has ended');
      },
    });
    const writer = new FramedWriter(writable, {
      framing,
      oversized: (_, bytes) => {
        this.oversized = bytes;
      },
    });
    // The library takes one message in each turn: what came before the end is still handled.
    const messageStrategy: MessageStrategy = {
      handleMessage: (message, next) => {
        const handled = next(message);
        this.unhandled--;
        if (this.ending !== null) this.ends(this.ending);
        return handled;
      },
    };
    this.rpc = createMessageConnection(reader, writer, undefined, { messageStrategy });
    this.onNotification('$/progress', ({ token, value: { message, percentage } }) => {
      if (message === undefined) return;
      this.progress.get(token)?.({ message, ...(percentage === undefined ? {} : { percentage }) });
    });
    this.rpc.onClose(() => {
      this.ends('the connection to the host has ended');
    });
    this.rpc.onError(([error]) => {
      this.ends(`the connection to the host failed: ${error.message}`);
    });
    this.rpc.listen();
  }

  /** Why the connection is of no use any more; null while it is. */
  get error(): RuntimeError | null {
    return this.failure;
  }

  /** Sends a request now (in call order) and waits for its answer. */
  async request<M extends Method>(method: M, params: Arguments<M>, context: CallContext = {}): Promise<ResultOf<M>> {
    if (this.ending !== null) await this.closed;
    if (this.failure !== null) throw this.failure;
    if (context.signal?.aborted === true) throw cancelled(method);
    const timed = context.timeoutMs === undefined ? params : { ...params, timeoutMs: context.timeoutMs };
    const workDoneToken = context.progress === undefined ? null : this.listen(context.progress);
    const sent = workDoneToken === null ? timed : { ...timed, workDoneToken };
    try {
      return checked(method, await this.exchange(method, sent, context));
    } catch (error) {
      if (method !== 'initialize' && isResponse(error, RPC.notInitialized)) await this.greeting;
      if (this.isEnding()) await this.closed;
      throw this.error ?? fromResponseError(error);
    } finally {
      if (workDoneToken !== null) this.progress.delete(workDoneToken);
    }
  }

  private listen(progress: NonNullable<CallContext['progress']>): string {
    const token = `p${++this.lastToken}`;
    this.progress.set(token, progress);
    return token;
  }

  private exchange(method: Method, params: object, context: CallContext): Promise<unknown> {
    const source = new CancellationTokenSource();
    return new Promise((resolve, reject) => {
      const release = limits(method, context, (error) => {
        if (this.failure === null) source.cancel();
        reject(error);
      });
      this.oversized = 0;
      this.rpc
        .sendRequest(method, ParameterStructures.byName, params, source.token)
        .then(resolve, reject)
        .finally(() => {
          release();
          source.dispose();
        });
      if (this.oversized > 0) reject(tooLarge(method, this.oversized));
    });
  }

  /** Resolves when the kernel has the message; a closed connection rejects with the one error. */
  async notify<N extends Notification>(name: N, params: NoticeOf<N>): Promise<void> {
    if (this.ending !== null) await this.closed;
    if (this.failure !== null) throw this.failure;
    try {
      await this.rpc.sendNotification(name, ParameterStructures.byName, params);
    } catch (error) {
      throw this.error ?? fromResponseError(error);
    }
  }

  onNotification<N extends Notification>(name: N, handler: (params: NoticeOf<N>) => void): void {
    this.rpc.onNotification(name, (params: unknown) => {
      handler(params ?? {});
    });
  }

  /** The answer of `initialize`: why it failed is what a request sent along with it is told. */
  greeted(answer: Promise<unknown>): void {
    this.greeting = answer;
    answer.catch(() => undefined);
  }

  /** Says no more; what was sent still arrives, unless the host does not take it for a second. Pending calls fail. */
  async close(): Promise<void> {
    if (this.failure !== null) return;
    const end = (): void => {
      this.gone('the connection was closed');
    };
    const timer = setTimeout(end, CLOSE_MS);
    this.writable.end(end);
    await this.closed;
    clearTimeout(timer);
  }

  /** The connection is over as soon as what has been read is handled. */
  private ends(why: string): void {
    this.ending ??= why;
    const { ending } = this;
    // In a later turn: whoever waits for the last answer gets that.
    if (this.unhandled === 0)
      setImmediate(() => {
        this.gone(ending);
      });
  }

  /** As a call, since the compiler takes a field to be unchanged over an await. */
  private isEnding(): boolean {
    return this.ending !== null;
  }

  private gone(why: string): void {
    if (this.failure !== null) return;
    this.failure = new RuntimeError('unavailable', why, {
      hint: 'connect again: a new engine takes up what still runs',
    });
    this.rpc.dispose();
    this.writable.destroy();
    this.readable.destroy();
    this.resolveClosed();
  }
}

/** Calls `stop` when the signal is aborted, or the host has not kept the request's bound. */
function limits(method: Method, context: CallContext, stop: (error: RuntimeError) => void): () => void {
  const { signal, timeoutMs } = context;
  const onAbort = (): void => {
    stop(cancelled(method));
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  const definition: RequestDefinition = METHODS[method];
  const bound = timeoutMs === undefined ? null : timeoutMs * (definition.operations ?? 1) + HOST_GRACE_MS;
  const timer =
    bound === null
      ? undefined
      : setTimeout(() => {
          stop(new RuntimeError('timeout', `${method}: the host has not answered within ${bound} ms`));
        }, bound);
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
}

const cancelled = (method: Method): RuntimeError => new RuntimeError('cancelled', `${method} was cancelled`);

const tooLarge = (method: Method, bytes: number): RuntimeError =>
  new RuntimeError(
    'invalidRequest',
    `${method}: the request has ${bytes} bytes, over the limit of ${MAX_MESSAGE_BYTES}`,
  );

/** Members that this client does not know are kept: answers grow only by addition. */
function checked<M extends Method>(method: M, result: unknown): ResultOf<M> {
  const definition: RequestDefinition = METHODS[method];
  if (UNCHECKED.has(method) || definition.result.is(result)) return result as ResultOf<M>;
  const decoded = definition.result.decode(result);
  throw new RuntimeError('internal', `${method}: the host's answer is not of the agreed shape`, {
    issues: isLeft(decoded) ? [...issuesOf(decoded.left)] : [],
  });
}

const isResponse = (error: unknown, code: number): boolean => error instanceof ResponseError && error.code === code;
