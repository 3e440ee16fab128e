/** stdin of a process from one client, into the private pipe that start or exec gave to this connection, or that another one has left. */
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

/** Where the stdin came from, and what becomes of it. */
export interface StdinOwner {
  /** Whether it was left by another connection: then it outlives this one, too. */
  readonly attached: boolean;
  /** Takes the open socket over. */
  readonly keep: (socket: Socket) => void;
  /** Is told that `keep` will be called soon, or never; at the latest when `over` resolves. */
  readonly expect: (over: Promise<void>) => void;
}

async function connectTo(pipe: PrivatePipe, signal: AbortSignal): Promise<Socket> {
  const socket = await openSocket(pipe.path, 5000, signal);
  socket.on('error', () => undefined);
  // Nothing is ever sent to us, but an unread end would go unseen.
  socket.resume();
  socket.write(pipe.token, 'latin1');
  return socket;
}

export class StdinPump implements HostStream {
  private buffered = 0;
  private owed = 0;
  private written = 0;
  private over = false;
  private isFree = (): void => undefined;

  private readonly onClose = (): void => {
    this.finish('the program no longer reads its stdin');
  };

  private constructor(
    private readonly session: Session,
    private readonly streamId: string,
    private readonly socket: Socket,
    private readonly owner: StdinOwner,
  ) {
    socket.once('close', this.onClose);
  }

  /** Registers the stream of a pipe, which is connected to, or of a socket that was left open; answers its id. */
  static async open(session: Session, from: PrivatePipe | Socket, owner: StdinOwner): Promise<string> {
    const socket = 'token' in from ? await connectTo(from, session.signal) : from;
    return session.streams.add(
      (streamId) => new StdinPump(session, streamId, socket, owner),
      () => {
        socket.destroy();
      },
    );
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

  close(keep: boolean): Promise<void> {
    if (keep) {
      this.giveBack();
      return Promise.resolve();
    }
    this.over = true;
    this.isFree();
    return new Promise((resolve) => {
      this.socket.once('close', () => {
        resolve();
      });
      this.socket.end(() => {
        resolve();
      });
    });
  }

  leaving(): void {
    if (this.owner.attached && !this.over) this.owner.expect(new Promise((resolve) => (this.isFree = resolve)));
  }

  dispose(): void {
    if (this.owner.attached && !this.over) this.giveBack();
    else this.end();
  }

  private end(): void {
    this.over = true;
    this.isFree();
    this.socket.destroy();
  }

  /** The program's stdin stays open, for the next writer. */
  private giveBack(): void {
    this.over = true;
    this.socket.off('close', this.onClose);
    this.owner.keep(this.socket);
    this.isFree();
  }

  private giveCredit(bytes: number): void {
    this.owed += bytes;
    if (this.over || this.owed < STDIN_WINDOW / 4) return;
    this.session.notify('stream/credit', { streamId: this.streamId, bytes: this.owed });
    this.owed = 0;
  }

  private finish(error: string): void {
    if (this.over) return;
    this.end();
    this.session.streams.remove(this.streamId);
    this.session.notify('stream/end', { streamId: this.streamId, bytes: this.written, error });
  }
}
