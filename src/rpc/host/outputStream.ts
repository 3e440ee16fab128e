/**
 * stdout or stderr of a process to one client, by credit: from the log, or first from the private pipe (foreground, with
 * back-pressure to the program) and then from the log for what the pipe did not bring.
 */
import type { Socket } from 'node:net';
import type { LogChunk, LogCursor, OutputStream, PrivatePipe } from '../../core/ports.js';
import { RuntimeError } from '../../core/errors.js';
import { streamDataJson } from '../transport/json.js';
import { openSocket } from '../transport/socket.js';
import { Credit } from './credit.js';
import { LogFollower, type LogTarget } from './logFollower.js';
import type { Session } from './session.js';
import type { HostStream } from './streamTable.js';

/** Bytes read at once, and at most on their way to the kernel, for each stream. */
const STEP = 128 * 1024;

export interface LogPlaceTaken {
  readonly folder: string;
  readonly cursor: LogCursor;
}

export interface OutputRequest {
  readonly streamId: string;
  readonly target: LogTarget;
  readonly stream: OutputStream;
  /** An offset, or a place in the log at which the client knows itself to be. */
  readonly from: number | LogPlaceTaken;
  readonly credit: number;
  readonly pipe?: PrivatePipe;
}

export class OutputPump implements HostStream {
  private readonly allowed: Credit;
  private follower: LogFollower | null = null;
  private socket: Socket | null = null;
  private stopped = false;
  /** Offset of the next byte for the client; null: not known before the first one. */
  private position: number | null;

  constructor(
    private readonly session: Session,
    private readonly request: OutputRequest,
  ) {
    this.allowed = new Credit(request.credit);
    this.position = typeof request.from === 'number' ? request.from : null;
  }

  /** Sends until the stream has ended or is closed. */
  async run(): Promise<void> {
    const { streamId } = this.request;
    let error: string | undefined;
    try {
      if (this.request.pipe !== undefined) await this.fromPipe(this.request.pipe);
      await this.fromLog();
    } catch (e) {
      error = e instanceof Error ? e.message : String(e);
    }
    if (this.stopped) return;
    this.dispose();
    this.session.streams.remove(streamId);
    this.session.notify('stream/end', {
      streamId,
      bytes: this.position ?? 0,
      ...(error === undefined ? {} : { error }),
    });
  }

  credit(bytes: number): void {
    this.allowed.add(bytes);
  }

  data(): Promise<void> {
    return Promise.reject(new RuntimeError('failedPrecondition', `${this.request.stream} takes no data`));
  }

  close(): Promise<void> {
    this.dispose();
    return Promise.resolve();
  }

  dispose(): void {
    this.stopped = true;
    this.allowed.close();
    this.follower?.close();
    this.socket?.destroy();
  }

  /** A pipe that cannot be had (taken by the client itself, given up by the relay) is no failure: the log has all. */
  private async fromPipe(pipe: PrivatePipe): Promise<void> {
    try {
      const socket = await openSocket(pipe.path, 5000, this.session.signal);
      this.socket = socket;
      if (this.stopped) {
        socket.destroy();
        return;
      }
      socket.write(pipe.token, 'latin1');
      for await (const chunk of socket) await this.send(chunk as Buffer);
    } catch (error) {
      if (!this.stopped) {
        this.session.tracer.log('info', 'private pipe ended early', {
          why: error instanceof Error ? error.message : String(error),
        });
      }
    } finally {
      this.socket = null;
    }
  }

  private async fromLog(): Promise<void> {
    if (this.stopped) return;
    const { logs } = this.session;
    const { stream, target, from } = this.request;
    const { position } = this;
    const begin = async (folder: string): Promise<LogCursor> => {
      if (position !== null) return (await logs.seek(folder, stream, position)).cursor;
      return typeof from === 'object' && from.folder === folder ? from.cursor : logs.tail(folder, 0);
    };
    const follower = await LogFollower.open(await this.session.runtime, logs, target, [stream], begin);
    this.follower = follower;
    if (this.isStopped()) {
      follower.close();
      return;
    }
    for (;;) {
      const chunks = await follower.next(STEP);
      if (chunks === null || this.isStopped()) break;
      for (const chunk of chunks) await this.sendChunk(chunk);
    }
    this.gapTo(follower.offset(stream) ?? 0);
  }

  private async sendChunk({ offset, data }: LogChunk): Promise<void> {
    this.position ??= offset;
    this.gapTo(offset);
    const known = this.position - offset;
    if (known < data.length) await this.send(known > 0 ? data.subarray(known) : data);
  }

  /** Bytes up to `offset` are not to be had any more. */
  private gapTo(offset: number): void {
    const { streamId, stream } = this.request;
    if (this.position === null || offset <= this.position || this.stopped) return;
    this.session.notify('stream/gap', { streamId, stream, droppedBytes: offset - this.position });
    this.position = offset;
  }

  private async send(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      const allowed = await this.allowed.take(Math.min(rest.length, STEP));
      if (allowed === 0) return;
      const part = rest.subarray(0, allowed);
      rest = rest.subarray(allowed);
      const offset = this.position ?? 0;
      this.position = offset + allowed;
      await this.session.notifyJson('stream/data', streamDataJson(this.request.streamId, part, offset)).taken;
    }
  }

  /** As a call, since the compiler takes a field to be unchanged over an await. */
  private isStopped(): boolean {
    return this.stopped;
  }
}
