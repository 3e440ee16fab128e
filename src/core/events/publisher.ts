/**
 * The only place that gives an event its sequence, cursor, epoch and time, and the only one that writes records (E1, E4).
 * A turn is: transition (the caller's), then one atomic commit of record and events, then telling the subscribers.
 */
import { RuntimeError } from '../errors.js';
import { EVENT_SCHEMA, type EventBody, type RuntimeEvent } from '../model/event.js';
import type { ContainerRecord } from '../model/record.js';
import type { Clock, StorePort, Tracer } from '../ports.js';

/** An event without its envelope. */
export interface Draft {
  readonly processId: string;
  readonly pid: number;
  readonly body: EventBody;
}

/** What one turn writes. `record` null: the container is deleted. */
export interface Change {
  readonly before: ContainerRecord;
  readonly record: ContainerRecord | null;
  readonly events: readonly Draft[];
  /**
   * A fact has happened and cannot be refused: when it cannot be written (disk full) it is tried again until it can, and
   * nobody is told before. Anything else fails with `unavailable` and changes nothing.
   */
  readonly fact: boolean;
}

const RETRY_FIRST_MS = 100;
const RETRY_LONGEST_MS = 5_000;

interface Entry {
  state: 'writing' | 'written' | 'dropped';
  readonly events: readonly RuntimeEvent[];
}

export class Publisher {
  /** Turns with events in the order of their cursors. Subscribers hear in this order, whichever commit is done first. */
  readonly #line: Entry[] = [];
  readonly #listeners = new Set<(events: readonly RuntimeEvent[]) => void>();
  #closed = false;
  #wake = new Set<() => void>();

  constructor(
    private readonly store: StorePort,
    private readonly clock: Clock,
    private readonly tracer: Tracer,
  ) {}

  /** Called with each turn's events once they are written, in cursor order. Must not throw or wait. */
  onEvents(listener: (events: readonly RuntimeEvent[]) => void): void {
    this.#listeners.add(listener);
  }

  /** Resolves with the record as written (its `sequence` counts the events). Only called from inside a turn of its container. */
  async commit(key: string, change: Change): Promise<ContainerRecord | null> {
    const { before } = change;
    if (this.#closed) throw new RuntimeError('unavailable', 'the engine is closing', { containerId: before.id });
    const time = this.clock.now().toISOString();
    const events = change.events.map((draft, index): RuntimeEvent => ({
      schema: EVENT_SCHEMA,
      cursor: this.store.nextCursor(),
      containerId: before.id,
      processId: draft.processId,
      pid: draft.pid,
      sequence: before.sequence + index + 1,
      epoch: before.epoch,
      time,
      ...draft.body,
    }));
    const record = change.record === null ? null : { ...change.record, sequence: before.sequence + events.length };
    const entry: Entry = { state: 'writing', events };
    if (events.length > 0) this.#line.push(entry);
    const turn = { record, containerKey: key, events, durable: events.some((e) => e.type === 'exit') };
    let pause = RETRY_FIRST_MS;
    for (;;) {
      try {
        await this.store.commit(turn);
        entry.state = 'written';
        this.#advance();
        return record;
      } catch (e) {
        this.tracer.log('error', 'cannot write to the store', { container: before.id, reason: text(e) });
        if (!change.fact || this.#isClosed()) {
          entry.state = 'dropped';
          this.#advance();
          throw new RuntimeError('unavailable', `container ${before.id}: its record cannot be written: ${text(e)}`, {
            containerId: before.id,
            hint: 'free some space on the disk of the home, or check that it can be written',
          });
        }
        await this.#sleep(pause);
        pause = Math.min(pause * 2, RETRY_LONGEST_MS);
      }
    }
  }

  /** Facts that could not be written are given up; what HCS knows is found again by the next engine. */
  close(): void {
    this.#closed = true;
    for (const wake of this.#wake) wake();
    this.#listeners.clear();
  }

  /** Asked again after each wait. */
  #isClosed(): boolean {
    return this.#closed;
  }

  #advance(): void {
    for (;;) {
      const head = this.#line[0];
      if (head === undefined || head.state === 'writing') return;
      this.#line.shift();
      if (head.state === 'written') for (const listener of this.#listeners) listener(head.events);
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#wake.delete(wake);
        resolve();
      };
      const cancel = this.clock.after(ms, wake);
      this.#wake.add(wake);
    });
  }
}

const text = (e: unknown): string => (e instanceof Error ? e.message : String(e));
