import { randomBytes, randomUUID } from 'node:crypto';
import type { ContainerConfig } from './documents/containerConfig.js';
import type { Faults } from './faults.js';
import { HcsFailure } from './failure.js';
import { FILE_NOT_FOUND, SYSTEM_ALREADY_STOPPED, UNEXPECTED_EXIT } from './hresult.js';
import type { Roots } from './host/roots.js';
import { Notifier } from './notifier.js';
import { SimulatedProcess } from './process.js';
import { ProcessTable } from './processTable.js';
import { SILO_LOST, type Silo, type Spawned } from './silo.js';
import type { SpawnRequest } from './siloWire.js';
import { refusal, type SystemOperation, type SystemState } from './systemState.js';

export interface SystemHost {
  readonly faults: Faults;
  /** How long processes have between SHUTDOWN and KILL_ALL. */
  readonly shutdownGraceMs: number;
  /** A silo in which nothing runs; throws when the launcher cannot be started. */
  takeSilo(): Silo;
  /** Nobody needs it any more. */
  giveBackSilo(silo: Silo): void;
  /** The system has ended: its id is free. */
  ended(system: ComputeSystem): void;
}

export type ExitType = 'GracefulExit' | 'ForcedExit' | 'UnexpectedExit';

/** A compute system: from HcsCreateComputeSystem until it ended and its last handle was closed. */
export class ComputeSystem {
  state: SystemState = 'creating';
  readonly runtimeId = randomUUID();
  readonly siloGuid = randomUUID();
  readonly notifier: Notifier;
  readonly processes = new ProcessTable();
  /** Open handles of the system itself. */
  handles = 0;
  /** Open handles of its processes. */
  processHandles = 0;
  /** When it was started. */
  startedAt: Date | undefined;
  exitType: ExitType | undefined;
  peakCommitBytes = 0;
  /** The last figures told. */
  readonly processor = { user100ns: 0, kernel100ns: 0 };
  /** HNS endpoints attached now. */
  readonly endpoints: string[] = [];
  #silo: Silo | undefined;
  #exitStatus = 0;
  #exitTold = false;
  #nothingRuns = true;
  #grace: NodeJS.Timeout | undefined;
  readonly #waiters: (() => void)[] = [];

  constructor(
    readonly id: string,
    readonly config: ContainerConfig,
    readonly roots: Roots,
    private readonly host: SystemHost,
  ) {
    this.notifier = new Notifier(host.faults, id);
  }

  get silo(): Silo | undefined {
    return this.#silo;
  }

  /** Throws when `operation` cannot be done in the present state. */
  mustAllow(operation: SystemOperation): void {
    const refused = refusal(this.state, operation);
    if (refused !== null) throw new HcsFailure(refused);
  }

  start(): void {
    this.mustAllow('start');
    let silo: Silo;
    try {
      silo = this.host.takeSilo();
    } catch (e) {
      throw new HcsFailure(FILE_NOT_FOUND, e instanceof Error ? e.message : String(e));
    }
    this.#silo = silo;
    silo.events = {
      exited: (pid, how, value) => {
        this.processes.get(pid)?.ended(how, value);
        this.processes.trim();
      },
      empty: () => {
        this.#empty();
      },
      lost: () => {
        this.#lost();
      },
    };
    this.state = 'running';
    this.startedAt = new Date();
  }

  /** Asks every process to end, and ends what is left after the grace time. */
  shutdown(): void {
    this.mustAllow('shutdown');
    this.#stopping('GracefulExit', 0);
    if (this.#nothingRuns) this.#silo?.killAll();
    else {
      this.#silo?.shutdown();
      this.#grace = setTimeout(() => this.#silo?.killAll(), this.host.shutdownGraceMs);
    }
  }

  /** Ends everything at once. `status` is what SystemExited will say. */
  terminate(status = 0, how: ExitType = 'ForcedExit'): void {
    this.mustAllow('terminate');
    clearTimeout(this.#grace);
    this.#stopping(how, status);
    if (this.#silo === undefined)
      setImmediate(() => {
        this.#finish();
      });
    else this.#silo.killAll();
  }

  /** Tells SystemExited now although nothing has ended yet (a failpoint). */
  tellExitEarly(status: number): void {
    if (this.#exitTold) return;
    this.#exitTold = true;
    this.notifier.ended('SystemExited', status);
  }

  async pause(): Promise<void> {
    this.mustAllow('pause');
    this.state = 'pausing';
    await this.#silo?.pause(true);
    this.#become('pausing', 'paused');
  }

  async resume(): Promise<void> {
    this.mustAllow('resume');
    this.state = 'resuming';
    await this.#silo?.pause(false);
    this.#become('resuming', 'running');
  }

  /** Resolves when the system has ended. */
  untilEnded(): Promise<void> {
    if (this.state === 'stopped') return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Starts a process. Rejects with the errno (chdir's has bit 30 set), or HcsFailure when the system went away. */
  spawn(
    request: Omit<SpawnRequest, 'ticket'>,
    user: string,
    forcedExitCode?: number,
  ): Promise<{ readonly process: SimulatedProcess } | { readonly errno: number }> {
    this.mustAllow('createProcess');
    const silo = this.#silo;
    if (silo === undefined) throw new HcsFailure(UNEXPECTED_EXIT);
    const ticket = randomBytes(16);
    const nothingRan = this.#nothingRuns;
    this.#nothingRuns = false;
    return new Promise((resolve, reject) => {
      silo.spawn({ ...request, ticket }, (answer: Spawned) => {
        if (answer.errno === SILO_LOST) reject(new HcsFailure(SYSTEM_ALREADY_STOPPED));
        else if (answer.errno !== 0) {
          const alone = silo.pendingSpawns === 0 && this.processes.running().next().done === true;
          if (nothingRan && alone) this.#nothingRuns = true;
          resolve({ errno: answer.errno });
        } else {
          const process = new SimulatedProcess(
            {
              pid: answer.pid,
              flags: request.flags,
              ticket,
              user,
              ...(forcedExitCode === undefined ? {} : { forcedExitCode }),
            },
            this.id,
            silo,
            this.host.faults,
          );
          this.processes.add(process);
          resolve({ process });
        }
      });
    });
  }

  /** A handle of the system or of one of its processes was closed. */
  handleClosed(): void {
    if (this.handles === 0 && this.config.TerminateOnLastHandleClosed === true && this.state !== 'stopped') {
      this.terminate();
    }
    this.#dropSilo();
  }

  #become(from: SystemState, to: SystemState): void {
    if (this.state !== from) throw new HcsFailure(UNEXPECTED_EXIT);
    this.state = to;
  }

  #stopping(how: ExitType, status: number): void {
    this.state = 'stopping';
    this.exitType = how;
    this.#exitStatus = status;
    const early = this.host.faults.early('SystemExited', this.id);
    if (early !== undefined) this.tellExitEarly(early);
  }

  #empty(): void {
    // A process being started makes an older EMPTY meaningless.
    if (this.#silo !== undefined && this.#silo.pendingSpawns > 0) return;
    this.#nothingRuns = true;
    if (this.state === 'stopping') this.#finish();
  }

  #lost(): void {
    if (this.state === 'stopped') return;
    this.exitType = 'UnexpectedExit';
    this.#exitStatus = UNEXPECTED_EXIT;
    for (const process of this.processes.running()) process.lost();
    this.#finish();
  }

  #finish(): void {
    if (this.state === 'stopped') return;
    clearTimeout(this.#grace);
    for (const process of this.processes.running()) process.aborted();
    this.state = 'stopped';
    this.host.ended(this);
    if (!this.#exitTold) {
      this.#exitTold = true;
      this.notifier.ended('SystemExited', this.#exitStatus);
    }
    for (const go of this.#waiters.splice(0)) go();
    this.#dropSilo();
  }

  /** The launcher stays while a client may still fetch or drain the pipe ends that it keeps. */
  #dropSilo(): void {
    if (this.state !== 'stopped' || this.handles > 0 || this.processHandles > 0) return;
    const silo = this.#silo;
    if (silo === undefined) return;
    this.#silo = undefined;
    for (const process of this.processes.all()) process.release();
    this.host.giveBackSilo(silo);
  }
}
