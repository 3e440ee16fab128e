/** The open streams of one connection. */
import { RuntimeError } from '../../core/errors.js';

/** One stream as the messages of its client meet it. */
export interface HostStream {
  credit(bytes: number): void;
  /** Bytes from the client; resolves when the program's side has taken them. Only stdin takes any. */
  data(bytes: Buffer): Promise<void>;
  /** The client is done with it: stdin gets its end of input, or, with `keep`, stays open for another writer. */
  close(keep: boolean): Promise<void>;
  /** The client will say nothing more, and the connection be over soon. */
  leaving?(): void;
  /** The connection is gone: free everything now. */
  dispose(): void;
}

/** More at once can only be a leak of the client. */
const MAX_STREAMS = 4096;

export class StreamTable {
  private readonly streams = new Map<string, HostStream>();
  private last = 0;
  private disposed = false;

  /**
   * A new id; `make` gets it. Throws failedPrecondition when the client holds too many, cancelled when it has gone: then `free` is called,
   * since there is no stream that would end what was opened for it.
   */
  add(make: (streamId: string) => HostStream, free: () => void = () => undefined): string {
    try {
      return this.enter(make);
    } catch (e) {
      free();
      throw e;
    }
  }

  private enter(make: (streamId: string) => HostStream): string {
    if (this.disposed) throw new RuntimeError('cancelled', 'the connection has ended');
    if (this.streams.size >= MAX_STREAMS) {
      throw new RuntimeError('failedPrecondition', `this connection has ${MAX_STREAMS} streams open already`);
    }
    const streamId = `s${++this.last}`;
    this.streams.set(streamId, make(streamId));
    return streamId;
  }

  /** Throws notFound: never opened, or ended. */
  get(streamId: string): HostStream {
    const stream = this.streams.get(streamId);
    if (stream === undefined) throw new RuntimeError('notFound', `no open stream ${streamId}`);
    return stream;
  }

  /** A stream that was ended or closed. */
  remove(streamId: string): void {
    this.streams.delete(streamId);
  }

  get size(): number {
    return this.streams.size;
  }

  leaving(): void {
    for (const stream of this.streams.values()) stream.leaving?.();
  }

  dispose(): void {
    this.disposed = true;
    for (const stream of this.streams.values()) stream.dispose();
    this.streams.clear();
  }
}
