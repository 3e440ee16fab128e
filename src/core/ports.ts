/**
 * What core needs of the world. Adapters: `src/bridge` (HcsPort, over edge-js), `src/store` (StorePort), timers (Clock).
 * Core imports nothing that implements these.
 */
import type { RuntimeEvent } from './model/event.js';
import type { ContainerRecord } from './model/record.js';

/** Small integer that stands for a native handle; only the bridge knows the handle. Never reused within a bridge's life. */
export type SystemToken = number & { readonly __system: unique symbol };
export type ProcessToken = number & { readonly __process: unique symbol };

/** One entry of `ErrorEvents` in an HCS result document (hcs-facts 1.5). */
export interface HcsErrorEvent {
  readonly message?: string;
  readonly stackTrace?: string;
  readonly provider?: string;
  readonly eventId?: number;
  readonly flags?: number;
  readonly source?: string;
}

/**
 * A native call that HCS refused, or that ended badly. `hresult` is unsigned 32 bits as HCS gave it.
 * Thrown by HcsPort methods as the `cause`-free data below wrapped in {@link HcsError}.
 */
export interface HcsFailure {
  readonly operation: string;
  readonly hresult: number;
  readonly symbol: string;
  readonly events: readonly HcsErrorEvent[];
}

/** Thrown by every HcsPort method when the export returned a failing HRESULT (0xC0370103 "pending" is not a failure). */
export class HcsError extends Error {
  constructor(readonly failure: HcsFailure) {
    super(`${failure.operation}: ${failure.symbol} (0x${failure.hresult.toString(16).toUpperCase().padStart(8, '0')})`);
    this.name = 'HcsError';
  }
}

/** The call was accepted. `pending`: HCS answered 0xC0370103 and completes it by a notification. */
export interface Accepted {
  readonly pending: boolean;
}

/** Notifications by name, not number (hcs-facts 1.7); numbers differ between vmcompute and computecore. */
export type SystemNotificationType =
  | 'SystemExited'
  | 'SystemCreateCompleted'
  | 'SystemStartCompleted'
  | 'SystemPauseCompleted'
  | 'SystemResumeCompleted'
  | 'SystemCrashReport'
  | 'SystemSiloJobCreated'
  | 'SystemSaveCompleted'
  | 'SystemRdpEnhancedModeStateChanged'
  | 'SystemShutdownFailed'
  | 'SystemGetPropertiesCompleted'
  | 'SystemModifyCompleted'
  | 'SystemCrashInitiated'
  | 'SystemGuestConnectionClosed'
  | 'ServiceDisconnect';

export type HcsNotification =
  | {
      readonly kind: 'system';
      readonly system: SystemToken;
      readonly type: SystemNotificationType;
      /** Unsigned 32 bits; failing when bit 31 is set. */
      readonly status: number;
      readonly data: string | null;
    }
  | {
      readonly kind: 'process';
      readonly process: ProcessToken;
      readonly type: 'ProcessExited' | 'ServiceDisconnect';
      readonly status: number;
      readonly data: string | null;
    }
  /** The relay has copied the last byte of a stream to the log (and to its foreground reader). `bytes` counts from offset 0. */
  | {
      readonly kind: 'streamEnd';
      readonly process: ProcessToken;
      readonly stream: OutputStream;
      readonly bytes: number;
    }
  /** The foreground stdin reader saw the client's end of input: core must now call closeStdin. */
  | { readonly kind: 'stdinEnd'; readonly process: ProcessToken }
  /** The log cannot be written (disk full): bytes go on to the foreground reader; `message` is for the engine log. */
  | { readonly kind: 'logFailed'; readonly process: ProcessToken; readonly message: string }
  /** New bytes are in the log; sent at most once until acknowledged by the next pull, and only while watched. */
  | { readonly kind: 'logGrew'; readonly process: ProcessToken };

export type OutputStream = 'stdout' | 'stderr';
export type StdStream = 'stdin' | OutputStream;

/** Where a private pipe waits for its one reader: connect, write `token` (64 hex characters), then the stream's bytes follow. */
export interface PrivatePipe {
  readonly path: string;
  readonly token: string;
}

/** ProcessStatus of HcsGetProcessProperties (hcs-facts 3.7). */
export interface ProcessStatus {
  readonly processId: number;
  readonly exited: boolean;
  readonly exitCode: number;
  readonly lastWaitResult: number;
}

export interface RelayRequest {
  /** Folder of the process's log; made by the bridge if missing. Segments: docs/logs.md. */
  readonly logFolder: string;
  /** Size at which a segment is closed, and how many are kept. */
  readonly segmentBytes: number;
  readonly segments: number;
  /** Streams that a foreground reader will fetch: nothing is read from the program until it has connected (or attachTimeoutMs passed). */
  readonly foreground: readonly OutputStream[];
  /** Whether a private pipe for stdin is wanted. */
  readonly stdin: boolean;
  readonly attachTimeoutMs: number;
}

export interface RelayStarted {
  readonly stdin?: PrivatePipe;
  readonly stdout?: PrivatePipe;
  readonly stderr?: PrivatePipe;
}

/**
 * The vmcompute ABI as core sees it: one method an export, tokens in place of handles. Each rejects with {@link HcsError}
 * when HCS refuses; with RuntimeError `unavailable` when the bridge is gone. No method waits for a notification: that is
 * core's work. A call that core stops waiting for runs on to its end inside the bridge, with its handle kept alive.
 * `create` and `open` register the notification callback before they resolve.
 */
export interface HcsPort {
  createComputeSystem(id: string, document: string): Promise<Accepted & { readonly system: SystemToken }>;
  openComputeSystem(id: string): Promise<{ readonly system: SystemToken }>;
  startComputeSystem(system: SystemToken): Promise<Accepted>;
  shutdownComputeSystem(system: SystemToken): Promise<Accepted>;
  terminateComputeSystem(system: SystemToken): Promise<Accepted>;
  pauseComputeSystem(system: SystemToken): Promise<Accepted>;
  resumeComputeSystem(system: SystemToken): Promise<Accepted>;
  /** Unregisters the callback, then closes the handle. Idempotent. No notification for `system` arrives after it resolves. */
  closeComputeSystem(system: SystemToken): Promise<void>;
  /** Properties document text; `query` e.g. `{"PropertyTypes":["Statistics"]}`. */
  getComputeSystemProperties(system: SystemToken, query: string): Promise<string | null>;
  modifyComputeSystem(system: SystemToken, configuration: string): Promise<Accepted>;
  enumerateComputeSystems(query: string): Promise<string | null>;

  createProcess(
    system: SystemToken,
    parameters: string,
  ): Promise<{ readonly process: ProcessToken; readonly pid: number }>;
  openProcess(system: SystemToken, pid: number): Promise<{ readonly process: ProcessToken }>;
  /** Fetches new stdio ends for an opened process; rejects when there are none. Needed before startRelay after openProcess. */
  getProcessInfo(process: ProcessToken): Promise<{ readonly pid: number }>;
  getProcessProperties(process: ProcessToken): Promise<ProcessStatus>;
  modifyProcess(process: ProcessToken, settings: string): Promise<void>;
  signalProcess(process: ProcessToken, options: string): Promise<Accepted>;
  terminateProcess(process: ProcessToken): Promise<Accepted>;
  /** Stops the relay, closes stdio, unregisters the callback, closes the handle. Idempotent. */
  closeProcess(process: ProcessToken): Promise<void>;

  /** Starts to copy stdout and stderr to the log and, where asked, to a private pipe. Once per process token. */
  startRelay(process: ProcessToken, request: RelayRequest): Promise<RelayStarted>;
  /** Closes our end of the program's stdin. Core sends the HcsModifyProcess CloseHandle first (hcs-facts 4.5). */
  closeLocalStdin(process: ProcessToken): Promise<void>;
  /** Turns `logGrew` notifications on or off. */
  watchLog(process: ProcessToken, on: boolean): Promise<void>;

  /** Any other export by name (layers, HNS): string and integer arguments as the ABI has them. Used by layer and network verbs. */
  call(operation: string, args: readonly unknown[]): Promise<unknown>;

  /** Live native objects, for `doctor` and tests. */
  accounting(): Promise<{
    readonly systems: number;
    readonly processes: number;
    readonly callbacks: number;
    readonly streams: number;
  }>;

  /** The one listener; batches in the order in which HCS called back. Set before the first call. */
  onNotifications(listener: (batch: readonly HcsNotification[]) => void): void;
  /** Completes the pending pull and releases every handle. */
  close(): Promise<void>;
}

/** What one turn of a container's queue writes, all or nothing. */
export interface StoreTurn {
  /** The container's record after the turn; null deletes it. */
  readonly record: ContainerRecord | null;
  readonly containerKey: string;
  /** Events of this turn, with cursors already given out by {@link StorePort.nextCursor}. */
  readonly events: readonly RuntimeEvent[];
  /** True when an exit is among them: fdatasync before resolving. */
  readonly durable: boolean;
}

/**
 * Records and events on disk. A turn is atomic: after `kill -9` either all of it is there or none. `commit` resolves when the
 * operating system has the bytes (survives a killed process), or the disk has them when `durable`.
 */
export interface StorePort {
  /** All records, read once when the engine starts. */
  load(): readonly ContainerRecord[];
  /** The next cursor to give out; strictly grows over engine restarts. Synchronous. */
  nextCursor(): number;
  commit(turn: StoreTurn): Promise<void>;
  /** Events with cursor > after, oldest first, at most `limit`. `expired` when `after` is older than what is kept. */
  eventsAfter(after: number, limit: number): { readonly events: readonly RuntimeEvent[]; readonly expired: boolean };
  /** Cursor of the newest committed event; 0 when there is none. */
  lastCursor(): number;
  close(): Promise<void>;
}

export interface Clock {
  /** What people see; may be set, back as well. */
  now(): Date;
  /** Milliseconds since some moment, which nobody sets: for bounds. */
  elapsed(): number;
  /** Calls back once after `ms`; the returned function cancels. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}

/** Files of containers: log folders. Owned by the store. */
export interface LogPort {
  /** Folder for one process's log under the home; a function of the hashes of the arguments, never of their text. */
  folder(containerKey: string, epoch: string, processId: string): string;
  /** Removes all logs of one incarnation. */
  remove(containerKey: string, epoch: string): Promise<void>;
  /** Removes the log of one process of it. Absent: it stays until the container is deleted. */
  removeProcess?(containerKey: string, epoch: string, processId: string): Promise<void>;
}

/** Where core writes lines for people who look into the engine log. Never secrets. */
export interface Tracer {
  log(
    level: 'info' | 'warn' | 'error',
    message: string,
    fields?: Readonly<Record<string, string | number | boolean>>,
  ): void;
}

/** A place in a process's log: segment number and byte position of a chunk header in it. */
export interface LogCursor {
  readonly segment: number;
  readonly position: number;
  /** Bytes of that chunk's payload to leave out; absent: none. Set by `tail`, whose place may lie inside a chunk. */
  readonly skip?: number;
  /** Offset reached in each stream, as far as known: from it `read` tells what rotation has dropped. */
  readonly offsets?: Readonly<Partial<Record<OutputStream, number>>>;
}

export interface LogChunk {
  readonly stream: OutputStream;
  /** Offset of the first byte within its stream. */
  readonly offset: number;
  /** Milliseconds since 1970 (fraction kept). */
  readonly time: number;
  readonly data: Uint8Array;
}

/** Reads logs (docs/logs.md). Never blocks the writer; a chunk that is not whole yet is not returned. */
export interface LogReader {
  /** The oldest chunk that is kept. */
  oldest(folder: string): Promise<LogCursor>;
  /** Chunks from `cursor` on, about `maxBytes` at most; empty at the current end. `dropped`: bytes lost to rotation since `cursor`, by stream. */
  read(
    folder: string,
    cursor: LogCursor,
    maxBytes: number,
  ): Promise<{
    readonly chunks: readonly LogChunk[];
    readonly next: LogCursor;
    readonly dropped: Readonly<Record<OutputStream, number>>;
    readonly ended: readonly OutputStream[];
  }>;
  /** The chunk that holds `offset` of `stream` (or the first kept one after it). */
  seek(
    folder: string,
    stream: OutputStream,
    offset: number,
  ): Promise<{ readonly cursor: LogCursor; readonly dropped: number }>;
  /** The place from which the last `lines` lines (both streams together) follow; 0: the end. */
  tail(folder: string, lines: number): Promise<LogCursor>;
}
