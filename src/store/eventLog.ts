/**
 * The events table: appended in turns, read by cursor (with what is still on its way into it), pruned from its old end.
 */
import type { RuntimeEvent } from '../core/model/event.js';
import { rememberText } from '../core/model/eventText.js';
import type { Tracer } from '../core/ports.js';
import { Ahead } from './ahead.js';
import { decodeEvent } from './decode.js';
import type { Environment } from './environment.js';
import { PRUNE_SLICE, type Retention } from './retention.js';
import { inTransaction, inTransactionIfPossible } from './transaction.js';

export class EventLog {
  /** Oldest cursor that is kept, or the next one to come when none is. */
  private floor: number;
  private newest: number;
  private bytes: number;
  private stale = true;
  private readonly ahead = new Ahead();

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

  /** Cursor of the newest committed event; `floor - 1` when there is none. */
  get last(): number {
    return this.newest;
  }

  /** There is something to prune, or it is time to look whether there is. */
  get overfull(): boolean {
    return this.stale || this.bytes > this.retention.bytes;
  }

  /** It is time to look for events that have grown too old. */
  age(): void {
    this.stale = true;
  }

  private measure(): number {
    let bytes = 0;
    for (const { value } of this.environment.events.getRange()) bytes += value.length;
    return bytes;
  }

  /** The events are in the journal, and on their way into LMDB. */
  begin(events: readonly RuntimeEvent[]): void {
    this.ahead.add(events);
  }

  /** Their turn has been committed: they are shown. */
  committed(events: readonly RuntimeEvent[]): void {
    for (const event of events) if (event.cursor > this.newest) this.newest = event.cursor;
  }

  /** Adds them to the transaction that is being gathered; then `applied`, or `failed` with the answer of this. */
  put(events: readonly { readonly event: RuntimeEvent; readonly text: string }[]): number {
    if (events.length === 0) return 0;
    const before = this.bytes;
    for (const { event, text } of events) {
      this.bytes += text.length;
      void this.environment.events.put(event.cursor, text);
    }
    void this.environment.meta.put('eventBytes', String(this.bytes));
    return this.bytes - before;
  }

  failed(bytes: number): void {
    this.bytes -= bytes;
  }

  applied(events: readonly RuntimeEvent[]): void {
    this.ahead.remove(events);
  }

  /**
   * Committed events after a cursor, oldest first. `expired` when events after it have been pruned, and for a cursor that this log has never
   * given out (it belongs to another store).
   */
  after(cursor: number, limit: number): { readonly events: readonly RuntimeEvent[]; readonly expired: boolean } {
    if (cursor < this.floor - 1 || cursor > this.newest) return { events: [], expired: true };
    for (let from = cursor; ;) {
      const { found, end } = this.page(from, limit);
      // What is ahead of LMDB and behind this page is for a later one: there may be more of LMDB before it.
      const ahead = this.ahead.after(from, end, limit);
      if (found.length + ahead.length > 0 || end === this.newest)
        return { events: joined(found, ahead, limit), expired: false };
      from = end;
    }
  }

  /** What LMDB has of the events up to `end`, but for those that are ahead of it. */
  private page(cursor: number, limit: number): { readonly found: readonly RuntimeEvent[]; readonly end: number } {
    const found: RuntimeEvent[] = [];
    let rows = 0;
    let last = cursor;
    for (const { key, value } of this.environment.events.getRange({ start: cursor + 1, end: this.newest + 1, limit })) {
      rows++;
      last = key;
      const event = decodeEvent(value);
      if (event === null) this.keepAside(key, value);
      else if (!this.ahead.has(key)) {
        rememberText(event, value);
        found.push(event);
      }
    }
    return { found, end: rows < limit ? this.newest : last };
  }

  private keepAside(cursor: number, text: string): void {
    this.tracer.log('error', 'an event in the store cannot be read, and is kept aside', { cursor });
    inTransactionIfPossible(this.environment, () => {
      void this.environment.unreadable.put(`events:${cursor}:${this.now()}`, text);
      void this.environment.events.remove(cursor);
    });
  }

  /** Removes a slice of what is over the limits, in one transaction. */
  async prune(): Promise<void> {
    const { events, meta } = this.environment;
    const oldestTime = this.now() - this.retention.ageMs;
    let { bytes, floor } = this;
    const old: number[] = [];
    for (const { key, value } of events.getRange({ start: floor, end: this.newest + 1, limit: PRUNE_SLICE })) {
      if (bytes <= this.retention.bytes && timeOf(value) >= oldestTime) break;
      old.push(key);
      bytes -= value.length;
      floor = key + 1;
    }
    this.stale = old.length === PRUNE_SLICE;
    if (old.length === 0) {
      // Nothing is left although it counts as too much: the count has drifted.
      if (bytes > this.retention.bytes) this.bytes = this.measure();
      return;
    }
    await inTransaction(this.environment, () => {
      for (const cursor of old) void events.remove(cursor);
      void meta.put('eventBytes', String(bytes));
      void meta.put('floor', String(floor));
    });
    this.bytes = bytes;
    this.floor = floor;
  }
}

function joined(
  found: readonly RuntimeEvent[],
  ahead: readonly RuntimeEvent[],
  limit: number,
): readonly RuntimeEvent[] {
  if (ahead.length === 0) return found;
  if (found.length === 0) return ahead;
  return [...found, ...ahead].sort((a, b) => a.cursor - b.cursor).slice(0, limit);
}

/** Time of an event's text; an unreadable one counts as new, so that it is not removed for its age. */
function timeOf(text: string): number {
  const event = decodeEvent(text);
  return event === null ? Infinity : Date.parse(event.time);
}
