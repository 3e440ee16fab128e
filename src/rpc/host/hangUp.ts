/** Ends both directions of a connection: what was written still goes out, unless the client does not take it for a second. */
import type { Readable, Writable } from 'node:stream';

const BOUND_MS = 1000;

export function hangUp(readable: Readable, writable: Writable, done: () => void): void {
  for (const stream of [readable, writable]) stream.on('error', () => undefined);
  const finish = (): void => {
    clearTimeout(timer);
    writable.destroy();
    readable.destroy();
    done();
  };
  const timer = setTimeout(finish, BOUND_MS);
  if (writable.destroyed || writable.writableFinished) finish();
  else {
    writable.once('close', finish);
    writable.end(finish);
  }
}
