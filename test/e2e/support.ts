/** A private home and the built command, for tests that go through every real layer. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const HCS = join(ROOT, 'dist/bin/hcs.cjs');

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Tests of a file begin all at once; more engines than that starting together would only find out how slow the machine is. */
const MOST_TESTS = 5;
const holders = new WeakSet<ExecutionContext>();
const waiting: (() => void)[] = [];
let free = MOST_TESTS;

/** Waits for one of few places, which the test keeps to its end, whatever it makes. */
async function takeTurn(t: ExecutionContext): Promise<void> {
  if (holders.has(t)) return;
  holders.add(t);
  if (free > 0) free--;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  t.teardown(() => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  });
}

/** One home, removed with its engine and simulated service when the test ends. */
export class Home {
  private constructor(
    readonly folder: string,
    readonly env: NodeJS.ProcessEnv,
  ) {}

  static async make(t: ExecutionContext): Promise<Home> {
    await takeTurn(t);
    const folder = await mkdtemp(join(tmpdir(), 'hcs-e2e-'));
    const env: NodeJS.ProcessEnv = { ...process.env, HCS_HOME: folder, HCS_BACKEND: 'simulator' };
    delete env['HCS_SIMULATOR_ENDPOINT'];
    const home = new Home(folder, env);
    t.teardown(async () => {
      for (const item of (await home.items()) ?? []) await home.hcs(['delete', '--force', item.id]);
      await home.hcs(['engine', 'stop']);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    });
    return home;
  }

  /** Runs `hcs ARGS` to its end. */
  hcs(args: readonly string[], input?: string | Buffer): Promise<Ran> {
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [HCS, ...args],
        { env: this.env, maxBuffer: 64 << 20, timeout: 90_000 },
        (_error, stdout, stderr) => {
          resolve({ status: child.exitCode, stdout, stderr });
        },
      );
      // A command that is done sooner takes none of it.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input ?? '');
    });
  }

  /** Runs `hcs ARGS`, whose one JSON document is returned. */
  async json(args: readonly string[], input?: string): Promise<Record<string, unknown>> {
    const ran = await this.hcs(args, input);
    return JSON.parse(ran.stdout) as Record<string, unknown>;
  }

  /** The text of a file in the home. */
  read(name: string): Promise<string> {
    return readFile(join(this.folder, name), 'utf8');
  }

  start(args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [HCS, ...args], { env: this.env, stdio: ['pipe', 'pipe', 'pipe'] });
  }

  async items(): Promise<{ id: string; status: string; exitCode: number | null }[] | undefined> {
    const ran = await this.hcs(['list', '--json']);
    if (ran.status !== 0) return undefined;
    return (JSON.parse(ran.stdout) as { items: { id: string; status: string; exitCode: number | null }[] }).items;
  }

  async enginePid(): Promise<number> {
    return (JSON.parse(await this.read('engine.json')) as { pid: number }).pid;
  }
}
