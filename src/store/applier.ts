/**
 * Takes turns from the journal into LMDB, in their order: one transaction at a time, each with all that came meanwhile and a little
 * longer. A transaction that fails (disk
 * full) is tried again; its turns stay in the journal.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RuntimeEvent } from '../core/model/event.js';
import type { Tracer } from '../core/ports.js';
import type { Environment } from './environment.js';
import type { EventLog } from './eventLog.js';
import type { Release } from './journal.js';
import { inTransaction } from './transaction.js';

const MAX_TURNS = 5000;
const RETRY_MS = 1000;
/** Turns of a container come in a row, and a transaction costs as much as several of them: they are gathered for so long. */
const GATHER_MS = 50;

/** A turn as it is stored. */
export interface Entry {
  /** Grows with each turn of the store; LMDB remembers the last one that it has. */
  readonly seq: number;
  readonly key: string;
  readonly record: string | null;
  readonly events: readonly { readonly event: RuntimeEvent; readonly text: string }[];
  readonly release: Release;
}

export class Applier {
  private readonly queue: Entry[] = [];
  private running: Promise<void> = Promise.resolve();
  private active = false;
  private readonly closing = new AbortController();

  constructor(
    private readonly environment: Environment,
    private readonly log: EventLog,
    private readonly tracer: Tracer,
  ) {}

  add(entry: Entry): void {
    this.queue.push(entry);
    void this.start();
  }

  /** Also removes old events when there are too many. Resolves when nothing is left to do. */
  start(): Promise<void> {
    if (this.active || this.closing.signal.aborted) return this.running;
    this.active = true;
    this.running = this.run();
    return this.running;
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (this.queue.length > 0 || this.log.overfull) {
      if (this.queue.length > 0 && this.queue.length < MAX_TURNS) await this.pause(GATHER_MS);
      try {
        if (this.queue.length > 0) await this.apply(this.queue.slice(0, MAX_TURNS));
        else await this.log.prune();
        failures = 0;
      } catch (e) {
        if (failures++ === 0) {
          this.tracer.log('error', 'the store cannot be written; its journal holds what is new', { reason: String(e) });
        }
        if (this.closing.signal.aborted) break;
        await this.pause(RETRY_MS);
      }
    }
    this.active = false;
  }

  /** Shorter when the store is closed meanwhile. */
  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.closing.signal }).catch(() => undefined);
  }

  private async apply(entries: readonly Entry[]): Promise<void> {
    const { containers, meta } = this.environment;
    const events = entries.flatMap((entry) => entry.events);
    let bytes = 0;
    try {
      await inTransaction(this.environment, () => {
        for (const { key, record } of entries) {
          void (record === null ? containers.remove(key) : containers.put(key, record));
        }
        bytes = this.log.put(events);
        void meta.put('applied', String(entries.at(-1)?.seq ?? 0));
      });
    } catch (e) {
      this.log.failed(bytes);
      throw e;
    }
    this.queue.splice(0, entries.length);
    this.log.applied(events.map(({ event }) => event));
    for (const { release } of entries) release();
  }

  /** Resolves when all turns are in LMDB: true; or cannot be taken in now: false. */
  async drain(): Promise<boolean> {
    void this.start();
    this.closing.abort();
    await this.running;
    return this.queue.length === 0;
  }
}
