import { join } from 'node:path';
import { Silo } from './silo.js';

/** Launchers that wait for a compute system; more are not kept. */
const SPARES = 8;

export interface SiloPoolOptions {
  readonly program: string;
  /** Folder of the launchers' sockets; on Windows the prefix of their pipes. */
  readonly folder: string;
  readonly stderr: () => number | 'ignore';
}

/**
 * Starts launchers, and keeps some that are empty: starting a process costs the service more than everything else that a compute
 * system needs. A launcher that was given back is used again only when it says itself that nothing is left in it.
 */
export class SiloPool {
  readonly #all = new Set<Silo>();
  readonly #spares: Silo[] = [];
  #next = 1;
  #closed = false;

  constructor(private readonly options: SiloPoolOptions) {}

  /** Launchers that live, spare ones too. */
  get size(): number {
    return this.#all.size;
  }

  /** Throws when a launcher cannot be started. */
  take(): Silo {
    for (;;) {
      const spare = this.#spares.pop();
      if (spare === undefined) return this.#launch();
      if (!spare.closed) return spare;
    }
  }

  giveBack(silo: Silo): void {
    silo.events = undefined;
    if (silo.pendingSpawns > 0) {
      silo.close();
      return;
    }
    void silo.list().then((listed) => {
      const empty = listed?.processes.length === 0;
      if (!empty || silo.closed || this.#closed || this.#spares.length >= SPARES) {
        silo.close();
        return;
      }
      silo.before = { user100ns: listed.endedUser100ns, kernel100ns: listed.endedKernel100ns };
      this.#spares.push(silo);
    });
  }

  /** Makes a spare launcher if there is none. A failure shows when one is taken. */
  warm(): void {
    if (this.#spares.length > 0 || this.#closed) return;
    try {
      this.#spares.push(this.#launch());
    } catch {
      // Told by take(), to a client that can show it.
    }
  }

  /** Ends every launcher and what runs under it; resolves when they are gone, or after `boundMs`. */
  async close(boundMs: number): Promise<void> {
    this.#closed = true;
    const ended = [...this.#all].map((silo) => silo.ended);
    for (const silo of this.#all) silo.close();
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      Promise.all(ended),
      new Promise((resolve) => {
        timer = setTimeout(resolve, boundMs);
      }),
    ]);
    clearTimeout(timer);
  }

  #launch(): Silo {
    const endpoint = join(this.options.folder, `s${this.#next++}`);
    const silo = new Silo(this.options.program, endpoint, this.options.stderr());
    this.#all.add(silo);
    void silo.ended.then(() => this.#all.delete(silo));
    return silo;
  }
}
