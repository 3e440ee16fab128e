import { exitCodeOfSignal, PROCESS_ABORTED } from './exitCode.js';
import type { Faults } from './faults.js';
import { HcsFailure } from './failure.js';
import {
  ACCESS_DENIED,
  BROKEN_PIPE,
  INVALID_PARAMETER,
  PROCESS_ALREADY_STOPPED,
  PROCESS_INFO_NOT_AVAILABLE,
} from './hresult.js';
import { Notifier } from './notifier.js';
import type { Silo } from './silo.js';
import { SpawnFlag } from './siloWire.js';

/** ProcessStatus of HcsGetProcessProperties (hcs-facts 3.7). */
export interface ProcessStatus {
  readonly ProcessId: number;
  readonly Exited: boolean;
  readonly ExitCode: number;
  readonly LastWaitResult: number;
}

export interface PipeEnds {
  /** 1 stdin, 2 stdout, 4 stderr. */
  readonly mask: number;
  readonly endpoint: string | null;
  readonly ticket: Uint8Array;
}

export interface ProcessDetails {
  readonly pid: number;
  /** SpawnFlag bits. */
  readonly flags: number;
  readonly ticket: Uint8Array;
  readonly user: string;
  /** Exit code that overrides what the host says, once a signal of ours ended it. */
  readonly forcedExitCode?: number;
}

/** On Windows the pipes' names are the ticket (docs/simulator-wire.md 1). */
const pipePrefix = (endpoint: string, ticket: Uint8Array): string =>
  process.platform === 'win32' ? `${endpoint}-${Buffer.from(ticket).toString('hex')}` : endpoint;

/** A process that HcsCreateProcess made. Lives as long as it runs, a handle is open, or (ended, unseen) its system lives. */
export class SimulatedProcess {
  readonly notifier: Notifier;
  readonly pid: number;
  handles = 0;
  #status: { readonly exitCode: number; readonly lastWaitResult: number } | undefined;
  #mask: number;
  #terminated = false;
  #told = false;

  constructor(
    private readonly details: ProcessDetails,
    readonly systemId: string,
    private readonly silo: Silo,
    private readonly faults: Faults,
  ) {
    this.pid = details.pid;
    this.#mask = details.flags & (SpawnFlag.stdin | SpawnFlag.stdout | SpawnFlag.stderr);
    this.notifier = new Notifier(faults, systemId);
  }

  get exited(): boolean {
    return this.#status !== undefined;
  }

  get user(): string {
    return this.details.user;
  }

  get status(): ProcessStatus {
    return {
      ProcessId: this.pid,
      Exited: this.exited,
      ExitCode: this.#status?.exitCode ?? 0,
      LastWaitResult: this.#status?.lastWaitResult ?? 0,
    };
  }

  /** Where new pipe ends are fetched; 0x8037011D once they were dropped or their launcher is gone. */
  pipeEnds(): PipeEnds {
    if (this.#mask < 0 || this.silo.closed) throw new HcsFailure(PROCESS_INFO_NOT_AVAILABLE);
    return {
      mask: this.#mask,
      endpoint: this.#mask === 0 ? null : pipePrefix(this.silo.endpoint, this.details.ticket),
      ticket: this.details.ticket,
    };
  }

  /** Ends this one process, not its descendants. A second time is 0x80070005, after the end 0x8037011F. */
  terminate(): void {
    this.#mustLive();
    if (this.#terminated) throw new HcsFailure(ACCESS_DENIED, 'the process is being terminated');
    this.#terminated = true;
    this.tellEarly();
    this.silo.kill(this.pid, 9);
  }

  signal(signal: number): void {
    this.#mustLive();
    this.tellEarly();
    this.silo.kill(this.pid, signal);
  }

  resize(height: number, width: number): void {
    this.#mustLive();
    if ((this.details.flags & SpawnFlag.terminal) === 0)
      throw new HcsFailure(INVALID_PARAMETER, 'the process has no console');
    if (height === 0 || width === 0)
      throw new HcsFailure(INVALID_PARAMETER, 'a console has at least one row and column');
    this.silo.resize(this.pid, height, width);
  }

  /** HCS drops its own copy of these ends: of stdin, so that the program sees its end. */
  closeHandle(which: 'StdIn' | 'StdOut' | 'StdErr' | 'All'): void {
    this.#mustLive();
    if (which === 'StdIn' || which === 'All') {
      if ((this.#mask & SpawnFlag.stdin) !== 0) this.silo.closeStdin(this.pid);
      this.#mask &= ~SpawnFlag.stdin;
    }
  }

  /** The launcher says that it ended. */
  ended(how: 'code' | 'signal', value: number): void {
    if (this.exited) return;
    this.#end(this.details.forcedExitCode ?? (how === 'code' ? value >>> 0 : this.#codeOf(value)), 0, 0);
  }

  /** Ended with its system before anything was heard of it. */
  aborted(): void {
    if (!this.exited) this.#end(PROCESS_ABORTED, 0, 0);
  }

  /** The silo broke under it: nobody knows how it ended (hcs-facts 2.5, ERROR_BROKEN_PIPE). */
  lost(): void {
    if (!this.exited) this.#end(0, BROKEN_PIPE | 0, BROKEN_PIPE);
  }

  /** Drops the pipe ends that the launcher keeps. */
  release(): void {
    if (this.#mask >= 0) this.silo.release(this.pid);
    this.#mask = -1;
  }

  tellEarly(): void {
    const early = this.faults.early('ProcessExited', this.systemId);
    if (early === undefined) return;
    this.#told = true;
    this.notifier.ended('ProcessExited', early);
  }

  #codeOf(signal: number): number {
    return this.#terminated && signal === 9 ? PROCESS_ABORTED : exitCodeOfSignal(signal);
  }

  #end(exitCode: number, lastWaitResult: number, status: number): void {
    const forced = this.faults.lastWaitResult(this.systemId);
    this.#status = { exitCode, lastWaitResult: forced === 0 ? lastWaitResult : forced | 0 };
    if (!this.#told) this.notifier.ended('ProcessExited', status);
  }

  #mustLive(): void {
    if (this.exited) throw new HcsFailure(PROCESS_ALREADY_STOPPED);
  }
}
