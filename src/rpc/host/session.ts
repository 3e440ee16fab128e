/** What the handlers of one connection share. */
import type { LogReader, Tracer } from '../../core/ports.js';
import type { ProgressStep, Runtime } from '../../core/runtime.js';
import type { EngineStatus, HostInfo, Method, Notification, NoticeOf, ParamsOf, ResultOf } from '../protocol.js';
import type { Sent } from '../transport/writer.js';
import type { LeftStdin } from './leftStdin.js';
import type { StdioPipes } from './pipes.js';
import type { StreamTable } from './streamTable.js';
import type { SubscriptionTable } from './subscriptionTable.js';
import type { Tethers } from './tethers.js';

export type { Sent } from '../transport/writer.js';

/** The engine as its connections may ask and end it. */
export interface HostControl {
  status(): EngineStatus | Promise<EngineStatus>;
  /**
   * Begins the end in a later tick, so that the answer is written first. Throws failedPrecondition while other clients are connected and
   * not `force`, and with `idle` also while containers live.
   */
  stop(options: { readonly force: boolean; readonly idle: boolean }): void | Promise<void>;
}

export interface Session {
  readonly runtime: Promise<Runtime>;
  readonly logs: LogReader;
  readonly info: HostInfo;
  readonly control: HostControl;
  readonly tracer: Tracer;
  readonly pipes: StdioPipes;
  /** stdin that earlier connections asked for and nobody has opened. */
  readonly left: LeftStdin;
  readonly streams: StreamTable;
  readonly subscriptions: SubscriptionTable;
  readonly tethers: Tethers;
  /** Aborted when the connection is over. */
  readonly signal: AbortSignal;
  /** `taken` resolves also when the connection is lost. */
  notify<N extends Notification>(name: N, params: NoticeOf<N>): Sent;
  /** As `notify`, of parameters that are JSON text already. */
  notifyJson(name: Notification, params: string): Sent;
  /** Begins an answer that may be large: a few at a time, while the client takes what was sent. */
  large<T>(make: () => Promise<T>): Promise<T>;
  /** Runs `action` when the answer of the present request has been handed to the connection. */
  afterAnswer(action: () => void): void;
}

/** A request under way. */
export interface Call {
  readonly session: Session;
  /** Aborted by cancellation, deadline and the end of the connection. */
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  /** There when the client asked for it. */
  readonly progress?: (step: ProgressStep) => void;
}

export type Handler<M extends Method> = (params: ParamsOf<M>, call: Call) => Promise<ResultOf<M>> | ResultOf<M>;
/** Handlers of the given methods. */
export type Handlers<M extends Method> = { readonly [K in M]: Handler<K> };
