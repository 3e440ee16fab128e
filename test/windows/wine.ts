/** Windows programs as a test runs them: through relay.exe, with Windows pipes as their stdio and their whole exit code. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Parts } from './parts.js';

const BOUND_MS = 60_000;

export interface Ran {
  readonly code: number | undefined;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly boundMs?: number;
}

export interface Running {
  readonly stdin: Writable;
  /** What it has written until now; not after its end. */
  readonly output: () => Buffer;
  readonly ended: Promise<Ran>;
}

/** A path of the system below as Windows programs see it. */
export const windowsPath = (path: string): string => `Z:${path.replaceAll('/', '\\')}`;

export class Wine {
  readonly #relay: string;
  #runs = 0;

  /** `folder` gets compiled programs and exit codes. */
  constructor(
    readonly parts: Parts,
    private readonly folder: string,
    sources: string,
  ) {
    this.#relay = this.compile(join(sources, 'relay.c'), 'relay.exe');
  }

  /** Compiles one C file to a program or (`.dll`) library in the folder; throws with what the compiler said. */
  compile(source: string, name: string, ...libraries: readonly string[]): string {
    const out = join(this.folder, name);
    const flags = [
      '-O1',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-static',
      '-s',
      ...(name.endsWith('.dll') ? ['-shared'] : []),
    ];
    const ran = spawnSync(this.parts.compiler, [...flags, '-o', out, source, ...libraries], { encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(ran.error?.message ?? ran.stderr);
    return out;
  }

  /** A program of Windows itself. */
  system(name: string): string {
    return join(this.parts.env['WINEPREFIX'] ?? '', 'drive_c/windows/system32', name);
  }

  /** Ends whatever still runs in the prefix. */
  end(): void {
    spawnSync('wineserver', ['-k'], { env: this.parts.env, timeout: BOUND_MS });
  }

  /** Runs `program` (a path of the system below) to its end; one that takes longer than the bound has no code. */
  run(program: string, args: readonly string[], options: RunOptions & { readonly input?: Buffer } = {}): Promise<Ran> {
    const running = this.start(program, args, options);
    running.stdin.end(options.input ?? '');
    return running.ended;
  }

  /** One that is talked to while it runs. */
  start(program: string, args: readonly string[], options: RunOptions = {}): Running {
    const base = join(this.folder, `run-${++this.#runs}`);
    // Files: what a program leaves running under Wine holds pipes of the system below, though it has no handle of them.
    const [out, error] = [openSync(`${base}.out`, 'w'), openSync(`${base}.err`, 'w')];
    const child = spawn(this.parts.wine, [this.#relay, windowsPath(program), ...args], {
      env: { ...this.parts.env, HCS_RELAY_CODE: windowsPath(`${base}.code`), ...options.env },
      cwd: options.cwd ?? this.folder,
      stdio: ['pipe', out, error],
      timeout: options.boundMs ?? BOUND_MS,
      killSignal: 'SIGKILL',
    });
    closeSync(out);
    closeSync(error);
    const { stdin } = child;
    if (stdin === null) throw new Error('no stdin');
    // A program that does not read leaves its stdin broken.
    stdin.on('error', () => undefined);
    const ended = new Promise<Ran>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => {
        const code = existsSync(`${base}.code`) ? Number(readFileSync(`${base}.code`, 'utf8')) : undefined;
        const [stdout, stderr] = [readFileSync(`${base}.out`), readFileSync(`${base}.err`, 'utf8')];
        for (const name of ['code', 'out', 'err']) rmSync(`${base}.${name}`, { force: true });
        resolve({ code, stdout, stderr });
      });
    });
    return { stdin, output: () => readFileSync(`${base}.out`), ended };
  }
}
