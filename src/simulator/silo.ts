import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import {
  decodeListed,
  encodeResize,
  encodeSpawn,
  siloFrame,
  SiloFrame,
  type Listed,
  type SpawnRequest,
} from './siloWire.js';
import { LengthSplitter, u32, u32Pair } from './wire.js';

export interface SiloEvents {
  /** A process that SPAWN made has ended. */
  exited(pid: number, how: 'code' | 'signal', value: number): void;
  /** Nothing runs in the silo any more. */
  empty(): void;
  /** The launcher is gone, and everything in it. Once; not after {@link Silo.close}. */
  lost(): void;
}

export interface Spawned {
  readonly errno: number;
  readonly pid: number;
}

/** errno that stands for "the launcher went away before it answered" (ESRCH on no system has this value). */
export const SILO_LOST = -1;

/**
 * One `hcs-silo` process: the service's end of descriptor 3. Answers come as callbacks in the very turn in which their frame
 * is read, so that an exit that follows a start in one chunk finds the process known.
 */
export class Silo {
  events: SiloEvents | undefined;
  readonly #child: ChildProcess;
  readonly #pipe: Duplex;
  readonly #spawns = new Map<number, (answer: Spawned) => void>();
  readonly #lists = new Map<number, (processes: Listed | null) => void>();
  readonly #dones: (() => void)[] = [];
  readonly #splitter = new LengthSplitter(1);
  #sequence = 0;
  #closed = false;
  /** CPU time of what had ended in it before its present compute system. */
  before = { user100ns: 0, kernel100ns: 0 };
  /** Resolves when the launcher process has ended. */
  readonly ended: Promise<void>;

  /** Throws when the launcher cannot be started. */
  constructor(
    program: string,
    readonly endpoint: string,
    stderr: number | 'ignore',
  ) {
    this.#child = spawn(program, [endpoint], {
      // On Windows: a pipe that the launcher reads and writes at once. Elsewhere all are.
      stdio: ['ignore', 'ignore', stderr, 'overlapped'],
      cwd: process.platform === 'win32' ? undefined : '/',
      windowsHide: true,
    });
    let failed = this.#child.pid === undefined;
    this.ended = new Promise((resolve) => {
      this.#child.once('exit', () => {
        resolve();
      });
      this.#child.once('error', () => {
        failed = true;
        resolve();
      });
    });
    if (failed) throw new Error(`${program} cannot be started`);
    this.#pipe = this.#child.stdio[3] as Duplex;
    this.#pipe.on('data', (chunk: Buffer) => {
      try {
        this.#splitter.push(chunk, (body) => {
          this.#take(body);
        });
      } catch {
        this.#pipe.destroy();
      }
    });
    this.#pipe.on('error', () => this.#pipe.destroy());
    this.#pipe.on('close', () => {
      this.#gone();
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get pendingSpawns(): number {
    return this.#spawns.size;
  }

  spawn(request: SpawnRequest, answer: (spawned: Spawned) => void): void {
    const sequence = ++this.#sequence;
    this.#spawns.set(sequence, answer);
    this.#send(encodeSpawn(sequence, request));
  }

  kill(pid: number, signal: number): void {
    this.#send(siloFrame(SiloFrame.kill, u32Pair(pid, signal)));
  }

  killAll(): void {
    this.#send(siloFrame(SiloFrame.killAll));
  }

  shutdown(): void {
    this.#send(siloFrame(SiloFrame.shutdown));
  }

  /** Stops or continues every process; resolves when done (or when the launcher is gone). */
  pause(on: boolean): Promise<void> {
    this.#send(siloFrame(on ? SiloFrame.pause : SiloFrame.continue));
    return new Promise((resolve) => {
      this.#dones.push(resolve);
    });
  }

  resize(pid: number, rows: number, columns: number): void {
    this.#send(encodeResize(pid, rows, columns));
  }

  closeStdin(pid: number): void {
    this.#send(siloFrame(SiloFrame.closeStdin, u32(pid)));
  }

  release(pid: number): void {
    this.#send(siloFrame(SiloFrame.release, u32(pid)));
  }

  /** Figures of all processes in the silo; null when the launcher is gone. */
  list(): Promise<Listed | null> {
    if (this.#closed) return Promise.resolve(null);
    const sequence = ++this.#sequence;
    this.#send(siloFrame(SiloFrame.list, u32(sequence)));
    return new Promise((resolve) => {
      this.#lists.set(sequence, resolve);
    });
  }

  /** Closes descriptor 3: the launcher ends everything and exits. */
  close(): void {
    this.events = undefined;
    this.#pipe.destroy();
    this.#gone();
  }

  #send(frame: Buffer): void {
    if (!this.#closed) this.#pipe.write(frame);
  }

  #take(body: Buffer): void {
    const type = body.readUInt8(0);
    const payload = body.subarray(1);
    switch (type) {
      case SiloFrame.spawned: {
        const sequence = payload.readUInt32LE(0);
        const answer = this.#spawns.get(sequence);
        this.#spawns.delete(sequence);
        answer?.({ errno: payload.readInt32LE(4), pid: payload.readUInt32LE(8) });
        return;
      }
      case SiloFrame.exited:
        this.events?.exited(
          payload.readUInt32LE(0),
          payload.readUInt8(4) === 0 ? 'code' : 'signal',
          payload.readUInt32LE(5),
        );
        return;
      case SiloFrame.empty:
        this.events?.empty();
        return;
      case SiloFrame.done:
        this.#dones.shift()?.();
        return;
      case SiloFrame.listed: {
        const listed = decodeListed(payload);
        this.#lists.get(listed.sequence)?.(listed);
        this.#lists.delete(listed.sequence);
        return;
      }
      default:
    }
  }

  #gone(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const answer of this.#spawns.values()) answer({ errno: SILO_LOST, pid: 0 });
    this.#spawns.clear();
    for (const answer of this.#lists.values()) answer(null);
    this.#lists.clear();
    for (const done of this.#dones.splice(0)) done();
    this.events?.lost();
    void this.ended.then(() => {
      if (process.platform !== 'win32') rmSync(this.endpoint, { force: true });
    });
  }
}
