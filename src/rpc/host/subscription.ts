/**
 * Events to one client. A client that does not read holds up the runtime's delivery to this subscription alone (the listener's
 * promise), so that its events wait in the store. Should more be pushed all the same, at most 8,192 are kept (about 4 MiB):
 * then they are dropped and one `events/resync` stands for them.
 */
import type { ContainerSummary } from '../../core/model/container.js';
import { EVENT_SCHEMA, type RuntimeEvent } from '../../core/model/event.js';
import { eventText } from '../../core/model/eventText.js';
import type { EventSubscription, Runtime } from '../../core/runtime.js';
import type { NoticeOf } from '../protocol.js';
import type { Sent, Session } from './session.js';

const MAX_QUEUED = 8192;
const BATCH = 512;
/** Bytes that may be on their way before delivery waits for the client. */
const IN_FLIGHT = 1024 * 1024;

export class HostSubscription {
  private queue: RuntimeEvent[] = [];
  /** Cursor of the newest event dropped; null: none was. */
  private lost: number | null = null;
  private inFlight = 0;
  private closed = false;
  private pumping: Promise<void> | null = null;
  private wake: (() => void) | null = null;
  private begin: () => void = () => undefined;
  private readonly begun = new Promise<void>((resolve) => (this.begin = resolve));
  private subscription: EventSubscription | null = null;

  private constructor(
    private readonly session: Session,
    private readonly subscriptionId: string,
    private readonly runtime: Runtime,
    private readonly batched: boolean,
  ) {}

  /** `after` undefined: only what comes from now on. Nothing is sent before `start`. */
  static async open(
    session: Session,
    subscriptionId: string,
    after: number | undefined,
    batched: boolean,
  ): Promise<HostSubscription> {
    const runtime = await session.runtime;
    const made = new HostSubscription(session, subscriptionId, runtime, batched);
    made.subscription = await runtime.subscribe(
      after ?? Number.POSITIVE_INFINITY,
      (events) => made.accept(events),
      (snapshot, cursor) => {
        made.resync(snapshot, cursor);
      },
    );
    return made;
  }

  /** Newest event when the subscription began. */
  get cursor(): number {
    return this.subscription?.cursor ?? 0;
  }

  /** The answer of subscribe is on its way: events may follow. */
  start(): void {
    this.begin();
  }

  close(): void {
    this.closed = true;
    this.queue = [];
    this.subscription?.close();
    this.begin();
    this.wake?.();
  }

  /** Resolves when all of them were sent, but for a megabyte on its way. */
  private accept(events: readonly RuntimeEvent[]): Promise<void> | undefined {
    if (this.closed) return undefined;
    if (this.queue.length > 0 && this.queue.length + events.length > MAX_QUEUED) {
      this.lost = events.at(-1)?.cursor ?? this.lost;
      this.queue = [];
    } else {
      for (const event of events) this.queue.push(event);
    }
    return (this.pumping ??= this.pump().finally(() => (this.pumping = null)));
  }

  private async pump(): Promise<void> {
    await this.begun;
    while (!this.closed && (this.lost !== null || this.queue.length > 0)) {
      if (this.inFlight > IN_FLIGHT) await new Promise<void>((resolve) => (this.wake = resolve));
      else if (this.lost !== null) await this.sayLost(this.lost);
      else this.send(this.queue.splice(0, BATCH));
    }
  }

  private async sayLost(cursor: number): Promise<void> {
    this.lost = null;
    const { items } = await this.runtime.list(false);
    // Events that came meanwhile are after `cursor`, and the snapshot may know them already.
    this.sendResync(items, cursor);
  }

  private resync(snapshot: readonly ContainerSummary[], cursor: number): void {
    this.queue = [];
    this.lost = null;
    void this.begun.then(() => {
      this.sendResync(snapshot, cursor);
    });
  }

  private sendResync(snapshot: readonly ContainerSummary[], cursor: number): void {
    if (this.closed) return;
    this.track(
      this.session.notify('events/resync', {
        schema: EVENT_SCHEMA,
        type: 'resync',
        subscriptionId: this.subscriptionId,
        cursor,
        time: new Date().toISOString(),
        snapshot: [...snapshot],
      }),
    );
  }

  private send(events: RuntimeEvent[]): void {
    const { subscriptionId } = this;
    if (this.batched) this.track(this.session.notifyJson('events/batch', batchJson({ subscriptionId, events })));
    else for (const event of events) this.track(this.session.notify('events/event', { ...event, subscriptionId }));
  }

  private track({ bytes, taken }: Sent): void {
    this.inFlight += bytes;
    void taken.then(() => {
      this.inFlight -= bytes;
      if (this.inFlight <= IN_FLIGHT) this.wake?.();
    });
  }
}

/** What JSON.stringify would make of it, from the texts that the events have. */
const batchJson = ({ subscriptionId, events }: NoticeOf<'events/batch'>): string =>
  `{"subscriptionId":${JSON.stringify(subscriptionId)},"events":[${events.map(eventText).join(',')}]}`;
