/**
 * StorePort over LMDB. A turn's writes are handed over without a pause between them, so they are in one transaction; turns of the same event-loop
 * turn share it.
 */
import { RuntimeError } from '../core/errors.js';
import type { ContainerRecord } from '../core/model/record.js';
import type { StorePort, StoreTurn, Tracer } from '../core/ports.js';
import { decodeRecord } from './decode.js';
import type { Environment } from './environment.js';
import { EventLog } from './eventLog.js';
import { ignoreFailure, reasonOf } from './failure.js';
import type { Retention } from './retention.js';

const PRUNE_INTERVAL_MS = 60 * 60 * 1000;

/** What lmdb gives for a write: settled when it is committed; `flushed` when it is on the disk (absent: the same moment). */
type Written = Promise<boolean> & { readonly flushed?: Promise<boolean> };

export class LmdbStore implements StorePort {
  private readonly log: EventLog;
  private given: number;
  private readonly timer: NodeJS.Timeout;
  private readonly pending = new Set<Promise<unknown>>();
  private closed = false;

  constructor(
    private readonly environment: Environment,
    private readonly folder: string,
    retention: Retention,
    private readonly now: () => number,
    private readonly tracer: Tracer,
  ) {
    this.log = new EventLog(environment, retention, now, tracer);
    this.given = this.log.last;
    this.timer = setInterval(() => void this.log.prune(), PRUNE_INTERVAL_MS);
    this.timer.unref();
    void this.track(this.log.prune());
  }

  load(): readonly ContainerRecord[] {
    const records: ContainerRecord[] = [];
    for (const { key, value } of this.environment.containers.getRange()) {
      const record = decodeRecord(value);
      if (record === null) this.keepAside(key, value);
      else records.push(record);
    }
    return records;
  }

  private keepAside(key: string, text: string): void {
    this.tracer.log('error', 'a container record cannot be read, and is kept aside', { container: key });
    ignoreFailure(this.environment.unreadable.put(`containers:${key}:${this.now()}`, text));
    ignoreFailure(this.environment.containers.remove(key));
  }

  nextCursor(): number {
    return ++this.given;
  }

  lastCursor(): number {
    return this.log.last;
  }

  eventsAfter(after: number, limit: number): ReturnType<StorePort['eventsAfter']> {
    return this.log.after(after, limit);
  }

  /** Rejects with `unavailable` when the disk is full or fails: then nothing of the turn is kept. */
  commit(turn: StoreTurn): Promise<void> {
    if (this.closed) return Promise.reject(new RuntimeError('unavailable', 'the store is closed'));
    const { containers } = this.environment;
    const bytes = this.log.append(turn.events);
    const written: Written =
      turn.record === null
        ? containers.remove(turn.containerKey)
        : containers.put(turn.containerKey, JSON.stringify(turn.record));
    return this.track(this.settle(written, turn, bytes));
  }

  private async settle(written: Written, turn: StoreTurn, bytes: number): Promise<void> {
    try {
      await written;
    } catch (e) {
      this.log.failed(bytes);
      throw await this.failure(e);
    }
    if (turn.durable) await written.flushed;
    this.log.committed(turn.events);
  }

  private async failure(e: unknown): Promise<RuntimeError> {
    const cause = await reasonOf(e);
    return new RuntimeError(
      'unavailable',
      `store ${this.folder} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      { hint: 'free space on the disk of the home folder' },
      { cause },
    );
  }

  private track<T>(promise: Promise<T>): Promise<T> {
    const tracked: Promise<unknown> = promise
      .catch(() => undefined)
      .finally(() => {
        this.pending.delete(tracked);
      });
    this.pending.add(tracked);
    return promise;
  }

  /** Waits for the turns under way; everything committed is on the disk when it resolves. Idempotent. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.timer);
    await Promise.all(this.pending);
    await this.environment.root.flushed;
    await this.environment.root.close();
  }
}
