/**
 * The events table: appended in turns, read by cursor, pruned from its old end.
 */
import type { RuntimeEvent } from '../core/model/event.js';
import type { Tracer } from '../core/ports.js';
import { decodeEvent } from './decode.js';
import type { Environment } from './environment.js';
import { ignoreFailure, reasonOf } from './failure.js';
import { PRUNE_SLICE, type Retention } from './retention.js';

export class EventLog {
  /** Oldest cursor that is kept, or the next one to come when none is. */
  private floor: number;
  private newest: number;
  private bytes: number;
  private pruning: Promise<void> | null = null;

  constructor(
    private readonly environment: Environment,
    private readonly retention: Retention,
    private readonly now: () => number,
    private readonly tracer: Tracer,
  ) {
    const { meta, events } = environment;
    this.floor = Number(meta.get('floor') ?? '1');
    this.newest = this.floor - 1;
    for (const cursor of events.getKeys({ reverse: true, limit: 1 })) this.newest = cursor;
    const bytes = meta.get('eventBytes');
    this.bytes = bytes === undefined ? this.measure() : Number(bytes);
  }

  /** Cursor of the newest event whose turn has been committed; `floor - 1` when there is none. */
  get last(): number {
    return this.newest;
  }

  private measure(): number {
    let bytes = 0;
    for (const { value } of this.environment.events.getRange()) bytes += value.length;
    return bytes;
  }

  /** Adds the events to the transaction that is being gathered; then `committed`, or `failed` with the answer of this. */
  append(events: readonly RuntimeEvent[]): number {
    if (events.length === 0) return 0;
    const before = this.bytes;
    for (const event of events) {
      const text = JSON.stringify(event);
      this.bytes += text.length;
      void this.environment.events.put(event.cursor, text);
    }
    void this.environment.meta.put('eventBytes', String(this.bytes));
    return this.bytes - before;
  }

  failed(bytes: number): void {
    this.bytes -= bytes;
  }

  committed(events: readonly RuntimeEvent[]): void {
    for (const event of events) if (event.cursor > this.newest) this.newest = event.cursor;
    if (this.bytes > this.retention.bytes) void this.prune();
  }

  /**
   * Committed events after a cursor, oldest first. `expired` when events after it have been pruned, and for a cursor that this log has never
   * given out (it belongs to another store).
   */
  after(cursor: number, limit: number): { readonly events: readonly RuntimeEvent[]; readonly expired: boolean } {
    if (cursor < this.floor - 1 || cursor > this.newest) return { events: [], expired: true };
    const found: RuntimeEvent[] = [];
    const range = { start: cursor + 1, end: this.newest + 1, limit };
    for (const { key, value } of this.environment.events.getRange(range)) {
      const event = decodeEvent(value);
      if (event === null) this.keepAside(key, value);
      else found.push(event);
    }
    return { events: found, expired: false };
  }

  private keepAside(cursor: number, text: string): void {
    this.tracer.log('error', 'an event in the store cannot be read, and is kept aside', { cursor });
    ignoreFailure(this.environment.unreadable.put(`events:${cursor}:${this.now()}`, text));
    ignoreFailure(this.environment.events.remove(cursor));
  }

  /** Removes what is over the limits, in slices, each a transaction of its own. One pruning at a time. */
  prune(): Promise<void> {
    this.pruning ??= this.pruneSlices()
      .catch(async (e: unknown) => {
        this.tracer.log('warn', 'old events could not be removed', { reason: String(await reasonOf(e)) });
      })
      .finally(() => {
        this.pruning = null;
      });
    return this.pruning;
  }

  private async pruneSlices(): Promise<void> {
    for (;;) {
      const removed = this.pruneSlice();
      if (removed === 0) return;
      await this.environment.meta.put('floor', String(this.floor));
      if (removed < PRUNE_SLICE) return;
    }
  }

  private pruneSlice(): number {
    const { events, meta } = this.environment;
    const oldestTime = this.now() - this.retention.ageMs;
    let removed = 0;
    for (const { key, value } of events.getRange({ start: this.floor, end: this.newest + 1, limit: PRUNE_SLICE })) {
      if (this.bytes <= this.retention.bytes && timeOf(value) >= oldestTime) break;
      void events.remove(key);
      this.bytes -= value.length;
      this.floor = key + 1;
      removed++;
    }
    if (removed > 0) void meta.put('eventBytes', String(this.bytes));
    return removed;
  }
}

/** Time of an event's text; an unreadable one counts as new, so that it is not removed for its age. */
function timeOf(text: string): number {
  const event = decodeEvent(text);
  return event === null ? Infinity : Date.parse(event.time);
}
