/**
 * Reads a process's log from a place on and waits for more until it has ended: the one way in which connections follow logs.
 * Holds no bytes between calls and never delays the writer.
 */
import type { LogChunk, LogCursor, LogReader, OutputStream } from '../../core/ports.js';
import type { Runtime } from '../../core/runtime.js';

export interface LogTarget {
  readonly id: string;
  /** `init`, or the id of an exec. */
  readonly processId: string;
}

export class LogFollower {
  private readonly ended = new Set<OutputStream>();
  /** Counts the calls of the watcher, so that one between a read and the wait after it is not lost. */
  private changes = 0;
  /** `changes` when `open` was asked; never yet while the watcher was there. */
  private asked = -1;
  private wake: (() => void) | null = null;
  private open = true;
  private closed = false;
  private unwatch: () => void = () => undefined;

  private constructor(
    private readonly runtime: Runtime,
    private readonly logs: LogReader,
    private readonly target: LogTarget,
    readonly folder: string,
    private cursor: LogCursor,
    private readonly wanted: readonly OutputStream[],
  ) {}

  /** `begin` finds the place in the log's folder. Rejects as `runtime.log` does. */
  static async open(
    runtime: Runtime,
    logs: LogReader,
    target: LogTarget,
    wanted: readonly OutputStream[],
    begin: (folder: string) => Promise<LogCursor>,
  ): Promise<LogFollower> {
    const log = await runtime.log(target.id, target.processId);
    const follower = new LogFollower(runtime, logs, target, log.folder, await begin(log.folder), wanted);
    follower.unwatch = log.watch(() => {
      follower.changes++;
      follower.wake?.();
    });
    return follower;
  }

  /** Offset reached in a stream, as far as the log has told; dropped bytes count. */
  offset(stream: OutputStream): number | undefined {
    return this.cursor.offsets?.[stream];
  }

  /** The next chunks of the wanted streams, about `maxBytes`; null when there will be none any more, or after `close`. */
  async next(maxBytes: number): Promise<readonly LogChunk[] | null> {
    while (!this.closed) {
      // In this order: what changes after `open` was asked is seen by the comparison at the end.
      const { changes } = this;
      if (changes !== this.asked) await this.refresh();
      this.asked = changes;
      const { open } = this;
      const { chunks, next, ended } = await this.logs.read(this.folder, this.cursor, maxBytes);
      const moved = next.segment !== this.cursor.segment || next.position !== this.cursor.position;
      this.cursor = next;
      for (const stream of ended) this.ended.add(stream);
      const found = chunks.filter(({ stream }) => this.wanted.includes(stream));
      if (found.length > 0) return found;
      if (this.wanted.every((stream) => this.ended.has(stream))) return null;
      if (moved) continue;
      // `open` was asked before the read: what was written until it closed has been read.
      if (!open) return null;
      if (this.changes === changes) await this.changed();
    }
    return null;
  }

  close(): void {
    this.closed = true;
    this.unwatch();
    this.wake?.();
  }

  private async changed(): Promise<void> {
    if (this.closed) return;
    await new Promise<void>((resolve) => (this.wake = resolve));
    this.wake = null;
  }

  private async refresh(): Promise<void> {
    if (this.closed) return;
    try {
      const { folder, open } = await this.runtime.log(this.target.id, this.target.processId);
      // Another folder: the name was given to a new process, so the one followed has ended.
      this.open = open && folder === this.folder;
    } catch {
      // The record is gone: nothing more will be written.
      this.open = false;
    }
  }
}
