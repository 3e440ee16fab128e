import type { SimulatedProcess } from './process.js';

/** Ended processes that nobody has closed a handle of are kept for a client that comes back; so many at most. */
const KEPT_UNSEEN = 256;

/** The processes of one compute system by host pid: those that run, and ended ones that may still be asked for. */
export class ProcessTable {
  readonly #processes = new Map<number, SimulatedProcess>();

  /** A pid that the system gave out again names the new process from now on. */
  add(process: SimulatedProcess): void {
    this.#processes.set(process.pid, process);
  }

  get(pid: number): SimulatedProcess | undefined {
    return this.#processes.get(pid);
  }

  *running(): IterableIterator<SimulatedProcess> {
    for (const process of this.#processes.values()) if (!process.exited) yield process;
  }

  all(): readonly SimulatedProcess[] {
    return [...this.#processes.values()];
  }

  /** The last handle of `process` was closed: by its client (it has seen what it wanted), or because the client died. */
  unheld(process: SimulatedProcess, clientDied: boolean): void {
    if (process.handles > 0 || !process.exited) return;
    if (!clientDied) this.#forget(process);
    else this.trim();
  }

  /** Forgets the oldest ended processes without handles beyond what is kept. */
  trim(): void {
    if (this.#processes.size <= KEPT_UNSEEN) return;
    const unheld = this.all().filter((process) => process.exited && process.handles === 0);
    for (const process of unheld.slice(0, Math.max(0, unheld.length - KEPT_UNSEEN))) this.#forget(process);
  }

  #forget(process: SimulatedProcess): void {
    process.release();
    if (this.#processes.get(process.pid) === process) this.#processes.delete(process.pid);
  }
}
