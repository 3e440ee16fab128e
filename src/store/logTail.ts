import type { LogCursor } from '../core/ports.js';
import { chunkBytes } from './logFormat.js';
import { chunkBlocks, listSegments, openSegment, type FoundChunk } from './segments.js';

const NEWLINE = 10;

async function chunksOf(folder: string, segment: number): Promise<readonly FoundChunk[]> {
  const opened = await openSegment(folder, segment);
  if (opened === null) return [];
  try {
    const all: FoundChunk[] = [];
    for await (const chunks of chunkBlocks(opened, 0)) all.push(...chunks);
    return all;
  } finally {
    await opened.file.close();
  }
}

/** Index in `payload` behind the newline that is the `wanted`-th from its end, or how many there were. */
function countBack(payload: Buffer, wanted: number): { readonly found: number; readonly start: number } {
  let found = 0;
  for (let at = payload.length - 1; at >= 0; at--) {
    at = payload.lastIndexOf(NEWLINE, at);
    if (at < 0) break;
    found++;
    if (found === wanted) return { found, start: at + 1 };
  }
  return { found, start: 0 };
}

/**
 * The place from which the last `lines` lines follow, in the order in which both streams were written; the last line of a stream counts
 * also without an end.
 * All kept bytes when there are fewer; the end when `lines` is 0. Reads one segment at a time, from the newest.
 */
export async function findTail(folder: string, lines: number): Promise<LogCursor> {
  const segments = await listSegments(folder);
  let place: LogCursor = { segment: segments.at(-1) ?? 1, position: 0 };
  // The newline that ends the last line does not begin another one.
  let missing = lines + 1;
  const seen = new Set<string>();
  for (const segment of [...segments].reverse()) {
    const chunks = await chunksOf(folder, segment);
    if (lines === 0) {
      const end = chunks.at(-1);
      return { segment, position: end === undefined ? 0 : end.position + chunkBytes(end.header) };
    }
    for (const { header, position, payload } of [...chunks].reverse()) {
      if (header.length > 0) {
        // Each stream has a line of its own that may lack its end.
        if (!seen.has(header.stream) && payload.at(-1) !== NEWLINE) missing--;
        seen.add(header.stream);
        if (missing === 0) return place;
        const { found, start } = countBack(payload, missing);
        if (found === missing) return { segment, position, ...(start > 0 ? { skip: start } : {}) };
        missing -= found;
      }
      place = { segment, position };
    }
  }
  return place;
}
