/**
 * Brings each notification to what it is about. One for a token that nobody has yet is kept until the token is adopted
 * (HCS calls back before the call that made the handle has returned); one for a token that is gone is counted (E9).
 */
import type { HcsNotification, ProcessToken, SystemToken, Tracer } from '../ports.js';
import { brief } from './failures.js';
import type { ProcessNotification, SystemNotification } from './live.js';

/** Unadopted tokens whose notifications are kept; the oldest goes first. */
const KEPT_TOKENS = 4096;

export class Router {
  readonly #systems = new Map<SystemToken, (n: SystemNotification) => void>();
  readonly #processes = new Map<ProcessToken, (n: ProcessNotification) => void>();
  readonly #early = new Map<string, HcsNotification[]>();
  /** Notifications that concerned nothing we hold. */
  strays = 0;

  constructor(private readonly tracer: Tracer) {}

  /** In the order in which HCS called back. What fails over one of them keeps none from the others. */
  readonly deliver = (batch: readonly HcsNotification[]): void => {
    for (const n of batch) {
      try {
        this.#deliverOne(n);
      } catch (e) {
        this.tracer.log('error', 'a notification could not be taken', { kind: n.kind, reason: brief(e) });
      }
    }
  };

  adoptSystem(token: SystemToken, handler: (n: SystemNotification) => void): void {
    this.#systems.set(token, handler);
    for (const n of this.#take(`s${token}`)) if (n.kind === 'system') handler(n);
  }

  adoptProcess(token: ProcessToken, handler: (n: ProcessNotification) => void): void {
    this.#processes.set(token, handler);
    for (const n of this.#take(`p${token}`)) if (n.kind !== 'system') handler(n);
  }

  dropSystem(token: SystemToken): void {
    this.#systems.delete(token);
    this.#early.delete(`s${token}`);
  }

  dropProcess(token: ProcessToken): void {
    this.#processes.delete(token);
    this.#early.delete(`p${token}`);
  }

  /** Tokens with a handler, for tests of leaks. */
  get size(): number {
    return this.#systems.size + this.#processes.size;
  }

  #deliverOne(n: HcsNotification): void {
    if (n.kind === 'system') {
      const handler = this.#systems.get(n.system);
      if (handler !== undefined) handler(n);
      else this.#keep(`s${n.system}`, n);
    } else {
      const handler = this.#processes.get(n.process);
      if (handler !== undefined) handler(n);
      else this.#keep(`p${n.process}`, n);
    }
  }

  #keep(key: string, n: HcsNotification): void {
    this.strays += 1;
    const list = this.#early.get(key) ?? [];
    list.push(n);
    this.#early.set(key, list);
    if (this.#early.size <= KEPT_TOKENS) return;
    const oldest = this.#early.keys().next().value;
    if (oldest === undefined) return;
    this.#early.delete(oldest);
    this.tracer.log('warn', 'a notification that nobody claimed was dropped', { token: oldest, strays: this.strays });
  }

  #take(key: string): readonly HcsNotification[] {
    const list = this.#early.get(key) ?? [];
    this.#early.delete(key);
    this.strays -= list.length;
    return list;
  }
}
