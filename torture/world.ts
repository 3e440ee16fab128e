/** The installation under torture: its command, its home, its processes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
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
        env: { ...process.env, HCS_HOME: this.home, HCS_BACKEND: 'simulator', CI: 'true' },
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
  async servants(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name) || name === String(process.pid)) continue;
      const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
      if (command.includes(this.home)) found.push(`${name} ${command.replaceAll('\0', ' ').slice(0, 120)}`);
    }
    return found;
  }

  /** Live processes that carry the mark. */
  async programs(): Promise<readonly number[]> {
    const found: number[] = [];
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
      if (environment.includes(`HCS_TORTURE=${this.mark}`)) found.push(Number(name));
    }
    return found;
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
