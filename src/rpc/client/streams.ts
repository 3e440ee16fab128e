/**
 * Bytes of processes over the connection, by credit: at most a window of them is on the way or waits for the consumer.
 */
import type * as t from 'io-ts';
import { RuntimeError } from '../../core/errors.js';
import type { OutputStream } from '../../core/ports.js';
import type { LogItem } from '../protocol/container.js';
import { streamDataJson } from '../transport/json.js';
import type { ClientConnection } from './connection.js';

/** Bytes that the host may send ahead of the consumer. */
export const STREAM_WINDOW = 1024 * 1024;

/** What the host sends for one stream id. */
interface Sink {
  data?(data: Uint8Array): void;
  items?(items: readonly t.TypeOf<typeof LogItem>[]): void;
  gap?(droppedBytes: number, stream: OutputStream | undefined): void;
  credit?(bytes: number): void;
  end(bytes: number, error: string | undefined): void;
  /** The connection has ended. */
  lost(error: RuntimeError): void;
}

/** Streams of one connection, by id. */
export class StreamRouter {
  private readonly sinks = new Map<string, Sink>();

  constructor(readonly connection: ClientConnection) {
    connection.onNotification('stream/data', ({ streamId, data }) => {
      this.sinks.get(streamId)?.data?.(Buffer.from(data, 'base64'));
    });
    connection.onNotification('logs/chunk', ({ streamId, items }) => {
      this.sinks.get(streamId)?.items?.(items);
    });
    connection.onNotification('stream/gap', ({ streamId, droppedBytes, stream }) => {
      this.sinks.get(streamId)?.gap?.(droppedBytes, stream);
    });
    connection.onNotification('stream/credit', ({ streamId, bytes }) => {
      this.sinks.get(streamId)?.credit?.(bytes);
    });
    connection.onNotification('stream/end', ({ streamId, bytes, error }) => {
      const sink = this.sinks.get(streamId);
      this.sinks.delete(streamId);
      sink?.end(bytes, error);
    });
    void connection.closed.then(() => {
      const { error } = connection;
      for (const sink of this.sinks.values()) if (error !== null) sink.lost(error);
      this.sinks.clear();
    });
  }

  route(streamId: string, sink: Sink): void {
    this.sinks.set(streamId, sink);
  }

  /** Ends a stream that the host has not ended. */
  close(streamId: string): void {
    this.sinks.delete(streamId);
    if (this.connection.error === null) this.connection.request('stream/close', { streamId }).catch(() => undefined);
  }
}

/** A queue of items of one stream; gives the host credit as they are taken. */
export class StreamQueue<Item> implements AsyncIterableIterator<Item> {
  /** Length of the stream in bytes, known at its end. */
  bytes: number | null = null;
  /** Bytes that log rotation took before they could be read. */
  droppedBytes = 0;
  private readonly queue: { readonly item: Item; readonly size: number }[] = [];
  private owed = 0;
  private finished = false;
  private failure: RuntimeError | null = null;
  private wake: (() => void) | null = null;
  private readonly releaseSignal: () => void;

  constructor(
    private readonly router: StreamRouter,
    readonly streamId: string,
    signal?: AbortSignal,
  ) {
    const onAbort = (): void => {
      this.queue.length = 0;
      this.finish(new RuntimeError('cancelled', 'reading the stream was cancelled'));
      this.router.close(this.streamId);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    this.releaseSignal = () => signal?.removeEventListener('abort', onAbort);
    if (signal?.aborted === true) onAbort();
  }

  push(item: Item, size: number): void {
    if (this.finished) return;
    this.queue.push({ item, size });
    this.wake?.();
  }

  finish(failure: RuntimeError | null): void {
    if (this.finished) return;
    this.finished = true;
    this.failure = failure;
    this.releaseSignal();
    this.wake?.();
  }

  async next(): Promise<IteratorResult<Item, undefined>> {
    for (;;) {
      const first = this.queue.shift();
      if (first !== undefined) {
        this.give(first.size);
        return { done: false, value: first.item };
      }
      if (this.finished) {
        if (this.failure !== null) throw this.failure;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = null;
    }
  }

  /** Leaving a `for await` early closes the stream. */
  return(): Promise<IteratorResult<Item, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  close(): void {
    this.queue.length = 0;
    if (this.finished) return;
    this.finish(null);
    this.router.close(this.streamId);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private give(bytes: number): void {
    this.owed += bytes;
    if (this.finished || this.owed < STREAM_WINDOW / 4) return;
    const { owed } = this;
    this.owed = 0;
    this.router.connection.notify('stream/credit', { streamId: this.streamId, bytes: owed }).catch(() => undefined);
  }
}

/** stdout or stderr of a process: `for await` gives its bytes and ends after the last one. */
export type ByteStream = StreamQueue<Uint8Array>;

/** Routes what the host sends for `streamId` into a new queue. */
export function openQueue<Item>(
  router: StreamRouter,
  streamId: string,
  signal: AbortSignal | undefined,
  sink: (queue: StreamQueue<Item>) => Pick<Sink, 'data' | 'items'>,
): StreamQueue<Item> {
  const queue = new StreamQueue<Item>(router, streamId, signal);
  if (signal?.aborted === true) return queue;
  router.route(streamId, {
    ...sink(queue),
    gap: (droppedBytes) => {
      queue.droppedBytes += droppedBytes;
    },
    end: (bytes, error) => {
      queue.bytes = bytes;
      queue.finish(error === undefined ? null : new RuntimeError('unavailable', `the stream was cut off: ${error}`));
    },
    lost: (error) => {
      queue.finish(error);
    },
  });
  return queue;
}

/** The end of input side of a process, as far as this connection asked for it. */
export class StdinStream {
  private window: number;
  private readonly waiting: (() => void)[] = [];
  private failure: RuntimeError | null = null;

  constructor(
    private readonly router: StreamRouter,
    readonly streamId: string,
    credit: number,
  ) {
    this.window = credit;
    router.route(streamId, {
      credit: (bytes) => {
        this.window += bytes;
        this.wakeAll();
      },
      end: (_, error) => {
        this.stop(new RuntimeError('failedPrecondition', error ?? 'the program has closed its stdin'));
      },
      lost: (error) => {
        this.stop(error);
      },
    });
  }

  /** Resolves when the host's window has taken all of it; rejects with failedPrecondition when nobody reads any more. */
  async write(data: Uint8Array): Promise<void> {
    let rest = data;
    while (rest.length > 0) {
      while (this.window <= 0 && this.failure === null) {
        await new Promise<void>((resolve) => this.waiting.push(resolve));
      }
      if (this.failure !== null) throw this.failure;
      const part = rest.subarray(0, Math.min(this.window, 256 * 1024));
      rest = rest.subarray(part.length);
      this.window -= part.length;
      await this.router.connection.notifyJson('stream/data', streamDataJson(this.streamId, part));
    }
  }

  /** End of input. */
  async end(): Promise<void> {
    if (this.failure !== null) return;
    this.stop(new RuntimeError('failedPrecondition', 'stdin was ended'));
    await this.router.connection.request('stream/close', { streamId: this.streamId });
  }

  /** No more from us, and no end of input: whoever opens stdin next goes on. Resolves when that may be done. */
  async leave(): Promise<void> {
    if (this.failure !== null) return;
    this.stop(new RuntimeError('failedPrecondition', 'stdin was left'));
    await this.router.connection.request('stream/close', { streamId: this.streamId, keep: true });
  }

  private stop(failure: RuntimeError): void {
    this.failure ??= failure;
    this.wakeAll();
  }

  private wakeAll(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }
}
