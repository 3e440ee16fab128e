/** Logs in memory behind the LogReader port; `position` is the index of a chunk, there is one segment. */
import { RuntimeError } from '#src/core/errors.js';
import type { LogChunk, LogCursor, LogReader, OutputStream } from '#src/core/ports.js';
import type { Runtime } from '#src/core/runtime.js';

type Entry = LogChunk | { readonly end: OutputStream };

class FakeLog {
  readonly entries: Entry[] = [];
  readonly offsets: Record<OutputStream, number> = { stdout: 0, stderr: 0 };
  /** Index of the oldest entry that is kept. */
  kept = 0;
  open = true;
  readonly watchers = new Set<() => void>();
}

export class FakeLogs implements LogReader {
  private readonly logs = new Map<string, FakeLog>();

  private of(folder: string): FakeLog {
    const log = this.logs.get(folder);
    if (log === undefined) throw new RuntimeError('notFound', `no log ${folder}`);
    return log;
  }

  private change(folder: string, act: (log: FakeLog) => void): void {
    const log = this.logs.get(folder) ?? new FakeLog();
    this.logs.set(folder, log);
    act(log);
    for (const watcher of [...log.watchers]) watcher();
  }

  /** A program writes. `folder` is `id/processId`. */
  write(
    folder: string,
    stream: OutputStream,
    data: string | Uint8Array,
    time = Date.parse('2026-01-01T00:00:00Z'),
  ): void {
    this.change(folder, (log) => {
      const bytes = Buffer.from(data);
      log.entries.push({ stream, offset: log.offsets[stream], time, data: bytes });
      log.offsets[stream] += bytes.length;
    });
  }

  /** A stream ends. */
  end(folder: string, ...streams: OutputStream[]): void {
    this.change(folder, (log) => {
      for (const end of streams) log.entries.push({ end });
    });
  }

  /** The process is over; its log grows no more. */
  close(folder: string): void {
    this.change(folder, (log) => {
      log.open = false;
    });
  }

  /** The oldest `count` entries are gone. */
  rotate(folder: string, count: number): void {
    this.of(folder).kept += count;
  }

  watchers(folder: string): number {
    return this.of(folder).watchers.size;
  }

  /** For the fake runtime. */
  readonly log: Runtime['log'] = (id, processId) => {
    const folder = `${id}/${processId}`;
    const log = this.logs.get(folder);
    if (log === undefined) return Promise.reject(new RuntimeError('notFound', `no process ${processId} in ${id}`));
    return Promise.resolve({
      folder,
      open: log.open,
      watch: (callback) => {
        log.watchers.add(callback);
        return () => log.watchers.delete(callback);
      },
    });
  };

  oldest(folder: string): Promise<LogCursor> {
    return Promise.resolve({ segment: 1, position: this.of(folder).kept });
  }

  read(folder: string, cursor: LogCursor, maxBytes: number): ReturnType<LogReader['read']> {
    const log = this.of(folder);
    const offsets: Partial<Record<OutputStream, number>> = { ...cursor.offsets };
    const dropped = { stdout: 0, stderr: 0 };
    const chunks: LogChunk[] = [];
    const ended: OutputStream[] = [];
    let position = Math.max(cursor.position, log.kept);
    for (let bytes = 0; bytes < maxBytes && position < log.entries.length; position++) {
      const entry = log.entries[position]!;
      if ('end' in entry) {
        ended.push(entry.end);
        offsets[entry.end] = log.offsets[entry.end];
        continue;
      }
      dropped[entry.stream] += entry.offset - (offsets[entry.stream] ?? entry.offset);
      offsets[entry.stream] = entry.offset + entry.data.length;
      chunks.push(entry);
      bytes += entry.data.length;
    }
    return Promise.resolve({ chunks, next: { segment: 1, position, offsets }, dropped, ended });
  }

  seek(folder: string, stream: OutputStream, offset: number): ReturnType<LogReader['seek']> {
    const log = this.of(folder);
    const found = log.entries.findIndex(
      (e, i) => i >= log.kept && !('end' in e) && e.stream === stream && e.offset + e.data.length > offset,
    );
    const position = found === -1 ? log.entries.findIndex((e) => 'end' in e && e.end === stream) : found;
    return Promise.resolve({
      cursor: { segment: 1, position: position === -1 ? log.entries.length : position, offsets: { [stream]: offset } },
      dropped: 0,
    });
  }

  /** One chunk is one line here. */
  tail(folder: string, lines: number): Promise<LogCursor> {
    const log = this.of(folder);
    let position = log.entries.length;
    for (let missing = lines; missing > 0 && position > log.kept; position--) {
      if (!('end' in log.entries[position - 1]!)) missing--;
    }
    return Promise.resolve({ segment: 1, position });
  }
}
