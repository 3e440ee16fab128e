/**
 * Subscriptions. Each one is a position (a cursor) and its own loop that reads on from there: from the newest events in memory
 * when it is up to date, else from the store. So a slow subscriber holds nothing in memory, delays nobody, and replay turns
 * into live delivery without a gap (E6, E7). One that falls behind what the store keeps gets one snapshot and goes on after it.
 */
import type { ContainerSummary } from '../model/container.js';
import type { RuntimeEvent } from '../model/event.js';
import type { StorePort, Tracer } from '../ports.js';
import type { EventSubscription } from '../runtime.js';
import { firstAfter } from './firstAfter.js';

/** Events in memory, for subscribers that are up to date. */
const RECENT = 1024;
/** Events in one call of a listener. */
const BATCH = 512;

export type Listener = (events: readonly RuntimeEvent[]) => void | Promise<void>;
export type Expired = (snapshot: readonly ContainerSummary[], cursor: number) => void;

export class Feed {
  readonly #subscribers = new Set<Subscriber>();
  #recent: RuntimeEvent[] = [];
  #told: number;

  constructor(
    private readonly store: StorePort,
    private readonly snapshot: () => readonly ContainerSummary[],
    private readonly tracer: Tracer,
  ) {
    this.#told = store.lastCursor();
  }

  /** Newest cursor that subscribers may know: all events up to it are written. */
  get told(): number {
    return this.#told;
  }

  get size(): number {
    return this.#subscribers.size;
  }

  /** Written events, in cursor order. */
  tell(events: readonly RuntimeEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    this.#told = last.cursor;
    this.#recent.push(...events);
    if (this.#recent.length > 2 * RECENT) this.#recent = this.#recent.slice(-RECENT);
    for (const subscriber of this.#subscribers) subscriber.wake();
  }

  /**
   * Answers at once; the events after `after` follow through `listener`, beginning in a later tick. `after` Infinity: only what
   * comes from now on. A cursor that was never given out here (another home's) gets the snapshot.
   */
  subscribe(after: number, listener: Listener, expired: Expired): EventSubscription {
    const subscriber = new Subscriber(after === Infinity ? this.#told : after, this);
    this.#subscribers.add(subscriber);
    void this.#serve(subscriber, listener, expired);
    return {
      cursor: this.#told,
      close: () => {
        this.#end(subscriber);
      },
    };
  }

  /** Events after `after` that subscribers may know, oldest first. */
  read(after: number, limit: number): { readonly events: readonly RuntimeEvent[]; readonly expired: boolean } {
    const oldest = this.#recent[0];
    if (oldest !== undefined && after >= oldest.cursor) {
      const from = firstAfter(this.#recent, after);
      return { events: this.#recent.slice(from, from + limit), expired: false };
    }
    const { events, expired } = this.store.eventsAfter(after, limit);
    // The store may hold events of turns whose earlier neighbours are not written yet.
    return { events: events.filter((e) => e.cursor <= this.#told), expired };
  }

  close(): void {
    for (const subscriber of this.#subscribers) this.#end(subscriber);
  }

  async #serve(subscriber: Subscriber, listener: Listener, expired: Expired): Promise<void> {
    try {
      // Not before the caller holds its subscription.
      await Promise.resolve();
      while (!subscriber.closed) {
        if (subscriber.position === this.#told) {
          await subscriber.sleep();
          continue;
        }
        const { events, expired: isExpired } = this.read(subscriber.position, BATCH);
        if (isExpired || subscriber.position > this.#told) {
          subscriber.position = this.#told;
          expired(this.snapshot(), this.#told);
          continue;
        }
        const last = events.at(-1);
        // Cursors that no event has: their turn could not be written.
        subscriber.position = last === undefined ? this.#told : last.cursor;
        if (last !== undefined) await listener(events);
      }
    } catch (e) {
      this.tracer.log('warn', 'a subscriber of events failed and was ended', {
        reason: e instanceof Error ? e.message : String(e),
      });
      this.#end(subscriber);
    }
  }

  #end(subscriber: Subscriber): void {
    subscriber.closed = true;
    subscriber.wake();
    this.#subscribers.delete(subscriber);
  }
}

class Subscriber {
  closed = false;
  #wake: (() => void) | null = null;

  constructor(
    public position: number,
    private readonly feed: Feed,
  ) {}

  wake(): void {
    this.#wake?.();
    this.#wake = null;
  }

  sleep(): Promise<void> {
    return new Promise((resolve) => {
      if (this.closed || this.feed.told !== this.position) resolve();
      else this.#wake = resolve;
    });
  }
}
