/** stdin of a process from one client, into the private pipe that start or exec gave to this connection. */
import type { Socket } from 'node:net';
import { RuntimeError } from '../../core/errors.js';
import type { PrivatePipe } from '../../core/ports.js';
import { openSocket } from '../transport/socket.js';
import type { Session } from './session.js';
import type { HostStream } from './streamTable.js';

/** Bytes that the client may send before it gets more credit. */
export const STDIN_WINDOW = 1024 * 1024;
/** A client that does not keep to its credit is cut off here. */
const MAX_BUFFERED = 4 * 1024 * 1024;

export class StdinPump implements HostStream {
  private buffered = 0;
  private owed = 0;
  private written = 0;
  private over = false;

  private constructor(
    private readonly session: Session,
    private readonly streamId: string,
    private readonly socket: Socket,
  ) {
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.finish('the program no longer reads its stdin');
    });
    // Nothing is ever sent to us, but an unread end would go unseen.
    socket.resume();
  }

  /** Connects to the pipe and registers the stream; answers its id. */
  static async open(session: Session, pipe: PrivatePipe): Promise<string> {
    const socket = await openSocket(pipe.path, 5000, session.signal);
    socket.write(pipe.token, 'latin1');
    return session.streams.add((streamId) => new StdinPump(session, streamId, socket));
  }

  credit(): void {
    // Credit for stdin flows the other way.
  }

  data(bytes: Buffer): Promise<void> {
    if (this.over) return Promise.reject(new RuntimeError('failedPrecondition', 'stdin is closed'));
    this.buffered += bytes.length;
    if (this.buffered > MAX_BUFFERED) {
      this.finish(`more than ${MAX_BUFFERED} bytes were sent beyond the credit`);
      return Promise.reject(
        new RuntimeError('failedPrecondition', 'stdin was cut off: too much was sent beyond the credit'),
      );
    }
    return new Promise((resolve, reject) => {
      this.socket.write(bytes, (error) => {
        this.buffered -= bytes.length;
        if (error) {
          reject(new RuntimeError('failedPrecondition', 'the program no longer reads its stdin', {}, { cause: error }));
          return;
        }
        this.written += bytes.length;
        this.giveCredit(bytes.length);
        resolve();
      });
    });
  }

  close(): Promise<void> {
    this.over = true;
    return new Promise((resolve) => {
      this.socket.once('close', () => {
        resolve();
      });
      this.socket.end(() => {
        resolve();
      });
    });
  }

  dispose(): void {
    this.over = true;
    this.socket.destroy();
  }

  private giveCredit(bytes: number): void {
    this.owed += bytes;
    if (this.over || this.owed < STDIN_WINDOW / 4) return;
    this.session.notify('stream/credit', { streamId: this.streamId, bytes: this.owed });
    this.owed = 0;
  }

  private finish(error: string): void {
    if (this.over) return;
    this.dispose();
    this.session.streams.remove(this.streamId);
    this.session.notify('stream/end', { streamId: this.streamId, bytes: this.written, error });
  }
}
