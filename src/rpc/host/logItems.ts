/** Log chunks as items of `container/logs`. */
import { isUtf8 } from 'node:buffer';
import type * as t from 'io-ts';
import type { LogChunk, OutputStream } from '../../core/ports.js';
import type { LogItem } from '../protocol/container.js';

type Item = t.TypeOf<typeof LogItem>;

/** Remembers, for each stream, the first bytes of a character whose rest is in the next chunk. */
export class LogItems {
  private readonly carried = new Map<
    OutputStream,
    { readonly bytes: Buffer; readonly offset: number; readonly time: number }
  >();

  constructor(private readonly encoding: 'text' | 'base64') {}

  /** Items of a run of chunks; in text form a cut character waits for its rest. */
  of(chunks: readonly LogChunk[]): Item[] {
    return chunks.flatMap((chunk) => {
      const data = Buffer.from(chunk.data.buffer, chunk.data.byteOffset, chunk.data.byteLength);
      if (this.encoding === 'base64') return [item(chunk, chunk.offset, { base64: data.toString('base64') })];
      return this.text(chunk, data);
    });
  }

  /** What still waits: characters that were never finished. */
  rest(): Item[] {
    const left = [...this.carried].map(([stream, { bytes, offset, time }]) =>
      item({ stream, time }, offset, { base64: bytes.toString('base64') }),
    );
    this.carried.clear();
    return left;
  }

  private text(chunk: LogChunk, data: Buffer): Item[] {
    const before = this.carried.get(chunk.stream);
    this.carried.delete(chunk.stream);
    // After a gap the rest of the character is lost.
    const joins = before !== undefined && before.offset + before.bytes.length === chunk.offset;
    const lost =
      before !== undefined && !joins
        ? [
            item({ stream: chunk.stream, time: before.time }, before.offset, {
              base64: before.bytes.toString('base64'),
            }),
          ]
        : [];
    const bytes = joins ? Buffer.concat([before.bytes, data]) : data;
    const offset = joins ? before.offset : chunk.offset;
    const cut = bytes.length - cutCharacter(bytes);
    const whole = bytes.subarray(0, cut);
    if (!isUtf8(whole)) return [...lost, item(chunk, offset, { base64: bytes.toString('base64') })];
    if (cut < bytes.length) {
      this.carried.set(chunk.stream, {
        bytes: Buffer.from(bytes.subarray(cut)),
        offset: offset + cut,
        time: chunk.time,
      });
    }
    return whole.length === 0 ? lost : [...lost, item(chunk, offset, { text: whole.toString('utf8') })];
  }
}

function item(
  from: { readonly stream: OutputStream; readonly time: number },
  offset: number,
  body: { text: string } | { base64: string },
): Item {
  return { stream: from.stream, time: new Date(from.time).toISOString(), offset, ...body };
}

/** How many bytes at the end begin a UTF-8 character that is not whole; 0 to 3. */
function cutCharacter(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}
