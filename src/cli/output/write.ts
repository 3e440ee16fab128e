import type { Writable } from 'node:stream';

/** Resolves when the stream has taken the text over to the system; rejects when it cannot be written (EPIPE). */
export function write(stream: Writable, text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** True for the error of writing to a reader that has gone away (`hcs list | head -1`). */
export const isClosedPipe = (e: unknown): boolean =>
  e instanceof Error &&
  ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'EOF'].includes((e as { code?: string }).code ?? '');
