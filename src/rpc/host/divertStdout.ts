/**
 * Keeps the wire clean: whatever else writes to this process's stdout (a dependency, a forgotten console.log) goes to stderr;
 * only the stream answered here still writes to the real one.
 */
import { Writable } from 'node:stream';

export function divertStdout(): { readonly wire: Writable; readonly restore: () => void } {
  const { stdout, stderr } = process;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- kept as it was, for `restore`
  const original = stdout.write;
  const real = original.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  const wire = new Writable({
    decodeStrings: true,
    write: (chunk: Buffer, _encoding, done) => {
      real(chunk, (error) => {
        done(error ?? null);
      });
    },
    writev: (chunks, done) => {
      real(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), (error) => {
        done(error ?? null);
      });
    },
  });
  stdout.on('error', (error: Error) => wire.destroy(error));
  return {
    wire,
    restore: () => {
      stdout.write = original;
    },
  };
}
