/**
 * Starting an engine process. Knows its entry file, its arguments and its exit codes (src/engine.ts), not the protocol.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RuntimeError } from '../../core/errors.js';
import type { HomePaths } from '../../home/paths.js';
import { engineEnvironment } from './engineEnvironment.js';

export type Backend = 'hcs' | 'simulator';

/** Exit codes of src/engine.ts that a starter tells apart; 0: another engine holds the home. */
export const ENGINE_EXIT = { elsewhere: 0, failed: 1, standaloneHolds: 4, noRoom: 5 } as const;

declare const __filename: string | undefined;

/** The engine's entry: beside the bundled command, or in the package's folder. */
function engineEntry(): string {
  // In the CommonJS bundle there is no import.meta.
  const here = dirname(typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url));
  const places = [join(here, 'engine.mjs'), join(here, '../../bin/engine.mjs'), join(here, '../../engine.js')];
  const found = places.find((place) => existsSync(place));
  if (found === undefined) {
    throw new RuntimeError('unavailable', `the engine's program is missing (looked beside ${here})`, {
      hint: 'name the installed command: connect({ command: "hcs", args: ["serve", "--stdio"] })',
    });
  }
  return found;
}

export interface EngineSpawn {
  readonly paths: HomePaths;
  readonly backend: Backend | undefined;
  readonly idleMs: number | undefined;
  readonly entry: string | undefined;
  readonly standalone: boolean;
}

/**
 * Starts an engine that outlives this process: detached, no console window, nothing of our stdio. What it says on stderr before its log is open
 * goes to the log's file. A standalone one has pipes instead: it reports on stdout and ends with its stdin.
 */
export function spawnEngine(options: EngineSpawn): ChildProcess {
  const { paths } = options;
  const log = openSync(paths.engineLog, 'a', 0o600);
  try {
    const child = spawn(
      process.execPath,
      [
        options.entry ?? engineEntry(),
        '--home',
        paths.home,
        ...(options.backend === undefined ? [] : ['--backend', options.backend]),
        ...(options.idleMs === undefined ? [] : ['--idle-ms', String(options.idleMs)]),
        ...(options.standalone ? ['--standalone'] : []),
      ],
      {
        cwd: paths.home,
        // A flush of the store keeps a thread of libuv's pool until the disk is done; reads of logs need one, too.
        env: { UV_THREADPOOL_SIZE: '8', ...engineEnvironment(process.env) },
        detached: true,
        windowsHide: true,
        stdio: options.standalone ? ['pipe', 'pipe', log] : ['ignore', 'ignore', log],
      },
    );
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** The last lines of the engine log, for an error message. */
export function logTail(paths: HomePaths, lines = 5): string {
  try {
    const text = readFileSync(paths.engineLog, 'utf8').trimEnd();
    return text.split('\n').slice(-lines).join(' | ').slice(-2000);
  } catch {
    return '';
  }
}
