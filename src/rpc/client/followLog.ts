/** The log of a process as an async iterable: what is kept, then, when asked, what is written from now on. */
import type * as t from 'io-ts';
import type { OutputStream } from '../../core/ports.js';
import type { LogItem } from '../protocol/container.js';
import type { ClientConnection } from './connection.js';
import { openQueue, STREAM_WINDOW, type StreamRouter } from './streams.js';

export interface LogOptions {
  readonly id: string;
  /** An exec; init when absent. */
  readonly execId?: string;
  /** Only the last so many lines. */
  readonly tail?: number;
  /** RFC 3339: only what was written at or after it. */
  readonly since?: string;
  readonly signal?: AbortSignal;
}

/** A piece of a log as it was written. */
export interface LogEntry {
  readonly stream: OutputStream;
  /** RFC 3339, UTC. */
  readonly time: string;
  /** Place of the first byte within its stream. */
  readonly offset: number;
  readonly data: Uint8Array;
}

const entry = (item: t.TypeOf<typeof LogItem>): LogEntry => ({
  stream: item.stream,
  time: item.time,
  offset: item.offset,
  data: item.base64 === undefined ? Buffer.from(item.text ?? '') : Buffer.from(item.base64, 'base64'),
});

function request(options: LogOptions): Omit<LogOptions, 'signal'> & { readonly encoding: 'base64' } {
  const params = { ...options, encoding: 'base64' as const };
  delete (params as { signal?: AbortSignal }).signal;
  return params;
}
const call = ({ signal }: LogOptions): { readonly signal?: AbortSignal } => (signal === undefined ? {} : { signal });

/** What is kept of the log, page by page, to its present end. */
export async function* readLog(connection: ClientConnection, options: LogOptions): AsyncGenerator<LogEntry, undefined> {
  let page = await connection.request('container/logs', request(options), call(options));
  yield* page.items.map(entry);
  while (page.truncated) {
    page = await connection.request('container/logs', { ...request(options), after: page.next }, call(options));
    yield* page.items.map(entry);
  }
  return undefined;
}

/** What is kept of the log and then what is written, until both streams have ended. */
export async function* followLog(
  connection: ClientConnection,
  router: StreamRouter,
  options: LogOptions,
): AsyncGenerator<LogEntry, undefined> {
  const params = { ...request(options), follow: true, credit: STREAM_WINDOW };
  const page = await connection.request('container/logs', params, call(options));
  const { streamId } = page;
  if (streamId === undefined) {
    yield* page.items.map(entry);
    return undefined;
  }
  const queue = openQueue<LogEntry>(router, streamId, options.signal, (q) => ({
    items: (items) => {
      for (const item of items.map(entry)) q.push(item, item.data.length);
    },
  }));
  try {
    yield* page.items.map(entry);
    yield* queue;
  } finally {
    queue.close();
  }
  return undefined;
}
