/**
 * What a handler may use: everything of the outside world that the command line touches comes through here, so that tests can
 * put something else in its place.
 */
import type { Readable } from 'node:stream';
import type { CallContext } from '../core/runtime.js';
import type { Globals } from './globals.js';
import type { Client, ConnectOptions } from '../rpc/client/index.js';
import type { Mode } from './output/render.js';
import type { Sink, Terminal } from './output/style.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Stdin; on a terminal it can be made raw. */
export type Source = Readable & Terminal & { setRawMode?(mode: boolean): unknown; unref?(): unknown };

export type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface ServeRequest {
  readonly framing: 'content-length' | 'ndjson';
  readonly home: string;
  readonly backend?: 'hcs' | 'simulator';
  readonly standalone: boolean;
  readonly signal: AbortSignal;
}

/** The process around a command. `bin.ts` has the real one. */
export interface Host {
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Stdout is a terminal. Unlike `stdout.isTTY` it opens no stream where that can be told without. */
  readonly isTerminal: boolean;
  /** As `write(stdout, text)`, and likewise cheaper. */
  print(text: string): Promise<void>;
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly cwd: string;
  /** Calls back at each such signal until the returned function is called. While nobody listens, the system's default holds. */
  onSignal(signal: SignalName, listener: () => void): () => void;
  /** Ends the process at once: for the second Ctrl+C. */
  leave(status: number): void;
  connect(options: ConnectOptions): Promise<Client>;
  /** JSON-RPC over stdin and stdout until the input ends; answers the exit status. */
  serve(request: ServeRequest): Promise<number>;
}

export interface Context {
  readonly host: Host;
  readonly globals: Globals;
  readonly mode: Mode;
  /** Whether `--output` or `--json` was given: then even a program's output is captured into the document. */
  readonly modeAsked: boolean;
  /** The engine's home, absolute. */
  home(): Promise<string>;
  /** As asked for by option or HCS_BACKEND; undefined: the engine's default. Rejects when HCS_BACKEND names none. */
  backend(): Promise<'hcs' | 'simulator' | undefined>;
  /** Aborted by the first Ctrl+C, unless the handler has taken signals over. */
  readonly signal: AbortSignal;
  /** Passed with every call. */
  readonly call: CallContext & { readonly signal: AbortSignal };
  /** The engine, started when none answers; one connection a command. */
  connect(): Promise<Client>;
  /** A new connection after the engine died under the old one; a new engine takes up what still runs. */
  reconnect(): Promise<Client>;
  /** The engine if one runs, else undefined. Never starts one. Rejects when it runs but does not answer. `signal` gives up the connecting. */
  connectIfRunning(signal?: AbortSignal): Promise<Client | undefined>;
  /** One object of a followed stream: NDJSON. */
  line(value: object): Promise<void>;
  /** For people who asked for it (`--verbose`). */
  note(text: string): void;
  /** Runs `work` with a spinner on a terminal's stderr, which tells the steps of what is called with its `call`; else plainly. */
  progress<T>(text: string, work: (call: Context['call']) => Promise<T>): Promise<T>;
  /** From now on `listener` hears SIGINT, SIGTERM and SIGHUP, and `signal` is not aborted by them any more. */
  takeSignals(listener: (signal: SignalName) => void): void;
}
