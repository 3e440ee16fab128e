/**
 * Where the home lies and what lies in it. Names only: nothing here touches the disk.
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { createHash } from 'node:crypto';
import { plainPath } from './windowsPath.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The home's absolute path: `home` (the `--home` option), else HCS_HOME, else `%LOCALAPPDATA%\hostcompute` on Windows,
 * `$XDG_STATE_HOME/hostcompute` or `~/.local/state/hostcompute` elsewhere. A relative XDG_STATE_HOME is ignored, as the XDG
 * base directory specification asks.
 */
export function resolveHome(
  home: string | undefined,
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const asked = home ?? env['HCS_HOME'];
  // A path with a drive and no separator (`C:x`) means that drive's current folder, as everywhere on Windows.
  if (asked !== undefined && asked !== '') return platform === 'win32' ? plainPath(resolve(asked)) : resolve(asked);
  if (platform === 'win32') {
    return join(env['LOCALAPPDATA'] ?? join(env['USERPROFILE'] ?? homedir(), 'AppData', 'Local'), 'hostcompute');
  }
  const state = env['XDG_STATE_HOME'];
  if (state?.startsWith('/') === true) return join(state, 'hostcompute');
  return join(env['HOME'] ?? homedir(), '.local', 'state', 'hostcompute');
}

/** The files and folders of a home. */
export interface HomePaths {
  readonly home: string;
  /** How to reach the running engine: {@link EngineFile}. */
  readonly engineFile: string;
  /** Held by the running engine, freed by the kernel when it dies. Never deleted. */
  readonly engineLock: string;
  /** Newest of three: `engine.log`, `engine.log.1`, `engine.log.2`. */
  readonly engineLog: string;
  /** What HCS_TRACE asks for; `trace.log.1` and `.2` are older. */
  readonly traceLog: string;
  /** Keeps racing clients from starting many engines. */
  readonly spawnGuard: string;
  readonly store: string;
  readonly containers: string;
  /** Scratch layers of containers. */
  readonly scratch: string;
  /** The simulated service's folder. */
  readonly simulator: string;
}

export function homePaths(home: string): HomePaths {
  return {
    home,
    engineFile: join(home, 'engine.json'),
    engineLock: join(home, 'engine.lock'),
    engineLog: join(home, 'engine.log'),
    traceLog: join(home, 'trace.log'),
    spawnGuard: join(home, 'engine.starting'),
    store: join(home, 'store'),
    containers: join(home, 'containers'),
    scratch: join(home, 'layers', 'scratch'),
    simulator: join(home, 'simulator'),
  };
}

/** The first 16 hex digits of the SHA-256 of `text`: the only form in which names from outside become file names. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
