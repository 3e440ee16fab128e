/** What the tests of the C parts share: compiling a test program, a mailbox for what arrives, the launcher driven by hand. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import {
  encodeResize,
  encodeSpawn,
  siloFrame,
  SiloFrame,
  decodeListed,
  type ListedProcess,
} from '#src/simulator/siloWire.js';
import { LengthSplitter, u32, u32Pair } from '#src/simulator/wire.js';

const root = resolve(fileURLToPath(new URL('.', import.meta.url)), '../../..');
/** HCS_TEST_NATIVE: another folder of the C parts, HCS_TEST_CFLAGS: flags for the test programs; for runs with sanitizers. */
export const NATIVE = process.env['HCS_TEST_NATIVE'] ?? join(root, 'dist/native');
export const STANDIN = join(NATIVE, 'libvmcompute.so');
export const CMD = join(NATIVE, 'hcs-cmd');

/** A folder that goes with the test. */
export function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hnat-'));
  t.teardown(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

/** Compiles `test/native/<name>.c` into `into`; gives the program's path. */
export function compile(name: string, into: string): string {
  const out = join(into, name);
  const extra = process.env['HCS_TEST_CFLAGS']?.split(' ') ?? [];
  const flags = ['-std=c11', '-D_GNU_SOURCE', '-O1', '-Wall', '-Wextra', '-Werror', ...extra];
  const source = join(root, 'test/native', `${name}.c`);
  execFileSync(process.env['CC'] ?? 'cc', [...flags, '-o', out, source, '-ldl', '-pthread'], { stdio: 'inherit' });
  return out;
}

/** Things that arrive in an order of their own, each taken once by whoever waits for one like it. */
export class Mailbox<T> {
  #held: T[] = [];
  #waiting: { fits: (item: T) => boolean; give: (item: T) => void; fail: (e: Error) => void }[] = [];
  #ended: Error | undefined;

  put(item: T): void {
    const at = this.#waiting.findIndex((w) => w.fits(item));
    if (at < 0) this.#held.push(item);
    else this.#waiting.splice(at, 1)[0]?.give(item);
  }

  end(why: string): void {
    this.#ended ??= new Error(why);
    for (const w of this.#waiting.splice(0)) w.fail(this.#ended);
  }

  /** The first that fits, now or later. Rejects when nothing can come any more. */
  take(fits: (item: T) => boolean): Promise<T> {
    const at = this.#held.findIndex(fits);
    if (at >= 0) return Promise.resolve(this.#held.splice(at, 1)[0] as T);
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((give, fail) => this.#waiting.push({ fits, give, fail }));
  }

  get held(): readonly T[] {
    return this.#held;
  }
}

interface SiloMessage {
  readonly type: number;
  readonly payload: Buffer;
}

export interface Run {
  readonly pid: number;
  readonly errno: number;
  readonly ticket: Buffer;
}

export interface Exit {
  readonly how: number;
  readonly value: number;
}

/** `hcs-silo` with this process as its service. */
export class SiloDriver {
  readonly path: string;
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly mail = new Mailbox<SiloMessage>();
  readonly #pipe: Duplex;
  #sequence = 0;

  constructor(t: ExecutionContext) {
    this.path = join(folder(t), 's');
    this.child = spawn(join(NATIVE, 'hcs-silo'), [this.path], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
    this.ended = new Promise((done) => this.child.once('exit', done));
    this.#pipe = this.child.stdio[3] as Duplex;
    const splitter = new LengthSplitter(1);
    this.#pipe.on('data', (chunk: Buffer) => {
      splitter.push(chunk, (body) => {
        this.mail.put({ type: body.readUInt8(0), payload: Buffer.from(body.subarray(1)) });
      });
    });
    this.#pipe.on('error', () => this.#pipe.destroy());
    this.#pipe.on('close', () => {
      this.mail.end('the launcher has gone');
    });
    t.teardown(() => this.close());
  }

  close(): Promise<unknown> {
    this.#pipe.destroy();
    return this.ended;
  }

  send(type: number, payload?: Buffer): void {
    this.#pipe.write(siloFrame(type, payload));
  }

  raw(bytes: Buffer): void {
    this.#pipe.write(bytes);
  }

  async take(type: number, fits: (payload: Buffer) => boolean = () => true): Promise<Buffer> {
    return (await this.mail.take((m) => m.type === type && fits(m.payload))).payload;
  }

  async spawn(
    argv: readonly string[],
    options: { flags?: number; cwd?: string; env?: readonly string[]; rows?: number; columns?: number } = {},
  ): Promise<Run> {
    const sequence = ++this.#sequence;
    const ticket = randomBytes(16);
    const { flags = 7, cwd = '/', rows = 0, columns = 0 } = options;
    const env = options.env ?? [`PATH=${process.env['PATH'] ?? '/usr/bin:/bin'}`];
    this.raw(encodeSpawn(sequence, { ticket, flags, rows, columns, cwd, argv, env }));
    const answer = await this.take(SiloFrame.spawned, (p) => p.readUInt32LE(0) === sequence);
    return { errno: answer.readInt32LE(4), pid: answer.readUInt32LE(8), ticket };
  }

  async exit(pid: number): Promise<Exit> {
    const p = await this.take(SiloFrame.exited, (payload) => payload.readUInt32LE(0) === pid);
    return { how: p.readUInt8(4), value: p.readUInt32LE(5) };
  }

  kill(pid: number, signal: number): void {
    this.send(SiloFrame.kill, u32Pair(pid, signal));
  }

  resize(pid: number, rows: number, columns: number): void {
    this.raw(encodeResize(pid, rows, columns));
  }

  closeStdin(pid: number): void {
    this.send(SiloFrame.closeStdin, u32(pid));
  }

  release(pid: number): void {
    this.send(SiloFrame.release, u32(pid));
  }

  async list(): Promise<{ readonly processes: readonly ListedProcess[]; readonly ended100ns: readonly bigint[] }> {
    const sequence = ++this.#sequence;
    this.send(SiloFrame.list, u32(sequence));
    const payload = await this.take(SiloFrame.listed, (p) => p.readUInt32LE(0) === sequence);
    const at = payload.length - 16;
    return {
      processes: decodeListed(payload).processes,
      ended100ns: [payload.readBigUInt64LE(at), payload.readBigUInt64LE(at + 8)],
    };
  }
}

/** Letter of a process's state in /proc; empty when there is none. */
export function stateOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '';
  } catch {
    return '';
  }
}
