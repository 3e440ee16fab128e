/** The installation under torture: its command, its home, its processes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HCS = fileURLToPath(new URL('../../dist/bin/hcs.cjs', import.meta.url));

export interface Answer {
  /** null: the command itself was killed. */
  readonly status: number | null;
  readonly stdout: string;
  readonly document: Record<string, unknown> | undefined;
}

export class World {
  /** Commands that run now, as targets. */
  readonly commands = new Set<ChildProcess>();

  constructor(
    readonly home: string,
    /** In the environment of every program, so that none can hide. */
    readonly mark: string,
  ) {}

  /** Runs `hcs ARGS`; a killed command answers status null. Bounded: a command that hangs is a finding. */
  hcs(args: readonly string[], options: { readonly prey?: boolean } = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [HCS, ...args], {
        // Nobody else makes systems here: none is waited for that an engine made just before it was killed.
        env: {
          ...process.env,
          HCS_HOME: this.home,
          HCS_BACKEND: 'simulator',
          HCS_TIMEOUT_UNSTARTED_MS: '1000',
          CI: 'true',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      if (options.prey === true) this.commands.add(child);
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      const bound = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`hcs ${args.join(' ')} did not end within 120 s; stderr: ${stderr}`));
      }, 120_000);
      child.once('close', (status) => {
        clearTimeout(bound);
        this.commands.delete(child);
        resolve({ status, stdout, document: parsed(stdout) });
      });
    });
  }

  /** Pid in `engine.json` or `simulator/service.json`. */
  async pidOf(what: 'engine' | 'service'): Promise<number | undefined> {
    const file = what === 'engine' ? 'engine.json' : 'simulator/service.json';
    try {
      return (JSON.parse(await readFile(join(this.home, file), 'utf8')) as { pid: number }).pid;
    } catch {
      return undefined;
    }
  }

  /** Engines, services and launchers that were started for this home: `<pid> <command line>`. */
  servants(): readonly string[] {
    return processes()
      .filter((pid) => pid !== process.pid && fileOf(pid, 'cmdline').includes(this.home))
      .map((pid) => `${pid} ${fileOf(pid, 'cmdline').replaceAll('\0', ' ').slice(0, 120)}`);
  }

  /** The simulated service's own processes, each of which holds the programs of a container. */
  async launchers(): Promise<readonly number[]> {
    const service = await this.pidOf('service');
    return processes().filter((pid) => {
      const stat = fileOf(pid, 'stat');
      // The name, in brackets, may hold anything.
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(parent) === service && state !== 'Z';
    });
  }

  /** Live processes that carry the mark. */
  programs(): readonly number[] {
    return processes().filter((pid) => fileOf(pid, 'environ').includes(`HCS_TORTURE=${this.mark}`));
  }
}

// Synchronous: with a hundred processes at work a look at all of them by way of the thread pool took seconds, and whoever was
// found had ended meanwhile. So no program was ever killed.
const processes = (): readonly number[] => readdirSync('/proc').map(Number).filter(Boolean);

function fileOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** kill -9 that does not mind a target that is already gone. */
export function slay(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
