/**
 * The segment files of a log folder: which there are, and the chunks in one.
 */
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { chunkBytes, HEADER_BYTES, MAX_PAYLOAD, parseHeader, type LogHeader } from './logFormat.js';

const BLOCK = 1024 * 1024;
const LARGEST_CHUNK = HEADER_BYTES + MAX_PAYLOAD + 8;

/** Numbers of the segments that exist, ascending; none when the folder does not exist. */
export async function listSegments(folder: string): Promise<readonly number[]> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw e;
  }
  return names
    .map((name) => /^(\d{6,})\.log$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** A segment that is open to be read. */
export interface Segment {
  readonly file: FileHandle;
  readonly path: string;
}

async function unlessGone<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw e;
  }
}

/** Opens a segment to read; null when it is gone (rotated away). */
export async function openSegment(folder: string, segment: number): Promise<Segment | null> {
  const path = join(folder, `${String(segment).padStart(6, '0')}.log`);
  const file = await unlessGone(open(path, 'r'));
  return file === null ? null : { file, path };
}

export interface FoundChunk {
  readonly header: LogHeader;
  /** Where the header lies in the segment. */
  readonly position: number;
  /** A view into a block that is not written to again. */
  readonly payload: Buffer;
}

/** A chunk at the start of `bytes`, or null when there is no whole one. */
function chunkAt(bytes: Buffer, at: number, position: number): FoundChunk | null {
  if (bytes.length - at < HEADER_BYTES) return null;
  const header = parseHeader(bytes, at);
  if (header === null || bytes.length - at - HEADER_BYTES < header.length) return null;
  return { header, position, payload: bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + header.length) };
}

/**
 * The whole chunks of a segment from `position` on, in blocks: each block is what one read gave. Ends at the end of the file, at a chunk that
 * is not whole yet, at bytes that are no chunk, and when the segment is rotated away: the next one is then written over it. `blockBytes`: about how much one read takes; more when one chunk needs more.
 */
export async function* chunkBlocks(
  { file, path }: Segment,
  position: number,
  blockBytes = BLOCK,
): AsyncGenerator<readonly FoundChunk[]> {
  let size = blockBytes + HEADER_BYTES;
  for (let from = position; ;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(size), 0, size, from);
    const bytes = buffer.subarray(0, bytesRead);
    const chunks: FoundChunk[] = [];
    let at = 0;
    for (let chunk = chunkAt(bytes, 0, from); chunk !== null; chunk = chunkAt(bytes, at, from + at)) {
      chunks.push(chunk);
      at += chunkBytes(chunk.header);
    }
    if (chunks.length > 0 && (await unlessGone(stat(path))) === null) return;
    if (chunks.length > 0) yield chunks;
    else if (bytesRead < size || size >= LARGEST_CHUNK) return;
    else size = LARGEST_CHUNK;
    from += at;
  }
}
