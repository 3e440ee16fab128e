/** A container in memory: its record as written, and the live things that are in no record. */
import type { ContainerInput } from '../lifecycle/container.js';
import type { ExecInput, ExecState } from '../lifecycle/exec.js';
import { idKey } from '../model/ids.js';
import type { ContainerRecord } from '../model/record.js';
import type { OutputBytes } from '../runtime.js';
import { Latch } from './latch.js';
import type { LiveProcess, LiveSystem } from './live.js';
import type { TurnOptions } from './turns.js';

export class Cell {
  readonly key: string;
  /** Deleted: no further turn. */
  removed = false;
  system: LiveSystem | null = null;
  init: LiveProcess | null = null;
  /** Execs whose exit is not published, by key. The first to enter owns the id. */
  readonly execs = new Map<string, Exec>();
  /** What processes whose end this engine has seen have written, by key of the exec, INIT for init. */
  readonly output = new Map<string, OutputBytes>();
  readonly held: { readonly input: ContainerInput; readonly options: TurnOptions }[] = [];
  /** When HCS accepted the first shutdown that somebody asked for, by the monotonic clock; null: none that this engine has heard of. */
  shutdownSince: number | null = null;
  /** Somebody has asked HCS to end it, and HCS has not refused: its end is theirs. `answered` never rejects. */
  asked: { readonly cause: string; readonly answered: Promise<void> } | null = null;
  /** Its last processes are being collected. */
  ending = false;
  /** Bringing it down: one at a time. */
  readonly teardown: { task: Promise<void> | null; again: boolean } = { task: null, again: false };
  /** Opening it again after a restart of the engine or a loss of the service; verbs that need the system wait for it. */
  attaching: Promise<void> | null = null;
  /** An unstarted system under this id that nothing proves to be ours: since when, by the monotonic clock, it is seen. */
  unstarted: { readonly runtimeId: string | null; readonly since: number } | null = null;
  /** What HCS has under the id of this failed create runs, and nothing proves it to be ours. */
  stranger = false;
  /** It is going to be looked at once more. */
  waiting = false;
  /** Ending what a failed create left: one at a time. */
  cleaning: Promise<boolean> | null = null;
  readonly #watchers = new Set<() => void>();
  readonly #logWatchers = new Map<string, Set<() => void>>();

  constructor(public record: ContainerRecord) {
    this.key = idKey(record.id);
  }

  get id(): string {
    return this.record.id;
  }

  get state(): ContainerRecord['state'] {
    return this.record.state;
  }

  /** True while it may have something in HCS. */
  get alive(): boolean {
    return !this.removed && this.state.kind !== 'stopped' && this.state.kind !== 'failed';
  }

  /** After each turn. */
  changed(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Resolves with the first value other than undefined that `look` gives, now or after a later turn; rejects when it throws. */
  until<T>(look: () => T | undefined): { readonly value: Promise<T>; stop(): void } {
    let watcher: () => void = () => undefined;
    const stop = (): void => {
      this.#watchers.delete(watcher);
    };
    const value = new Promise<T>((resolve, reject) => {
      watcher = () => {
        try {
          const found = look();
          if (found === undefined) return;
          stop();
          resolve(found);
        } catch (e) {
          stop();
          reject(e instanceof Error ? e : new Error(String(e)));
        }
      };
      this.#watchers.add(watcher);
      watcher();
    });
    return { value, stop };
  }

  /** Calls back when the log of that name grew or may have ended. A watcher outlives the process that writes it: a lost one is opened again. */
  watchLog(logId: string, watcher: () => void): () => void {
    const watchers = this.#logWatchers.get(logId) ?? new Set();
    this.#logWatchers.set(logId, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#logWatchers.get(logId) === watchers) this.#logWatchers.delete(logId);
    };
  }

  isLogWatched(logId: string): boolean {
    return this.#logWatchers.has(logId);
  }

  tellLog(logId: string): void {
    for (const watcher of [...(this.#logWatchers.get(logId) ?? [])]) watcher();
  }

  tellLogs(): void {
    for (const logId of [...this.#logWatchers.keys()]) this.tellLog(logId);
  }

  /** Watchers waiting, for tests of leaks. */
  get watchers(): number {
    return this.#watchers.size;
  }
}

export class Exec {
  state: ExecState = { kind: 'adding' };
  process: LiveProcess | null = null;
  readonly held: ExecInput[] = [];
  /** Its exit is published, or it never came to be. */
  readonly over = new Latch<true>();

  constructor(
    readonly id: string,
    readonly logId: string,
    readonly terminal: boolean,
  ) {}
}
