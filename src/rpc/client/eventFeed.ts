/**
 * A subscription to events whose consumer may be slow: what the host sends is queued up to a bound, then the subscription is
 * given up and taken up again after the last queued cursor. Events are replayable, so nothing is lost and nothing piles up.
 */
import type { RuntimeEvent } from '../../core/model/event.js';
import type { ResyncEvent } from '../protocol.js';
import type { ClientConnection } from './connection.js';

export type FeedItem = RuntimeEvent | ResyncEvent;

const MAX_QUEUED = 20_000;

/** Feeds of one connection, by subscription. */
export class EventRouter {
  private readonly feeds = new Map<string, EventFeed>();

  constructor(readonly connection: ClientConnection) {
    connection.onNotification('events/batch', ({ subscriptionId, events }) => {
      this.feeds.get(subscriptionId)?.accept(events);
    });
    connection.onNotification('events/event', ({ subscriptionId, ...event }) => {
      if (subscriptionId !== undefined) this.feeds.get(subscriptionId)?.accept([event]);
    });
    connection.onNotification('events/resync', ({ subscriptionId, ...event }) => {
      this.feeds.get(subscriptionId)?.accept([event]);
    });
    void connection.closed.then(() => {
      for (const feed of this.feeds.values()) feed.lost();
      this.feeds.clear();
    });
  }

  /** Begins a subscription; `after` undefined: only what comes from now on. */
  async open(after: number | undefined, signal?: AbortSignal): Promise<EventFeed> {
    const feed = new EventFeed(this);
    await feed.subscribe(after, signal);
    return feed;
  }

  route(subscriptionId: string, feed: EventFeed): void {
    this.feeds.set(subscriptionId, feed);
  }

  unroute(subscriptionId: string): void {
    this.feeds.delete(subscriptionId);
  }
}

export class EventFeed {
  /** The newest event when the subscription began: those up to it are replay. */
  cursor = 0;
  private subscriptionId: string | null = null;
  private queue: FeedItem[] = [];
  private lastQueued = 0;
  private overflowed = false;
  private closed = false;
  private wake: (() => void) | null = null;

  constructor(private readonly router: EventRouter) {}

  /** From the router: the connection has ended. */
  lost(): void {
    this.wake?.();
  }

  async subscribe(after: number | undefined, signal?: AbortSignal): Promise<void> {
    const { connection } = this.router;
    const params = after === undefined ? {} : { after };
    const answer = await connection.request('events/subscribe', params, signal === undefined ? {} : { signal });
    this.subscriptionId = answer.subscriptionId;
    this.cursor = answer.cursor;
    this.lastQueued = after ?? answer.cursor;
    this.router.route(answer.subscriptionId, this);
    if (this.closed) this.close();
  }

  /** From the router. */
  accept(items: readonly FeedItem[]): void {
    if (this.closed || this.overflowed) return;
    for (const item of items) this.queue.push(item);
    this.lastQueued = items.at(-1)?.cursor ?? this.lastQueued;
    if (this.queue.length > MAX_QUEUED) {
      this.overflowed = true;
      this.drop();
    }
    this.wake?.();
  }

  /** The next items in order; empty after `close`. Rejects when the connection has ended and all that came was taken. */
  async take(): Promise<readonly FeedItem[]> {
    for (;;) {
      if (this.closed) return [];
      if (this.queue.length > 0) {
        const items = this.queue;
        this.queue = [];
        return items;
      }
      const { error } = this.router.connection;
      if (error !== null) throw error;
      if (this.overflowed) {
        this.overflowed = false;
        await this.subscribe(this.lastQueued);
        continue;
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = null;
    }
  }

  close(): void {
    this.closed = true;
    this.queue = [];
    this.drop();
    this.wake?.();
  }

  private drop(): void {
    const { subscriptionId } = this;
    if (subscriptionId === null) return;
    this.subscriptionId = null;
    this.router.unroute(subscriptionId);
    // A connection that has ended has no subscriptions any more.
    this.router.connection.request('events/unsubscribe', { subscriptionId }).catch(() => undefined);
  }
}
