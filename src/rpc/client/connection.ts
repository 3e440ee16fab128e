/**
 * The wire under the typed client: requests by the table, cancellation, deadlines, and one `unavailable` error for all that
 * waits when the connection goes.
 */
import type { Readable, Writable } from 'node:stream';
import {
  CancellationTokenSource,
  createMessageConnection,
  ParameterStructures,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { RuntimeError } from '../../core/errors.js';
import type { CallContext } from '../../core/runtime.js';
import { issuesOf } from '../decode.js';
import { fromResponseError } from '../errors.js';
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
/** Answers whose items may be of a newer kind than this client knows. */
const UNCHECKED: ReadonlySet<Method> = new Set<Method>(['events/list', 'rpc.discover']);

/** Parameters without what the call context adds. */
export type Arguments<M extends Method> = Omit<ParamsOf<M>, 'timeoutMs'> & { readonly timeoutMs?: number };

export class ClientConnection {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  private readonly rpc: MessageConnection;
  private failure: RuntimeError | null = null;
  /** Bytes of the message just refused by the writer; 0: it was not. */
  private oversized = 0;

  constructor(
    readable: Readable,
    private readonly writable: Writable,
    framing: Framing = 'content-length',
  ) {
    let onClosed!: () => void;
    this.closed = new Promise((resolve) => (onClosed = resolve));
    const gone = (why: string): void => {
      if (this.failure !== null) return;
      this.failure = new RuntimeError('unavailable', why, {
        hint: 'connect again: a new engine takes up what still runs',
      });
      this.rpc.dispose();
      writable.destroy();
      onClosed();
    };
    const reader = new FramedReader(readable, {
      framing,
      parse: parseTrusted,
      refused: ({ message, fatal }) => {
        if (fatal) gone(`the host's answer is not JSON-RPC: ${message}`);
      },
      ended: () => {
        gone('the connection to the host has ended');
      },
    });
    const writer = new FramedWriter(writable, {
      framing,
      oversized: (_, bytes) => {
        this.oversized = bytes;
      },
    });
    this.rpc = createMessageConnection(reader, writer);
    this.rpc.onClose(() => {
      gone('the connection to the host has ended');
    });
    this.rpc.onError(([error]) => {
      gone(`the connection to the host failed: ${error.message}`);
    });
    this.rpc.listen();
  }

  /** Why the connection is of no use any more; null while it is. */
  get error(): RuntimeError | null {
    return this.failure;
  }

  /** Sends a request now (in call order) and waits for its answer. */
  async request<M extends Method>(method: M, params: Arguments<M>, context: CallContext = {}): Promise<ResultOf<M>> {
    if (this.failure !== null) throw this.failure;
    if (context.signal?.aborted === true) throw cancelled(method);
    const sent = context.timeoutMs === undefined ? params : { ...params, timeoutMs: context.timeoutMs };
    try {
      return checked(method, await this.exchange(method, sent, context));
    } catch (error) {
      throw this.error ?? fromResponseError(error);
    }
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

  /** Says no more; what was sent still arrives. Pending calls fail. */
  async close(): Promise<void> {
    if (this.failure !== null) return;
    this.writable.end();
    await this.closed;
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
