import { closeSync, fstatSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';

const LARGEST = 1024 * 1024;

/** `service.log`: lines for people. At most 1 MiB, and as much again in `service.log.1`. Never secrets. */
export class ServiceLog {
  #fd: number;
  #size: number;

  constructor(private readonly path: string) {
    this.#fd = openSync(path, 'a', 0o600);
    this.#size = fstatSync(this.#fd).size;
  }

  /** For what launchers write on their stderr. */
  get fd(): number {
    return this.#fd;
  }

  write(message: string): void {
    const line = `${new Date().toISOString()} [${process.pid}] ${message.replace(/\s*\n\s*/g, ' | ')}\n`;
    try {
      this.#size += writeSync(this.#fd, line);
      if (this.#size > LARGEST) this.#rotate();
    } catch {
      // A full disk must not end the service.
    }
  }

  #rotate(): void {
    renameSync(this.path, `${this.path}.1`);
    closeSync(this.#fd);
    this.#fd = openSync(this.path, 'a', 0o600);
    this.#size = 0;
  }
}

/** The last lines of a log, for an error message; empty when there is none. */
export function logTail(path: string, lines: number): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}
