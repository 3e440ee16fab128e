/** The live side of a compute system and of a process: the token, and what has been heard about it. In memory only. */
import type { HcsNotification, OutputStream, ProcessToken, SystemNotificationType, SystemToken } from '../ports.js';
import type { OutputBytes } from '../runtime.js';
import { Latch } from './latch.js';

/** How a wait for a completion ended (hcs-facts 4.2). */
export type Completion =
  | { readonly kind: 'completed'; readonly status: number }
  | { readonly kind: 'systemExited'; readonly status: number }
  | { readonly kind: 'disconnected' };

export interface Expectation {
  readonly outcome: Promise<Completion>;
  /** Of a completion that has come. */
  readonly status?: number | undefined;
  cancel(): void;
}

export type Completed = Extract<
  SystemNotificationType,
  | 'SystemCreateCompleted'
  | 'SystemStartCompleted'
  | 'SystemPauseCompleted'
  | 'SystemResumeCompleted'
  | 'SystemSaveCompleted'
>;

export class LiveSystem {
  /** The system has ended; the status HCS gave. */
  readonly exited = new Latch<number>();
  readonly disconnected = new Latch<true>();
  readonly #waiting = new Map<Completed, ((completion: Completion) => void)[]>();
  /** Completions that came before anybody waited: create's may, since its handle exists before its caller knows it. */
  readonly #early = new Map<Completed, number>();
  /** Completions whose callers have given up: when they come they are facts all the same. */
  readonly abandoned = new Set<Completed>();
  /** What to do with a completion that its caller gave up. */
  onLate: (type: Completed) => void = () => undefined;
  /** Accepted on this very handle: what a service took before it was lost may have been lost with it. */
  shutdownSent = false;
  terminateSent = false;
  closing: Promise<void> | null = null;

  constructor(readonly token: SystemToken) {}

  /** Waits for the next `type`. Register before the call is made; `early` also takes one that has come already. */
  expect(type: Completed, early: boolean): Expectation {
    const known = early ? this.#early.get(type) : undefined;
    this.#early.delete(type);
    if (known !== undefined)
      return { outcome: Promise.resolve({ kind: 'completed', status: known }), cancel: () => undefined };
    const latch = new Latch<Completion>();
    if (this.disconnected.has()) latch.settle({ kind: 'disconnected' });
    if (this.exited.value !== undefined) latch.settle({ kind: 'systemExited', status: this.exited.value });
    const take = (completion: Completion): void => {
      latch.settle(completion);
    };
    const list = this.#waiting.get(type) ?? [];
    list.push(take);
    this.#waiting.set(type, list);
    return {
      outcome: latch.promise,
      get status() {
        const come = latch.value;
        return come?.kind === 'completed' ? come.status : undefined;
      },
      cancel: () => {
        this.#waiting.set(
          type,
          (this.#waiting.get(type) ?? []).filter((t) => t !== take),
        );
      },
    };
  }

  /** The system has ended: whoever waits for a completion gets this instead. False when it was known. */
  end(status: number): boolean {
    if (!this.exited.settle(status)) return false;
    this.#tellAll({ kind: 'systemExited', status });
    return true;
  }

  /** The service is lost. False when it was known. */
  disconnect(): boolean {
    if (!this.disconnected.settle(true)) return false;
    this.#tellAll({ kind: 'disconnected' });
    return true;
  }

  #tellAll(completion: Completion): void {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    for (const take of all) take(completion);
  }

  /** True when somebody waited for it. */
  complete(type: Completed, status: number): boolean {
    const list = this.#waiting.get(type);
    this.#waiting.delete(type);
    if (list === undefined || list.length === 0) {
      this.#early.set(type, status);
      return false;
    }
    for (const take of list) take({ kind: 'completed', status });
    return true;
  }
}

export interface ProcessEnd {
  /** Of the notification; a failing one means that the exit code is not to be had. */
  readonly status: number;
  /** RFC 3339 UTC. */
  readonly at: string;
}

export class LiveProcess {
  readonly exited = new Latch<ProcessEnd>();
  /** All its output is in the log. */
  readonly drained = new Latch<true>();
  readonly #openStreams: Set<OutputStream>;
  readonly #bytes = new Map<OutputStream, number>();
  /** Called when the log grew or was closed. */
  onLog: () => void = () => undefined;
  stdinClosed = false;
  closing: Promise<void> | null = null;

  constructor(
    readonly token: ProcessToken,
    readonly pid: number,
    /** Which streams it has: a terminal has no stderr. */
    streams: readonly OutputStream[],
  ) {
    this.#openStreams = new Set(streams);
    if (streams.length === 0) this.drained.settle(true);
  }

  /** Whether its log is still written. */
  get logOpen(): boolean {
    return this.#openStreams.size > 0;
  }

  streamEnded(stream: OutputStream, bytes: number): void {
    this.#bytes.set(stream, bytes);
    this.#openStreams.delete(stream);
    if (this.#openStreams.size === 0) {
      this.drained.settle(true);
      this.logGrew();
    }
  }

  /** What it has written in all, once all of it was seen. */
  get output(): OutputBytes | undefined {
    return this.logOpen || this.#bytes.size === 0 ? undefined : Object.fromEntries(this.#bytes);
  }

  /** No more output will be seen. */
  closeLog(): void {
    if (this.logOpen) this.#bytes.clear();
    this.#openStreams.clear();
    this.drained.settle(true);
    this.logGrew();
  }

  logGrew(): void {
    this.onLog();
  }
}

export type SystemNotification = Extract<HcsNotification, { kind: 'system' }>;
export type ProcessNotification = Exclude<HcsNotification, SystemNotification>;
