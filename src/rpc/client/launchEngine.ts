/**
 * Finds the engine of a home, or has it started. Light: it is on the path of every command, and what starts an engine is loaded only for that.
 */
import { isRuntimeError, RuntimeError } from '../../core/errors.js';
import { readEngineFile, type EngineFile } from '../../home/engineFile.js';
import { isOlder, packageVersion } from '../../home/packageVersion.js';
import { homePaths, resolveHome, type HomePaths } from '../../home/paths.js';
import { checkHome, prepareHome } from '../../home/prepareHome.js';
import { HANDSHAKE } from '../transport/handshake.js';
import type { Backend } from './engineSpawn.js';
import { monotonicMs } from '../../home/monotonic.js';

export interface EnsureEngineOptions {
  /** As of `--home`; default: HCS_HOME and so on. */
  readonly home?: string | undefined;
  /** For an engine that is started; one that runs keeps its own. */
  readonly backend?: Backend | undefined;
  readonly idleMs?: number | undefined;
  /** Bound of the whole, default 30 s. */
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

/** A start takes 300 ms on a warm machine, and tens of seconds on one whose disk is cold and whose processors are wanted by many. */
const DEFAULT_TIMEOUT_MS = 30_000;
/** An engine that is silent for so long, two handshakes, is said to hang. */
const SILENCE_MS = 9000;
const SILENT_PAUSE_MS = 50;

/**
 * How to reach the engine of a home; starts it when there is none. That it answers is seen only by connecting: see {@link withEngine}. Rejects
 * with unavailable (it did not start; the message ends with its log's last lines), permissionDenied or failedPrecondition (the home is not
 * usable, or a standalone engine holds it), cancelled.
 */
export async function ensureEngine(options: EnsureEngineOptions = {}): Promise<EngineAddress> {
  const home = resolveHome(options.home);
  if (options.standalone === true) {
    const { startStandalone } = await import('./standaloneEngine.js');
    return startStandalone(prepareHome(home), options.backend, options.timeoutMs ?? DEFAULT_TIMEOUT_MS, options.entry);
  }
  if (checkHome(home)) {
    const found = shared(homePaths(home), options.stale);
    if (found !== null) {
      if (!(await makesWay(found, options))) return found;
      const { endpoint: stale, backend } = found;
      return startEngine(home, { ...options, stale, backend: options.backend ?? backend });
    }
  }
  if (options.launch === false) {
    throw new RuntimeError('unavailable', `no engine runs for home ${home}`, {
      hint: 'start it with: hcs engine start',
    });
  }
  return startEngine(home, options);
}

async function startEngine(home: string, options: EnsureEngineOptions): Promise<EngineFile> {
  const { launch } = await import('./startEngine.js');
  return launch(prepareHome(home), { ...options, timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS });
}

/**
 * Connects to the engine, started when need be: `connect` is called with its address, and once more with a new one when the first was left by an
 * engine that is dead or just ending (it rejected with unavailable). One that is silent is asked again: it may only be slow.
 */
export async function withEngine<T>(
  options: EnsureEngineOptions,
  connect: (address: EngineAddress) => Promise<T>,
): Promise<T> {
  const deadline = monotonicMs() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  let stale = options.stale;
  let silentSince: number | undefined;
  for (;;) {
    const began = monotonicMs();
    const address = await ensureEngine({ ...options, stale, timeoutMs: Math.max(1, deadline - monotonicMs()) });
    try {
      return await connect(address);
    } catch (e) {
      address.release?.();
      const over = monotonicMs() >= deadline;
      if (isRuntimeError(e) && e.details.phase === HANDSHAKE) {
        silentSince ??= began;
        const patient = options.launch !== false && options.standalone !== true;
        if (over || !patient || monotonicMs() - silentSince >= SILENCE_MS) throw hangs(address, e);
        await new Promise((resolve) => setTimeout(resolve, SILENT_PAUSE_MS));
        continue;
      }
      const again = isRuntimeError(e) && e.code === 'unavailable' && options.standalone !== true;
      if (!again || over || options.signal?.aborted === true) throw e;
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
export function shared(paths: HomePaths, stale: string | undefined): EngineFile | null {
  const file = readEngineFile(paths.engineFile);
  return file === null || file.standalone || file.endpoint === stale ? null : file;
}
