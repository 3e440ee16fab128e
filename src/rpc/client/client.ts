/** What `connect` gives: a Runtime, and what only a connection has. */
import { RuntimeError } from '../../core/errors.js';
import type { CallContext } from '../../core/runtime.js';
import type { OutputStream } from '../../core/ports.js';
import type { EngineStatus, HostInfo, Method, ResultOf } from '../protocol.js';
import type { Arguments, ClientConnection } from './connection.js';
import type { FeedItem } from './eventFeed.js';
import { followLog, readLog, type LogEntry, type LogOptions } from './followLog.js';
import { RemoteRuntime } from './remoteRuntime.js';
import { openQueue, STREAM_WINDOW, StdinStream, type ByteStream } from './streams.js';

export type InitializeResult = ResultOf<'initialize'>;
export type ServerInfo = InitializeResult['serverInfo'];

export interface StreamOptions {
  readonly id: string;
  /** An exec; init when absent. */
  readonly execId?: string;
  readonly stream: OutputStream;
  /** Byte to begin with (default 0), or only what comes from now on. */
  readonly from?: number | 'end';
  /** Read from the program itself, with back-pressure; the stream must have been asked for at start or exec. */
  readonly foreground?: boolean;
  readonly signal?: AbortSignal;
}

export class Client extends RemoteRuntime {
  /** The host's answer to `initialize`. Rejects with versionMismatch, or when the connection ends first. */
  readonly ready: Promise<InitializeResult>;
  private info: InitializeResult | null = null;

  constructor(
    connection: ClientConnection,
    initialized: Promise<InitializeResult>,
    private readonly onClose: () => Promise<void>,
  ) {
    super(connection);
    this.ready = initialized.then((info) => (this.info = info));
    this.ready.catch(() => undefined);
  }

  /** Name, version and pid of the host. Throws failedPrecondition before `ready`. */
  get serverInfo(): ServerInfo {
    if (this.info === null) throw new RuntimeError('failedPrecondition', 'the host has not answered initialize yet');
    return this.info.serverInfo;
  }

  /** Resolves when the connection has ended. */
  get closed(): Promise<void> {
    return this.connection.closed;
  }

  /** Any request of the protocol, typed by its table. */
  request<M extends Method>(method: M, params: Arguments<M>, context?: CallContext): Promise<ResultOf<M>> {
    return this.connection.request(method, params, context);
  }

  /**
   * Events after a cursor (0: all that are kept; absent: from now on), then live ones, without end. A `resync` item stands for
   * events that are not to be had any more. Leaving the loop unsubscribes; an abort throws `cancelled`.
   */
  async *events(
    options: { readonly after?: number; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<FeedItem, undefined> {
    const { signal } = options;
    const feed = await this.eventRouter.open(options.after, signal);
    const onAbort = (): void => {
      feed.close();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    try {
      for (;;) {
        const items = await feed.take();
        if (items.length === 0) break;
        for (const item of items) {
          if (signal?.aborted === true) break;
          yield item;
        }
      }
      throw new RuntimeError('cancelled', 'following events was cancelled');
    } finally {
      signal?.removeEventListener('abort', onAbort);
      feed.close();
    }
  }

  /** stdout or stderr as an async iterable of bytes; slow consumers hold up nobody. */
  async openStream(options: StreamOptions): Promise<ByteStream> {
    const { signal, ...params } = options;
    const { streamId } = await this.connection.request(
      'stream/open',
      { ...params, credit: STREAM_WINDOW },
      signal === undefined ? {} : { signal },
    );
    return openQueue<Uint8Array>(this.streamRouter, streamId, signal, (queue) => ({
      data: (data) => {
        queue.push(data, data.length);
      },
    }));
  }

  /** stdin of a process that this connection started with `stdin: true`. */
  async openStdin(target: { readonly id: string; readonly execId?: string }): Promise<StdinStream> {
    const { streamId, credit } = await this.connection.request('stream/open', { ...target, stream: 'stdin' });
    return new StdinStream(this.streamRouter, streamId, credit ?? 0);
  }

  /** The log of a process, both streams in order of time. With `follow` it goes on until the process has ended. */
  logs(options: LogOptions & { readonly follow?: boolean }): AsyncGenerator<LogEntry, undefined> {
    const { follow, ...rest } = options;
    return follow === true ? followLog(this.connection, this.streamRouter, rest) : readLog(this.connection, rest);
  }

  hostInfo(context?: CallContext): Promise<HostInfo> {
    return this.connection.request('host/info', {}, context);
  }

  engineStatus(context?: CallContext): Promise<EngineStatus> {
    return this.connection.request('engine/status', {}, context);
  }

  /** The engine ends after its answer; `force`: also when others are connected. Containers live on. */
  async engineStop(options: { readonly force?: boolean } = {}, context?: CallContext): Promise<void> {
    await this.connection.request('engine/stop', options, context);
  }

  /** Ends the connection; what waits fails with `unavailable`. Containers and engine live on. */
  async close(): Promise<void> {
    await this.onClose();
  }
}
