/** container/logs: a page of a log, or a page's place and then `logs/chunk` by credit. */
import { RuntimeError } from '../../core/errors.js';
import type { LogChunk, LogCursor, LogReader, OutputStream } from '../../core/ports.js';
import type { ParamsOf, ResultOf } from '../protocol.js';
import { Credit } from './credit.js';
import { LogFollower, type LogTarget } from './logFollower.js';
import { LogItems } from './logItems.js';
import { decodePlace, encodePlace } from './logPlace.js';
import type { Call, Session } from './session.js';
import type { HostStream } from './streamTable.js';

const PAGE_BYTES = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const BOTH: readonly OutputStream[] = ['stdout', 'stderr'];

export async function containerLogs(
  params: ParamsOf<'container/logs'>,
  call: Call,
): Promise<ResultOf<'container/logs'>> {
  const since = params.since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(params.since);
  if (Number.isNaN(since)) {
    throw new RuntimeError('invalidRequest', 'since is not an RFC 3339 time', {
      issues: [
        { path: 'since', expected: 'RFC 3339 time', got: `string of ${(params.since ?? '').length} characters` },
      ],
    });
  }
  const { session } = call;
  const target: LogTarget = { id: params.id, processId: params.execId ?? 'init' };
  const begin = (folder: string): Promise<LogCursor> => place(session.logs, folder, params);
  const items = new LogItems(params.encoding ?? 'text');
  if (params.follow === true) return follow(session, target, begin, since, items, params.credit ?? 0);
  return session.large(async () => {
    const { folder } = await (await session.runtime).log(target.id, target.processId);
    return page(session.logs, folder, await begin(folder), since, items, params.maxBytes ?? PAGE_BYTES);
  });
}

function place(logs: LogReader, folder: string, params: ParamsOf<'container/logs'>): Promise<LogCursor> {
  if (params.after !== undefined) return Promise.resolve(decodePlace(params.after));
  return params.tail === undefined ? logs.oldest(folder) : logs.tail(folder, params.tail);
}

async function page(
  logs: LogReader,
  folder: string,
  begin: LogCursor,
  since: number,
  items: LogItems,
  maxBytes: number,
): Promise<ResultOf<'container/logs'>> {
  const chunks: LogChunk[] = [];
  let cursor = begin;
  let bytes = 0;
  let droppedBytes = 0;
  let more = true;
  while (more && bytes < maxBytes) {
    const read = await logs.read(folder, cursor, Math.min(CHUNK_BYTES, maxBytes - bytes));
    more = read.chunks.length > 0 || isPast(read.next, cursor);
    cursor = read.next;
    droppedBytes += read.dropped.stdout + read.dropped.stderr;
    for (const chunk of read.chunks) {
      if (chunk.time < since) continue;
      chunks.push(chunk);
      bytes += chunk.data.length;
    }
  }
  const truncated = more && (await logs.read(folder, cursor, 1)).chunks.length > 0;
  return { items: [...items.of(chunks), ...items.rest()], next: encodePlace(cursor), truncated, droppedBytes };
}

const isPast = (a: LogCursor, b: LogCursor): boolean => a.segment !== b.segment || a.position !== b.position;

async function follow(
  session: Session,
  target: LogTarget,
  begin: (folder: string) => Promise<LogCursor>,
  since: number,
  items: LogItems,
  credit: number,
): Promise<ResultOf<'container/logs'>> {
  let next = '';
  const follower = await LogFollower.open(await session.runtime, session.logs, target, BOTH, async (folder) => {
    const cursor = await begin(folder);
    next = encodePlace(cursor);
    return cursor;
  });
  const streamId = session.streams.add(
    (id) => {
      const pump = new LogPump(session, id, follower, since, items, credit);
      session.afterAnswer(() => void pump.run());
      return pump;
    },
    () => {
      follower.close();
    },
  );
  return { items: [], next, truncated: false, droppedBytes: 0, streamId };
}

class LogPump implements HostStream {
  private readonly allowed: Credit;
  private stopped = false;
  private sent = 0;
  private readonly positions = new Map<OutputStream, number>();

  constructor(
    private readonly session: Session,
    private readonly streamId: string,
    private readonly follower: LogFollower,
    private readonly since: number,
    private readonly items: LogItems,
    credit: number,
  ) {
    this.allowed = new Credit(credit);
  }

  async run(): Promise<void> {
    let error: string | undefined;
    try {
      for (;;) {
        const chunks = await this.follower.next(CHUNK_BYTES);
        if (chunks === null || this.stopped) break;
        for (const chunk of chunks) await this.send(chunk);
      }
    } catch (e) {
      error = e instanceof Error ? e.message : String(e);
    }
    if (this.isStopped()) return;
    const rest = this.items.rest();
    if (rest.length > 0) this.session.notify('logs/chunk', { streamId: this.streamId, items: rest });
    this.dispose();
    this.session.streams.remove(this.streamId);
    this.session.notify('stream/end', {
      streamId: this.streamId,
      bytes: this.sent,
      ...(error === undefined ? {} : { error }),
    });
  }

  credit(bytes: number): void {
    this.allowed.add(bytes);
  }

  data(): Promise<void> {
    return Promise.reject(new RuntimeError('failedPrecondition', 'a followed log takes no data'));
  }

  close(): Promise<void> {
    this.dispose();
    return Promise.resolve();
  }

  dispose(): void {
    this.stopped = true;
    this.allowed.close();
    this.follower.close();
  }

  /** Whole chunks (at most 256 KiB): credit for all of one is awaited before it is sent. */
  private async send(chunk: LogChunk): Promise<void> {
    const { stream, offset, data, time } = chunk;
    const position = this.positions.get(stream) ?? offset;
    if (offset > position) {
      this.session.notify('stream/gap', { streamId: this.streamId, stream, droppedBytes: offset - position });
    }
    this.positions.set(stream, offset + data.length);
    if (time < this.since) return;
    for (let due = data.length; due > 0;) {
      const paid = await this.allowed.take(due);
      if (paid === 0) return;
      due -= paid;
    }
    this.sent += data.length;
    const items = this.items.of([chunk]);
    if (items.length > 0) await this.session.notify('logs/chunk', { streamId: this.streamId, items }).taken;
  }

  private isStopped(): boolean {
    return this.stopped;
  }
}
