/** A home of hcs of the suite's own, and the command line on it, as a script beside the editor uses it. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HCS } from './places.js';

export class SuiteHome {
  readonly env: NodeJS.ProcessEnv;

  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.env = { ...process.env, HCS_HOME: folder, HCS_BACKEND: 'simulator' };
  }

  /** Rejects when the command fails. */
  hcs(...args: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [HCS, ...args],
        { env: this.env, timeout: 60_000, maxBuffer: 16 << 20 },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(`hcs ${args.join(' ')}: ${stderr.trim()}`));
        },
      );
    });
  }

  async run(id: string, script: string, ...more: readonly string[]): Promise<void> {
    await this.hcs('run', '-d', '--id', id, ...more, '--', 'sh', '-c', script);
  }

  /** A base layer: a folder that says it has no parents. */
  layer(folder: string): void {
    mkdirSync(folder);
    writeFileSync(join(folder, 'layerchain.json'), '[]');
  }

  /** The `hcs serve --stdio` of this home that run now. */
  hosts(): readonly number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        try {
          const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
          if (!words.includes('serve') || !words.includes('--stdio')) return false;
          return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`HCS_HOME=${this.folder}`);
        } catch {
          // It has ended meanwhile, or is another user's.
          return false;
        }
      });
  }

  enginePid(): number {
    return (JSON.parse(readFileSync(`${this.folder}/engine.json`, 'utf8')) as { pid: number }).pid;
  }

  /** No container is left for the next test. */
  async empty(): Promise<void> {
    const listed = await this.hcs('list', '--quiet').catch(() => '');
    const ids = listed.split('\n').filter((id) => id !== '');
    if (ids.length > 0) await this.hcs('delete', '--force', ...ids).catch(() => undefined);
  }

  async end(): Promise<void> {
    await this.empty();
    await this.hcs('engine', 'stop', '--force').catch(() => undefined);
  }
}
