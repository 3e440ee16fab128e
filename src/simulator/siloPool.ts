import { join } from 'node:path';
import { Silo } from './silo.js';

export interface SiloPoolOptions {
  readonly program: string;
  /** Folder of the launchers' sockets; on Windows the prefix of their pipes. */
  readonly folder: string;
  readonly stderr: () => number | 'ignore';
}

/** Starts launchers. One waits ready, so that starting a compute system does not wait for a process to start. */
export class SiloPool {
  readonly #all = new Set<Silo>();
  #spare: Silo | undefined;
  #refill: NodeJS.Timeout | undefined;
  #next = 1;
  #closed = false;

  constructor(private readonly options: SiloPoolOptions) {}

  get size(): number {
    return this.#all.size;
  }

  /** Throws when a launcher cannot be started. */
  take(): Silo {
    const silo = this.#spare ?? this.#launch();
    this.#spare = undefined;
    if (!this.#closed) {
      this.#refill ??= setTimeout(() => {
        this.#refill = undefined;
        this.warm();
      }, 3);
    }
    return silo;
  }

  /** Makes the spare launcher, if there is none. A failure shows at the next take. */
  warm(): void {
    if (this.#spare !== undefined || this.#closed) return;
    try {
      const silo = this.#launch();
      silo.events = {
        exited: () => undefined,
        empty: () => undefined,
        lost: () => {
          if (this.#spare === silo) this.#spare = undefined;
        },
      };
      this.#spare = silo;
    } catch {
      this.#spare = undefined;
    }
  }

  /** Ends every launcher and what runs under it; resolves when they are gone, or after `boundMs`. */
  async close(boundMs: number): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#refill);
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
