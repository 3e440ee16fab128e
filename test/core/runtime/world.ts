/** A runtime over the fake, with a store in memory and a clock that only moves when told. */
import { createRuntime, type RuntimeDeps, type RuntimeHost } from '#src/core/index.js';
import { decodeProcess, decodeSpec, type OciProcess, type OciSpec } from '#src/core/documents/spec.js';
import type { RuntimeEvent } from '#src/core/model/event.js';
import type { ContainerRecord } from '#src/core/model/record.js';
import type { Clock, StorePort, StoreTurn } from '#src/core/ports.js';
import type { RuntimeError } from '#src/core/errors.js';
import { FakeHcs } from '../../helpers/fakeHcs.js';

export class FakeClock implements Clock {
  #now = Date.parse('2026-01-01T00:00:00Z');
  #timers: { at: number; order: number; callback: () => void }[] = [];
  #order = 0;

  now(): Date {
    return new Date(this.#now);
  }

  elapsed(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, order: this.#order++, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((t) => t !== timer);
    };
  }

  get pending(): number {
    return this.#timers.length;
  }

  /** The next timer's time from now; null when there is none. */
  get next(): number | null {
    return this.#timers.length === 0 ? null : Math.max(0, Math.min(...this.#timers.map((t) => t.at)) - this.#now);
  }

  /** The time passes, and what is due fires, in order; nothing is waited for. */
  jump(ms: number): Promise<void> {
    this.#now += Math.max(0, ms);
    const due = this.#timers.filter((t) => t.at <= this.#now).sort((a, b) => a.at - b.at || a.order - b.order);
    this.#timers = this.#timers.filter((t) => t.at > this.#now);
    for (const timer of due) timer.callback();
    return Promise.resolve();
  }

  /** Fires what is due within `ms`, in order, letting all that follows from each happen first. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await quiet();
      const due = this.#timers.filter((t) => t.at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((t) => t !== due);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
    }
    this.#now = until;
    await quiet();
  }
}

/** Until everything that follows without time passing has happened. */
export async function quiet(): Promise<void> {
  for (let n = 0; n < 60; n += 1) await new Promise((resolve) => setImmediate(resolve));
}

export class MemoryStore implements StorePort {
  readonly records = new Map<string, ContainerRecord>();
  readonly events: RuntimeEvent[] = [];
  readonly turns: StoreTurn[] = [];
  #cursor = 0;
  /** Lets a turn wait or fail: called before it is written. */
  before: (turn: StoreTurn) => Promise<void> | void = () => undefined;
  /** Events up to here are no longer kept. */
  forgottenTo = 0;

  load(): readonly ContainerRecord[] {
    return [...this.records.values()];
  }

  nextCursor(): number {
    this.#cursor += 1;
    return this.#cursor;
  }

  async commit(turn: StoreTurn): Promise<void> {
    await Promise.resolve();
    await this.before(turn);
    this.turns.push(turn);
    if (turn.record === null) this.records.delete(turn.containerKey);
    else this.records.set(turn.containerKey, turn.record);
    this.events.push(...turn.events);
    this.events.sort((a, b) => a.cursor - b.cursor);
  }

  eventsAfter(after: number, limit: number): { readonly events: readonly RuntimeEvent[]; readonly expired: boolean } {
    if (after < this.forgottenTo) return { events: [], expired: true };
    return { events: this.events.filter((e) => e.cursor > after).slice(0, limit), expired: false };
  }

  lastCursor(): number {
    return this.events.at(-1)?.cursor ?? 0;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface World {
  readonly hcs: FakeHcs;
  readonly store: MemoryStore;
  readonly clock: FakeClock;
  readonly runtime: RuntimeHost;
  readonly lines: string[];
  readonly removedLogs: string[];
  /** Types of the events written so far, `exit(3)` with its code, execs as `exec1:exit(0)`. */
  told(id?: string): readonly string[];
  /** The same store and HCS under a new runtime, as after the engine's end. */
  again(): Promise<World>;
}

let serial = 0;
export const random = (): string => (serial++).toString(16).padStart(16, '0').split('').reverse().join('');

export async function world(
  options: Partial<RuntimeDeps> & { hcs?: FakeHcs; store?: MemoryStore; clock?: FakeClock } = {},
): Promise<World> {
  const hcs = options.hcs ?? new FakeHcs();
  const store = options.store ?? new MemoryStore();
  const clock = options.clock ?? new FakeClock();
  const lines: string[] = [];
  const removedLogs: string[] = [];
  const runtime = await createRuntime({
    logs: {
      folder: (key, epoch, processId) => `/logs/${key}/${epoch}/${processId}`,
      remove: (key, epoch) => {
        removedLogs.push(`${key}/${epoch}`);
        return Promise.resolve();
      },
    },
    tracer: {
      log: (level, message, fields) => {
        lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
      },
    },
    target: { build: 20348, cpus: 4, exists: () => Promise.resolve(true) },
    random,
    ...options,
    hcs,
    store,
    clock,
  });
  return {
    hcs,
    store,
    clock,
    runtime,
    lines,
    removedLogs,
    told: (id) => store.events.filter((e) => id === undefined || e.containerId === id).map(told),
    again: async () => {
      await runtime.close();
      hcs.newClient();
      return world({ ...options, hcs, store, clock });
    },
  };
}

function told(event: RuntimeEvent): string {
  const prefix = event.processId === 'init' ? '' : `${event.processId}:`;
  if (event.type === 'exit') return `${prefix}exit(${event.exitCode ?? 'unknown'})`;
  if (event.type === 'stopping') return `stopping(${event.cause})`;
  if (event.type === 'recovered') return `recovered(${event.stdio})`;
  return `${prefix}${event.type}`;
}

export const spec = (overrides: Record<string, unknown> = {}): OciSpec =>
  decodeSpec({
    ociVersion: '1.0.0',
    process: { args: ['app.exe'], cwd: 'C:\\', env: ['PASSWORD=hunter22'] },
    root: { path: '\\\\?\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\' },
    windows: { layerFolders: ['C:\\layers\\base', 'C:\\layers\\scratch'] },
    ...overrides,
  });

export const hypervSpec = (): OciSpec =>
  spec({ root: {}, windows: { layerFolders: ['C:\\layers\\base', 'C:\\layers\\scratch'], hyperv: {} } });

export const process = (overrides: Record<string, unknown> = {}): OciProcess =>
  decodeProcess({ args: ['tool.exe'], cwd: 'C:\\', ...overrides });

/** A container that runs; its init's pid. */
export async function running(w: World, id = 'web', s: OciSpec = spec()): Promise<number> {
  await w.runtime.create({ id, spec: s });
  return (await w.runtime.start({ id })).pid;
}

/** The code and message of what a promise rejects with. */
export async function refusedWith(work: Promise<unknown>): Promise<RuntimeError> {
  try {
    await work;
  } catch (e) {
    return e as RuntimeError;
  }
  throw new Error('it was not refused');
}

export const CREATED_BY_OTHERS = (id: string): string => `HCS has a compute system ${id} that this home did not create`;
