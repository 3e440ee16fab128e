/**
 * LogReader over the segment files that the bridge writes (docs/logs.md). Holds no state and no open file between calls.
 */
import type { LogChunk, LogCursor, LogReader, OutputStream } from '../core/ports.js';
import { chunkBytes } from './logFormat.js';
import { findTail } from './logTail.js';
import { chunkBlocks, listSegments, openSegment, type FoundChunk } from './segments.js';

const START: LogCursor = { segment: 1, position: 0, offsets: { stdout: 0, stderr: 0 } };

type Offsets = Partial<Record<OutputStream, number>>;

/** Gathers the answer of one `read`. */
class Reading {
  readonly chunks: LogChunk[] = [];
  readonly dropped: Record<OutputStream, number> = { stdout: 0, stderr: 0 };
  readonly ended: OutputStream[] = [];
  private readonly offsets: Offsets;
  bytes = 0;

  constructor(
    private segment: number,
    private position: number,
    private skip: number,
    offsets: Offsets,
  ) {
    this.offsets = { ...offsets };
  }

  add({ header, position, payload }: FoundChunk): void {
    const reached = this.offsets[header.stream];
    if (reached !== undefined && header.offset > reached) this.dropped[header.stream] += header.offset - reached;
    this.offsets[header.stream] = header.offset + header.length;
    if (header.kind === 'end') this.ended.push(header.stream);
    else if (header.length > this.skip) {
      this.chunks.push({
        stream: header.stream,
        offset: header.offset + this.skip,
        time: header.time,
        data: payload.subarray(this.skip),
      });
    }
    this.skip = 0;
    this.bytes += header.length;
    this.position = position + chunkBytes(header);
  }

  moveTo(segment: number): void {
    this.segment = segment;
    this.position = 0;
    this.skip = 0;
  }

  get place(): { readonly segment: number; readonly position: number } {
    return { segment: this.segment, position: this.position };
  }

  get next(): LogCursor {
    return { ...this.place, offsets: this.offsets, ...(this.skip > 0 ? { skip: this.skip } : {}) };
  }
}

async function oldest(folder: string): Promise<LogCursor> {
  const [first] = await listSegments(folder);
  return first === undefined || first === 1 ? START : { segment: first, position: 0 };
}

async function readSegment(folder: string, reading: Reading, maxBytes: number): Promise<void> {
  const opened = await openSegment(folder, reading.place.segment);
  if (opened === null) return;
  try {
    for await (const chunks of chunkBlocks(opened, reading.place.position, maxBytes)) {
      for (const chunk of chunks) {
        reading.add(chunk);
        if (reading.bytes >= maxBytes) return;
      }
    }
  } finally {
    await opened.file.close();
  }
}

async function read(folder: string, cursor: LogCursor, maxBytes: number): ReturnType<LogReader['read']> {
  const reading = new Reading(cursor.segment, cursor.position, cursor.skip ?? 0, cursor.offsets ?? {});
  while (reading.bytes < maxBytes) {
    // Listed before the segment is read: one that has a successor now will not grow any more.
    const segments = await listSegments(folder);
    const current = reading.place.segment;
    const first = segments[0];
    if (first !== undefined && current < first) {
      reading.moveTo(first);
      continue;
    }
    const successor = segments.find((segment) => segment > current);
    await readSegment(folder, reading, maxBytes);
    if (successor === undefined) break;
    if (reading.bytes < maxBytes) reading.moveTo(successor);
  }
  const { chunks, next, dropped, ended } = reading;
  return { chunks, next, dropped, ended };
}

/** The first chunk (data or end) of `stream` in a segment that `wanted` accepts. */
async function findIn(
  folder: string,
  segment: number,
  stream: OutputStream,
  wanted: (chunk: FoundChunk) => boolean,
): Promise<FoundChunk | null> {
  const opened = await openSegment(folder, segment);
  if (opened === null) return null;
  try {
    for await (const chunks of chunkBlocks(opened, 0)) {
      const found = chunks.find((chunk) => chunk.header.stream === stream && wanted(chunk));
      if (found !== undefined) return found;
    }
    return null;
  } finally {
    await opened.file.close();
  }
}

type Place = Awaited<ReturnType<LogReader['seek']>>;

/** Where the byte at `offset` lies; null: it is not written yet. */
async function locate(folder: string, stream: OutputStream, offset: number): Promise<Place | null> {
  const segments = await listSegments(folder);
  const at = (segment: number, chunk: FoundChunk, dropped: number): Place => ({
    cursor: { segment, position: chunk.position, offsets: { [stream]: Math.max(offset, chunk.header.offset) } },
    dropped,
  });
  // From the newest segment back to the one whose first chunk of the stream does not lie behind the offset.
  let start = segments.length - 1;
  let earliest: { readonly segment: number; readonly chunk: FoundChunk } | null = null;
  for (; start >= 0; start--) {
    const segment = segments[start] ?? 0;
    const chunk = await findIn(folder, segment, stream, () => true);
    if (chunk === null) continue;
    earliest = { segment, chunk };
    if (chunk.header.offset <= offset) break;
  }
  if (earliest === null) return { cursor: await oldest(folder), dropped: 0 };
  if (start < 0) return at(earliest.segment, earliest.chunk, earliest.chunk.header.offset - offset);
  const holds = ({ header }: FoundChunk): boolean => header.offset + header.length > offset || header.kind === 'end';
  for (const segment of segments.slice(start)) {
    const chunk = await findIn(folder, segment, stream, holds);
    if (chunk !== null) return at(segment, chunk, Math.max(0, chunk.header.offset - offset));
  }
  return null;
}

async function seek(folder: string, stream: OutputStream, offset: number): Promise<Place> {
  const found = await locate(folder, stream, offset);
  if (found !== null) return found;
  // The end, from where it will come. What was written since we looked lies before that: we look once more.
  const end = await findTail(folder, 0);
  return (await locate(folder, stream, offset)) ?? { cursor: { ...end, offsets: { [stream]: offset } }, dropped: 0 };
}

export function createLogReader(): LogReader {
  return { oldest, read, seek, tail: findTail };
}
