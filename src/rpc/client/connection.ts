/**
 * The wire under the typed client: requests by the table, cancellation, deadlines, and one `unavailable` error for all that
 * waits when the connection goes.
 */
import type { Readable, Writable } from 'node:stream';
import { ERROR_TABLE, RuntimeError } from '../../core/errors.js';
import type { CallContext } from '../../core/runtime.js';
import { packageVersion } from '../../home/packageVersion.js';
import type { Method, Notification, NoticeOf, ParamsOf, ResultOf } from '../protocol.js';
import { MAX_MESSAGE_BYTES, RPC } from '../protocol/constants.js';
import type { Framing } from '../transport/frames.js';
import type { Answers } from './answers.js';
import { Caller, Oversized, Unsent } from './caller.js';
import { RemoteError } from './remoteError.js';

/** Beyond the bound that the host keeps itself: then the host is taken to hang. */
const HOST_GRACE_MS = 5000;
const CLOSE_MS = 1000;

/** Parameters without what the call context adds. */
export type Arguments<M extends Method> = Omit<ParamsOf<M>, 'timeoutMs'> & { readonly timeoutMs?: number };

export class ClientConnection {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  private readonly caller: Caller;
  private resolveClosed!: () => void;
  private greeting: Promise<unknown> | null = null;
  private failure: RuntimeError | null = null;
  private readonly handlers = new Map<string, (params: never) => void>();
  /** Who hears of the steps of a request, by its workDoneToken. */
  private readonly progress = new Map<string | number, NonNullable<CallContext['progress']>>();
  private lastToken = 0;

  constructor(
    private readonly readable: Readable,
    private readonly writable: Writable,
    private answers: Answers,
    framing: Framing = 'content-length',
  ) {
    this.closed = new Promise((resolve) => (this.resolveClosed = resolve));
    // Also after the end: a socket that is thrown away may still fail.
    for (const stream of [readable, writable]) stream.on('error', () => undefined);
    this.caller = new Caller(readable, writable, framing, {
      notification: (method, params) => {
        try {
          this.handlers.get(method)?.((params ?? {}) as never);
        } catch (error) {
          this.gone(
            `the host's ${method} cannot be understood: ${error instanceof Error ? error.message : String(error)}`,
          );
        }
      },
      ended: (why) => {
        this.gone(why);
      },
    });
    this.onNotification('$/progress', ({ token, value: { message, percentage } }) => {
      if (message === undefined) return;
      this.progress.get(token)?.({ message, ...(percentage === undefined ? {} : { percentage }) });
    });
  }

  /** Why the connection is of no use any more; null while it is. */
  get error(): RuntimeError | null {
    return this.failure;
  }

  /** Sends a request now (in call order) and waits for its answer. */
  async request<M extends Method>(method: M, params: Arguments<M>, context: CallContext = {}): Promise<ResultOf<M>> {
    if (this.failure !== null) throw this.failure;
    if (context.signal?.aborted === true) throw cancelled(method);
    const timed = context.timeoutMs === undefined ? params : { ...params, timeoutMs: context.timeoutMs };
    const workDoneToken = context.progress === undefined ? null : this.listen(context.progress);
    const sent = workDoneToken === null ? timed : { ...timed, workDoneToken };
    try {
      const result = await this.exchange(method, sent, context);
      if (method === 'initialize') await this.met(result);
      return this.answers.result(method, result);
    } catch (error) {
      if (method !== 'initialize' && isRemote(error, RPC.notInitialized)) await this.greeting;
      if (isRemote(error, ERROR_TABLE.cancelled.rpc)) await this.ending();
      throw await this.told(error);
    } finally {
      if (workDoneToken !== null) this.progress.delete(workDoneToken);
    }
  }

  /** What a failed request or notification is told: why the connection ended, once that is known. */
  private async told(error: unknown): Promise<Error> {
    if (error instanceof Unsent) await this.ending();
    else if (this.caller.over) await this.closed;
    return this.error ?? (error instanceof Unsent ? lost(error.message) : this.answers.error(error));
  }

  /** Answers of a host of another build are checked, from the next one on. */
  private async met(result: unknown): Promise<void> {
    if (this.answers.checked || versionOf(result) === packageVersion()) return;
    const loading = import('./checkedAnswers.js');
    this.caller.hold(loading);
    this.answers = (await loading).checkedAnswers;
  }

  /** A host that cancels what nobody asked it to is about to end the connection: that is then the error. */
  private async ending(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_MS)));
    await Promise.race([this.closed, patience]);
    clearTimeout(timer);
  }

  private listen(progress: NonNullable<CallContext['progress']>): string {
    const token = `p${++this.lastToken}`;
    this.progress.set(token, progress);
    return token;
  }

  private exchange(method: Method, params: object, context: CallContext): Promise<unknown> {
    const { id, answer } = this.caller.request(method, params);
    return new Promise((resolve, reject) => {
      const release = this.limits(method, context, (error) => {
        if (this.failure === null) this.caller.cancel(id);
        reject(error);
      });
      answer.finally(release).then(resolve, (error: unknown) => {
        reject(error instanceof Oversized ? tooLarge(method, error.bytes) : (error as Error));
      });
    });
  }

  /** Calls `stop` when the signal is aborted, or the host has not kept the request's bound. */
  private limits(method: Method, context: CallContext, stop: (error: RuntimeError) => void): () => void {
    const { signal, timeoutMs } = context;
    const onAbort = (): void => {
      stop(cancelled(method));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const bound = timeoutMs === undefined ? null : timeoutMs * this.answers.operations(method) + HOST_GRACE_MS;
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

  /** Resolves when the kernel has the message; a closed connection rejects with the one error. */
  notify<N extends Notification>(name: N, params: NoticeOf<N>): Promise<void> {
    return this.tell(() => this.caller.notify(name, params));
  }

  /** As `notify`, of parameters that are JSON text already. */
  notifyJson(name: Notification, params: string): Promise<void> {
    return this.tell(() => this.caller.notifyJson(name, params));
  }

  private async tell(send: () => Promise<void>): Promise<void> {
    if (this.failure !== null) throw this.failure;
    try {
      await send();
    } catch (error) {
      throw await this.told(error);
    }
  }

  onNotification<N extends Notification>(name: N, handler: (params: NoticeOf<N>) => void): void {
    this.handlers.set(name, handler);
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

  private gone(why: string): void {
    if (this.failure !== null) return;
    this.failure = lost(why);
    this.caller.dispose();
    this.writable.destroy();
    this.readable.destroy();
    this.resolveClosed();
  }
}

const lost = (why: string): RuntimeError =>
  new RuntimeError('unavailable', why, { hint: 'connect again: a new engine takes up what still runs' });

const cancelled = (method: Method): RuntimeError => new RuntimeError('cancelled', `${method} was cancelled`);

const tooLarge = (method: Method, bytes: number): RuntimeError =>
  new RuntimeError(
    'invalidRequest',
    `${method}: the request has ${bytes} bytes, over the limit of ${MAX_MESSAGE_BYTES}`,
  );

const isRemote = (error: unknown, code: number): boolean => error instanceof RemoteError && error.code === code;

/** A host that does not say its version is of another build. */
function versionOf(result: unknown): unknown {
  return (result as { readonly serverInfo?: { readonly version?: unknown } } | null)?.serverInfo?.version;
}
