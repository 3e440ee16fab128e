import { Writable } from 'node:stream';

/** Most bytes that are kept of a captured stream; the rest is read and counted. */
export const CAPTURE_LIMIT = 1024 * 1024;

/** A sink that keeps the beginning of what is written to it. */
export class Capture extends Writable {
  private readonly kept: Buffer[] = [];
  private keptBytes = 0;
  /** All bytes, kept or not. */
  bytes = 0;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.bytes += chunk.length;
    const room = CAPTURE_LIMIT - this.keptBytes;
    if (room > 0) {
      // A copy: the socket's buffer must not be kept alive by a small piece of it.
      const part = Buffer.from(chunk.subarray(0, room));
      this.kept.push(part);
      this.keptBytes += part.length;
    }
    done();
  }

  get truncated(): boolean {
    return this.bytes > this.keptBytes;
  }

  /** The text; and the exact bytes in base64 when they are no UTF-8 (a character cut in two by the limit does not count). */
  result(): { readonly text: string; readonly base64?: string } {
    const bytes = Buffer.concat(this.kept);
    try {
      return {
        text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: this.truncated }),
      };
    } catch {
      return { text: bytes.toString('utf8'), base64: bytes.toString('base64') };
    }
  }
}
