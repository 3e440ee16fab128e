/** Events that are in the journal, and not in LMDB yet: in the order of their cursors, which is almost always that of their coming. */
import { firstAfter } from '../core/events/firstAfter.js';
import type { RuntimeEvent } from '../core/model/event.js';

export class Ahead {
  private events: RuntimeEvent[] = [];

  has(cursor: number): boolean {
    return this.events[firstAfter(this.events, cursor - 1)]?.cursor === cursor;
  }

  /** A turn that could not be written at once comes after its successors. */
  add(events: readonly RuntimeEvent[]): void {
    for (const event of events) {
      const newest = this.events.at(-1)?.cursor ?? 0;
      if (event.cursor > newest) this.events.push(event);
      else this.events.splice(firstAfter(this.events, event.cursor - 1), this.has(event.cursor) ? 1 : 0, event);
    }
  }

  remove(events: readonly RuntimeEvent[]): void {
    const gone = new Set(events.map(({ cursor }) => cursor));
    this.events = this.events.filter(({ cursor }) => !gone.has(cursor));
  }

  /** Up to `limit` of those above `cursor` and up to `newest`, oldest first. */
  after(cursor: number, newest: number, limit: number): readonly RuntimeEvent[] {
    const from = firstAfter(this.events, cursor);
    return this.events.slice(from, Math.min(from + limit, firstAfter(this.events, newest)));
  }
}
