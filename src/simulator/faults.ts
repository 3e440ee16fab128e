import * as t from 'io-ts';
import { isLeft } from 'fp-ts/lib/Either.js';
import { closed } from './documents/strict.js';
import { NotificationType, isNotificationName, type NotificationName } from './notificationType.js';
import { isFailure } from './hresult.js';
import { isExportName } from './exports/opcodes.js';

const Hresult = new t.Type<number, number, unknown>(
  'HRESULT (number or 0x text)',
  (u): u is number => typeof u === 'number',
  (u, c) => {
    const n = typeof u === 'string' && /^(0x[0-9a-f]{1,8}|-?\d+)$/i.test(u) ? Number(u) : u;
    return typeof n === 'number' && Number.isInteger(n) && n >= -(2 ** 31) && n < 2 ** 32
      ? t.success(n >>> 0)
      : t.failure(u, c);
  },
  t.identity,
);
const milliseconds = new t.Type<number>(
  'milliseconds >= 0',
  (u): u is number => typeof u === 'number' && u >= 0,
  (u, c) => (typeof u === 'number' && u >= 0 && u <= 2 ** 31 - 1 ? t.success(u) : t.failure(u, c)),
  t.identity,
);

/**
 * A failpoint. `name`: an export (`HcsStartComputeSystem`), a notification (`SystemExited`), or `*` for every export.
 *
 * At an export: `error` - answer this HRESULT without doing it (with `after`: do it, then answer this; a success code such as
 * S_FALSE is always answered after doing it); `ignored` - answer success (or `error`) without doing it; `delayMs` - wait before; `hang` - no answer until the failpoint is cleared;
 * `completion` - `pending` or `immediate`; `dieService` - the service kills itself before (`after`: after) the call;
 * `disconnect` - the client's connection is cut before (`after`: after) it; `systemExits` - the compute system ends with this
 * status as soon as the call was accepted; `result` - this text as result document.
 * At a notification: `error` - this status; `delayMs`, `hang`; `lost`; `duplicate`; `early` - before the call that causes it is
 * answered; `dieService`; `lastWaitResult` (ProcessExited) - what the status of the process says.
 * `system`: only for the compute system with this id. `skip`: leave out the first n matches. `count`: at most n times (default: always).
 */
export const FaultRule = closed(
  'FaultRule',
  { name: t.string },
  {
    system: t.string,
    error: Hresult,
    result: t.union([t.string, t.null]),
    delayMs: milliseconds,
    hang: t.boolean,
    lost: t.boolean,
    duplicate: t.boolean,
    early: t.boolean,
    after: t.boolean,
    ignored: t.boolean,
    dieService: t.boolean,
    disconnect: t.boolean,
    completion: t.keyof({ pending: null, immediate: null }),
    systemExits: Hresult,
    lastWaitResult: Hresult,
    skip: t.number,
    count: t.number,
  },
);
export type FaultRule = t.TypeOf<typeof FaultRule>;

export interface ArmedFault {
  readonly id: number;
  readonly rule: FaultRule;
  /** How often it has struck. */
  readonly struck: number;
}

interface Armed {
  readonly id: number;
  readonly rule: FaultRule;
  seen: number;
  struck: number;
  readonly waiting: (() => void)[];
}

/** Text of what is wrong with a rule, or the rule with HRESULTs as unsigned numbers. */
export function decodeRule(u: unknown): FaultRule | string {
  const decoded = FaultRule.decode(u);
  if (isLeft(decoded)) {
    const error = decoded.left[0];
    const key = error?.context.map((c) => c.key).filter((k) => k !== '');
    return `fault ${key?.join('.') ?? ''}: ${error?.message ?? 'not valid'}`;
  }
  const rule = decoded.right;
  if (rule.name !== '*' && !isNotificationName(rule.name) && !isExportName(rule.name))
    return `fault name: ${rule.name} is neither an export nor a notification`;
  return rule;
}

/** A fault that strikes a call. */
export interface CallFault {
  readonly rule: FaultRule;
  /** Resolves when the call may go on: after the delay, or when a hang was cleared. */
  readonly gate: Promise<void> | null;
}

export interface NotificationFault {
  /** Tells zero, one or two times, now or later, with the status that the fault makes of `status`. */
  apply(status: number, tell: (status: number) => void): void;
}

export class Faults {
  readonly #armed = new Map<number, Armed>();
  #next = 1;

  constructor(private readonly die: () => never) {}

  set(rule: FaultRule): number {
    const id = this.#next++;
    this.#armed.set(id, { id, rule, seen: 0, struck: 0, waiting: [] });
    return id;
  }

  /** Disarms one failpoint or all; what hangs on it goes on. Returns how many there were. */
  clear(id?: number): number {
    const doomed = [...this.#armed.values()].filter((armed) => id === undefined || armed.id === id);
    for (const armed of doomed) {
      this.#armed.delete(armed.id);
      for (const go of armed.waiting.splice(0)) go();
    }
    return doomed.length;
  }

  list(): readonly ArmedFault[] {
    return [...this.#armed.values()].map(({ id, rule, struck }) => ({ id, rule, struck }));
  }

  onCall(operation: string, system: string | undefined): CallFault | undefined {
    if (this.#armed.size === 0) return undefined;
    const armed = this.#match((rule) => rule.name === operation || rule.name === '*', system);
    if (armed === undefined) return undefined;
    return { rule: armed.rule, gate: this.#gate(armed) };
  }

  onNotification(name: NotificationName, system: string): NotificationFault | undefined {
    if (this.#armed.size === 0) return undefined;
    const armed = this.#match((rule) => rule.name === name && rule.early !== true, system);
    if (armed === undefined) return undefined;
    const { rule } = armed;
    return {
      apply: (status, tell) => {
        if (rule.lost === true) return;
        const told = rule.error ?? status;
        const go = (): void => {
          if (rule.dieService === true && rule.after !== true) this.die();
          tell(told);
          if (rule.duplicate === true) tell(told);
          if (rule.dieService === true) this.die();
        };
        const gate = this.#gate(armed);
        if (gate === null) go();
        else void gate.then(go);
      },
    };
  }

  /** Whether `name` is to be told before the call that causes it is answered, and with which status (undefined: no). */
  early(name: NotificationName, system: string): number | undefined {
    if (this.#armed.size === 0) return undefined;
    const armed = this.#match((rule) => rule.name === name && rule.early === true, system);
    return armed === undefined ? undefined : (armed.rule.error ?? 0);
  }

  /** LastWaitResult of a process that ends now. */
  lastWaitResult(system: string): number {
    if (this.#armed.size === 0) return 0;
    const armed = this.#match(
      (rule) => rule.name === 'ProcessExited' && rule.lastWaitResult !== undefined,
      system,
      true,
    );
    return armed?.rule.lastWaitResult ?? 0;
  }

  #match(fits: (rule: FaultRule) => boolean, system: string | undefined, peek = false): Armed | undefined {
    for (const armed of this.#armed.values()) {
      const { rule } = armed;
      if (!fits(rule)) continue;
      if (rule.system !== undefined && rule.system.toLowerCase() !== system?.toLowerCase()) continue;
      if (armed.struck >= (rule.count ?? Infinity)) continue;
      if (armed.seen < (rule.skip ?? 0)) {
        if (!peek) armed.seen++;
        continue;
      }
      if (!peek) armed.struck++;
      return armed;
    }
    return undefined;
  }

  #gate(armed: Armed): Promise<void> | null {
    const { rule } = armed;
    if (rule.hang === true) return new Promise((resolve) => armed.waiting.push(resolve));
    if (rule.delayMs !== undefined) {
      const ms = rule.delayMs;
      return new Promise((resolve) => setTimeout(resolve, ms));
    }
    return null;
  }
}

export const notificationNames = Object.keys(NotificationType);
export const replacesCall = (rule: FaultRule): boolean =>
  rule.error !== undefined && isFailure(rule.error) && rule.after !== true;
