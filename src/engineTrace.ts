/**
 * `HCS_TRACE=bridge,hcs,events,rpc` in the environment of the engine: what it does, one line each, in `home/trace.log` (docs/diagnosis.md). Names,
 * ids, codes and times only: no document, command line, environment or output, so no secret can be in it.
 */
import { isRuntimeError } from './core/errors.js';
import { hexOf, hresultOf } from './core/hresult.js';
import type { HcsNotification, HcsPort, StorePort } from './core/ports.js';
import { openEngineLog, type EngineLog } from './engineLog.js';

export const TRACE_TOPICS = ['bridge', 'hcs', 'events', 'rpc'] as const;
export type TraceTopic = (typeof TRACE_TOPICS)[number];

type Fields = Readonly<Record<string, string | number | boolean>>;

/** The topics in a value of HCS_TRACE; `all` means each. `unknown`: words that name none. */
export function traceTopics(text: string | undefined): {
  readonly topics: ReadonlySet<TraceTopic>;
  readonly unknown: readonly string[];
} {
  const words = (text ?? '')
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
  const topics = TRACE_TOPICS.filter((topic) => words.includes(topic) || words.includes('all'));
  const unknown = words.filter((word) => word !== 'all' && !TRACE_TOPICS.some((topic) => topic === word));
  return { topics: new Set(topics), unknown };
}

export class EngineTrace {
  readonly #log: EngineLog;
  #calls = 0;
  /** Container ids by the tokens that the port gave out. */
  readonly #systems = new Map<number, string>();
  readonly #processes = new Map<number, string>();

  constructor(
    path: string,
    private readonly topics: ReadonlySet<TraceTopic>,
  ) {
    this.#log = openEngineLog(path);
  }

  /** Undefined when nothing is to be traced. */
  static from(path: string, text: string | undefined): EngineTrace | undefined {
    const { topics } = traceTopics(text);
    return topics.size === 0 ? undefined : new EngineTrace(path, topics);
  }

  /** For each request of a client; undefined when nobody asked for it. */
  get onRequest(): ((method: string, outcome: string, ms: number) => void) | undefined {
    if (!this.topics.has('rpc')) return undefined;
    return (method, outcome, ms) => {
      this.#line('rpc', { method, outcome, ms: rounded(ms) });
    };
  }

  overHcs(port: HcsPort): HcsPort {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function' || typeof name !== 'string') return member;
        const method = member as (...args: unknown[]) => unknown;
        if (name === 'onNotifications') return (listener: Listener) => method.call(target, this.#heard(listener));
        return (...args: unknown[]) => this.#called(name, args, () => method.apply(target, args));
      },
    });
  }

  overStore(store: StorePort): StorePort {
    if (!this.topics.has('events')) return store;
    return new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name !== 'commit') return (member as (...args: unknown[]) => unknown).bind(target);
        return async (turn: Parameters<StorePort['commit']>[0]) => {
          await target.commit(turn);
          for (const { cursor, containerId, processId, sequence, type } of turn.events)
            this.#line('events', { cursor, container: containerId, process: processId, sequence, type });
        };
      },
    });
  }

  close(): void {
    this.#log.close();
  }

  #line(topic: TraceTopic, fields: Fields): void {
    this.#log.log('info', topic, fields);
  }

  async #called(name: string, args: readonly unknown[], make: () => unknown): Promise<unknown> {
    const call = ++this.#calls;
    const [first, second] = args;
    const operation =
      name === 'call'
        ? String(first)
        : /(ComputeSystems?|Process|Properties|Info)/.test(name)
          ? `Hcs${capital(name)}`
          : name;
    const began = performance.now();
    let container = this.#containerOf(name, first);
    let hresult = '0x00000000';
    try {
      const answer = await make();
      container = this.#remember(container, answer, name === 'openProcess' || name === 'createProcess');
      return answer;
    } catch (e) {
      const refused = hresultOf(e);
      hresult = refused !== null ? hexOf(refused) : isRuntimeError(e) ? e.code : 'failed';
      throw e;
    } finally {
      if (this.topics.has('bridge')) {
        const pid = name === 'openProcess' && typeof second === 'number' ? { pid: second } : {};
        const ms = rounded(performance.now() - began);
        this.#line('bridge', { call, container, operation, ...pid, ms, hresult });
      }
      if (name === 'closeComputeSystem') this.#systems.delete(Number(first));
      if (name === 'closeProcess') this.#processes.delete(Number(first));
    }
  }

  /** By the id itself, or by the token of the system or process. */
  #containerOf(name: string, first: unknown): string {
    if (name === 'createComputeSystem' || name === 'openComputeSystem') return String(first);
    if (typeof first !== 'number') return '';
    const systemFirst = name.endsWith('ComputeSystem') || name === 'createProcess' || name === 'openProcess';
    const known = systemFirst || name === 'getComputeSystemProperties' ? this.#systems : this.#processes;
    return known.get(first) ?? '';
  }

  #remember(container: string, answer: unknown, process: boolean): string {
    const { system, process: made } = (answer ?? {}) as { readonly system?: unknown; readonly process?: unknown };
    if (typeof system === 'number') this.#systems.set(system, container);
    if (process && typeof made === 'number') this.#processes.set(made, container);
    return container;
  }

  #heard(listener: Listener): Listener {
    if (!this.topics.has('hcs')) return listener;
    return (batch) => {
      for (const told of batch) {
        if (told.kind === 'logGrew') continue;
        const container = 'system' in told ? this.#systems.get(told.system) : this.#processes.get(told.process);
        const status = 'status' in told ? { status: hexOf(told.status) } : {};
        this.#line('hcs', { container: container ?? '', told: 'type' in told ? told.type : told.kind, ...status });
      }
      listener(batch);
    };
  }
}

type Listener = (batch: readonly HcsNotification[]) => void;

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
