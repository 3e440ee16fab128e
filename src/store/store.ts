/**
 * StorePort: a turn is appended to the journal, which makes it count, and then taken into LMDB, from which it is read. docs/decisions/0003-store.md.
 */
import { RuntimeError } from '../core/errors.js';
import { eventText } from '../core/model/eventText.js';
import type { ContainerRecord } from '../core/model/record.js';
import type { StorePort, StoreTurn, Tracer } from '../core/ports.js';
import { Applier, type Entry } from './applier.js';
import { decodeEvent, decodeRecord } from './decode.js';
import type { Environment } from './environment.js';
import { EventLog } from './eventLog.js';
import { Journal } from './journal.js';
import type { Retention } from './retention.js';
import { inTransactionIfPossible } from './transaction.js';

const AGE_INTERVAL_MS = 60 * 60 * 1000;

export interface StoreParts {
  readonly environment: Environment;
  readonly folder: string;
  readonly retention: Retention;
  readonly now: () => number;
  readonly tracer: Tracer;
  /** All is on the disk, and LMDB has let go of it. */
  readonly onClosed?: () => void;
}

type StoredEvents = Entry['events'];

/** One record of the journal. Made from texts, so that nothing is turned into JSON twice. */
function journalText(seq: number, key: string, record: string | null, events: StoredEvents): string {
  return `{"seq":${seq},"key":${JSON.stringify(key)},"record":${record ?? 'null'},"events":[${events.map((e) => e.text).join(',')}]}`;
}

/** The other way round; the CRC has vouched for the text. */
function fromJournal(text: string): Entry {
  const { seq, key, record, events } = JSON.parse(text) as {
    readonly seq: number;
    readonly key: string;
    readonly record: unknown;
    readonly events: readonly unknown[];
  };
  return {
    seq,
    key,
    record: record === null ? null : JSON.stringify(record),
    events: events.flatMap((stored) => {
      const eventText = JSON.stringify(stored);
      const event = decodeEvent(eventText);
      return event === null ? [] : [{ event, text: eventText }];
    }),
    release: () => undefined,
  };
}

export class LmdbStore implements StorePort {
  private given: number;
  /** Resolves when what an opening leaves to do has been done. */
  readonly settled: Promise<void>;
  private readonly timer: NodeJS.Timeout;
  private readonly applier: Applier;
  private readonly pending = new Set<Promise<unknown>>();
  private closed = false;

  private constructor(
    private readonly parts: StoreParts,
    private readonly log: EventLog,
    private readonly journal: Journal,
    private seq: number,
  ) {
    this.applier = new Applier(parts.environment, log, parts.tracer);
    this.given = log.last;
    this.timer = setInterval(() => {
      log.age();
      void this.applier.start();
    }, AGE_INTERVAL_MS);
    this.timer.unref();
    this.settled = this.applier.start();
  }

  /** Takes what the journal holds and LMDB lacks into LMDB first. Rejects when that cannot be written. */
  static async open(parts: StoreParts): Promise<LmdbStore> {
    const { environment, tracer, retention, now } = parts;
    const { journal, texts } = await Journal.open(parts.folder);
    const applied = Number(environment.meta.get('applied') ?? '0');
    const floor = Number(environment.meta.get('floor') ?? '1');
    const missing = texts
      .map(fromJournal)
      .filter(({ seq }) => seq > applied)
      .sort((a, b) => a.seq - b.seq)
      .map((entry) => ({ ...entry, events: entry.events.filter(({ event }) => event.cursor >= floor) }));
    if (missing.length > 0) {
      tracer.log('info', 'turns are taken from the journal into the store', { turns: missing.length });
      const applier = new Applier(environment, new EventLog(environment, retention, now, tracer), tracer);
      for (const entry of missing) applier.add(entry);
      if (!(await applier.drain())) throw new RuntimeError('unavailable', `store ${parts.folder} cannot be written`);
    }
    await journal.reset();
    const log = new EventLog(environment, retention, now, tracer);
    return new LmdbStore(parts, log, journal, missing.at(-1)?.seq ?? applied);
  }

  load(): readonly ContainerRecord[] {
    const records: ContainerRecord[] = [];
    for (const { key, value } of this.parts.environment.containers.getRange()) {
      const record = decodeRecord(value);
      if (record === null) this.keepAside(key, value);
      else records.push(record);
    }
    return records;
  }

  private keepAside(key: string, text: string): void {
    const { environment, tracer, now } = this.parts;
    tracer.log('error', 'a container record cannot be read, and is kept aside', { container: key });
    inTransactionIfPossible(environment, () => {
      void environment.unreadable.put(`containers:${key}:${now()}`, text);
      void environment.containers.remove(key);
    });
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

  /** Rejects with `unavailable` when the disk is full or fails. */
  commit(turn: StoreTurn): Promise<void> {
    if (this.closed) return Promise.reject(new RuntimeError('unavailable', 'the store is closed'));
    const committed = this.write(turn);
    const settled: Promise<unknown> = committed
      .catch(() => undefined)
      .finally(() => {
        this.pending.delete(settled);
      });
    this.pending.add(settled);
    return committed;
  }

  private async write(turn: StoreTurn): Promise<void> {
    const seq = ++this.seq;
    const record = turn.record === null ? null : JSON.stringify(turn.record);
    const events = turn.events.map((event) => ({ event, text: eventText(event) }));
    try {
      const release = this.journal.append(journalText(seq, turn.containerKey, record, events));
      this.log.begin(turn.events);
      this.applier.add({ seq, key: turn.containerKey, record, events, release });
      if (turn.durable) await this.journal.sync();
    } catch (e) {
      throw new RuntimeError(
        'unavailable',
        `store ${this.parts.folder} cannot be written: ${e instanceof Error ? e.message : String(e)}`,
        { hint: 'free space on the disk of the home folder' },
        { cause: e },
      );
    }
    this.log.committed(turn.events);
  }

  /** Waits for the turns under way; everything committed is on the disk when it resolves. Idempotent. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.timer);
    await Promise.all(this.pending);
    const drained = await this.applier.drain();
    if (drained) await this.journal.reset();
    else await this.journal.sync().catch(() => undefined);
    await this.journal.close();
    await this.parts.environment.root.flushed;
    await this.parts.environment.root.close();
    if (drained) this.parts.onClosed?.();
  }
}
