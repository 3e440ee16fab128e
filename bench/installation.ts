/** The built command in a home of its own, for benchmarks. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { timed } from './commands.js';

export interface Installation {
  readonly root: string;
  readonly node: string;
  readonly hcs: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

export async function install(): Promise<Installation> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const hcs = join(root, 'dist/bin/hcs.cjs');
  const home = await mkdtemp(join(tmpdir(), 'hcs-bench-'));
  const env = { ...process.env, HCS_HOME: home, HCS_BACKEND: 'simulator' };
  return {
    root,
    node: process.execPath,
    hcs,
    home,
    env,
    async remove() {
      await timed(process.execPath, [hcs, 'engine', 'stop'], env);
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
