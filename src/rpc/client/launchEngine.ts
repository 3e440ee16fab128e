/**
 * Finds the engine of a home, or starts it. Light: it is on the path of every command.
 */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRuntimeError, RuntimeError } from '../../core/errors.js';
import { readEngineFile, type EngineFile } from '../../home/engineFile.js';
import { isOlder, packageVersion } from '../../home/packageVersion.js';
import { homePaths, resolveHome, type HomePaths } from '../../home/paths.js';
import { checkHome, prepareHome } from '../../home/prepareHome.js';
import { ENGINE_EXIT, logTail, spawnEngine, type Backend } from './engineSpawn.js';
import { HANDSHAKE } from '../transport/handshake.js';
import { releaseGuard, takeGuard } from './spawnGuard.js';
import { startStandalone } from './standaloneEngine.js';

export interface EnsureEngineOptions {
  /** As of `--home`; default: HCS_HOME and so on. */
  readonly home?: string | undefined;
  /** For an engine that is started; one that runs keeps its own. */
  readonly backend?: Backend | undefined;
  readonly idleMs?: number | undefined;
  /** Bound of the whole, default 10 s. */
  readonly timeoutMs?: number | undefined;
  /** A private engine that ends with this process or {@link EngineAddress.release}. */
  readonly standalone?: boolean | undefined;
  /** False: answers `unavailable` when none runs. */
  readonly launch?: boolean | undefined;
  /** Endpoint of an engine that was found dead: its engine file is not believed. */
  readonly stale?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The engine's program; default: the one of this package. For tests. */
  readonly entry?: string | undefined;
}

export interface EngineAddress extends EngineFile {
  /** Ends a standalone engine; absent on a shared one. */
  readonly release?: () => void;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** Between looks at the engine file: short at first, since a warm machine starts an engine in 300 ms. */
const FIRST_PAUSE_MS = 10;
const LAST_PAUSE_MS = 50;

/**
 * How to reach the engine of a home; starts it when there is none. That it answers is seen only by connecting: see {@link withEngine}. Rejects
 * with unavailable (it did not start; the message ends with its log's last lines), permissionDenied or failedPrecondition (the home is not
 * usable, or a standalone engine holds it), cancelled.
 */
export async function ensureEngine(options: EnsureEngineOptions = {}): Promise<EngineAddress> {
  const home = resolveHome(options.home);
  if (options.standalone === true) {
    return startStandalone(prepareHome(home), options.backend, options.timeoutMs ?? DEFAULT_TIMEOUT_MS, options.entry);
  }
  if (checkHome(home)) {
    const found = shared(homePaths(home), options.stale);
    if (found !== null) {
      if (!(await makesWay(found, options))) return found;
      const { endpoint: stale, backend } = found;
      return launch(prepareHome(home), { ...options, stale, backend: options.backend ?? backend });
    }
  }
  if (options.launch === false) {
    throw new RuntimeError('unavailable', `no engine runs for home ${home}`, {
      hint: 'start it with: hcs engine start',
    });
  }
  return launch(prepareHome(home), options);
}

/**
 * Connects to the engine, started when need be: `connect` is called with its address, and once more with a new one when the first was left by an
 * engine that is dead or just ending (it rejected with unavailable).
 */
export async function withEngine<T>(
  options: EnsureEngineOptions,
  connect: (address: EngineAddress) => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  let stale = options.stale;
  for (;;) {
    const address = await ensureEngine({ ...options, stale, timeoutMs: Math.max(1, deadline - Date.now()) });
    try {
      return await connect(address);
    } catch (e) {
      address.release?.();
      const over = options.launch === false || Date.now() >= deadline;
      if (over && isRuntimeError(e) && e.details.phase === HANDSHAKE) throw hangs(address, e);
      const again = isRuntimeError(e) && e.code === 'unavailable' && options.standalone !== true;
      if (!again || Date.now() >= deadline || options.signal?.aborted === true) throw e;
      stale = address.endpoint;
    }
  }
}

/** Somebody listens where the engine file says: it is no dead engine, and who starts none, or has waited long enough, must hear of it. */
const hangs = (address: EngineAddress, cause: RuntimeError): RuntimeError =>
  new RuntimeError(
    'unavailable',
    `the engine (pid ${address.pid}) runs but does not answer: ${cause.message}`,
    { phase: HANDSHAKE, hint: 'end it with: hcs engine stop --force; containers live on' },
    { cause },
  );

/** An older engine that nobody needs ends, and ours takes its place. */
async function makesWay(found: EngineFile, { launch, signal }: EnsureEngineOptions): Promise<boolean> {
  if (launch === false || !isOlder(found.version, packageVersion())) return false;
  const { endIdle } = await import('./replaceEngine.js');
  return endIdle(found, signal);
}

/** The engine that the file names, unless it is known to be dead. */
function shared(paths: HomePaths, stale: string | undefined): EngineFile | null {
  const file = readEngineFile(paths.engineFile);
  return file === null || file.standalone || file.endpoint === stale ? null : file;
}

async function launch(paths: HomePaths, options: EnsureEngineOptions): Promise<EngineFile> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const deadline = Date.now() + timeoutMs;
  let mine: Launched | null = null;
  let guarding = false;
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LAST_PAUSE_MS)) {
      const found = shared(paths, options.stale);
      if (found !== null) return found;
      guarding ||= takeGuard(paths.spawnGuard);
      if (guarding && (mine === null || mine.lost)) {
        mine = new Launched(
          spawnEngine({
            paths,
            backend: options.backend,
            idleMs: options.idleMs,
            entry: options.entry,
            standalone: false,
          }),
        );
      }
      mine?.check(paths);
      if (Date.now() >= deadline) throw failure(paths, `the engine did not answer within ${timeoutMs} ms`);
      await sleep(pause, undefined, options.signal === undefined ? {} : { signal: options.signal });
    }
  } catch (e) {
    if (options.signal?.aborted === true) throw new RuntimeError('cancelled', 'starting the engine was cancelled');
    throw e;
  } finally {
    if (guarding) releaseGuard(paths.spawnGuard);
  }
}

/** An engine process that this client has started, and how it ended, if so. */
class Launched {
  private ended: { readonly code: number | null; readonly signal: string | null } | null = null;
  private error: Error | null = null;

  constructor(child: ChildProcess) {
    child.once('exit', (code, signal) => (this.ended = { code, signal }));
    child.once('error', (e) => (this.error = e));
  }

  /** It met another engine that held the home, and left. If that one is ending, too, a new try is needed. */
  get lost(): boolean {
    return this.ended?.code === ENGINE_EXIT.elsewhere;
  }

  check(paths: HomePaths): void {
    if (this.error !== null) throw failure(paths, `the engine cannot be started: ${this.error.message}`);
    if (this.ended === null || this.lost) return;
    const { code, signal } = this.ended;
    if (code === ENGINE_EXIT.standaloneHolds) throw heldByStandalone(paths.home);
    throw failure(paths, `the engine ended while starting (${signal ?? `status ${code ?? 'unknown'}`})`);
  }
}

export function heldByStandalone(home: string): RuntimeError {
  return new RuntimeError('failedPrecondition', `home ${home} is in use by a standalone engine`, {
    hint: 'wait for its command to end, or use another --home',
  });
}

function failure(paths: HomePaths, what: string): RuntimeError {
  const tail = logTail(paths);
  return new RuntimeError('unavailable', tail === '' ? what : `${what}; its log ends with: ${tail}`, {
    hint: `look into ${paths.engineLog}, or run: hcs doctor`,
  });
}
