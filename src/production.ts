/**
 * The one place that wires the parts together: bridge, store and simulated service under core's runtime. src/engine.ts puts a socket in front.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEdgeHcs } from './bridge/edgeHcs.js';
import { noBase, simulatedBase, type SimulatedBase } from './builtinBase.js';
import { RuntimeError } from './core/errors.js';
import { idKey } from './core/model/ids.js';
import type { Clock, HcsPort, LogReader, StorePort, Tracer } from './core/ports.js';
import { createRuntime, type RuntimeHost } from './core/runtime/index.js';
import { timeoutsFrom } from './core/timeouts.js';
import type { EngineTrace } from './engineTrace.js';
import type { HomePaths } from './home/paths.js';
import { shortHash } from './home/paths.js';
import { hostTarget, simulatedBuild, type Backend } from './hostTarget.js';
import { layerPlaces } from './layerFolders.js';
import { keepService } from './simulatedService.js';
import { endpointsOf } from './simulator/endpoints.js';
import { simulatorLibrary } from './simulatorLibrary.js';
import { createLogFolders, strayLogFolders } from './store/logFolders.js';
import { createLogReader } from './store/logReader.js';
import { openStore } from './store/openStore.js';

const here = dirname(fileURLToPath(import.meta.url));

/** The package's `dist`, of which the bundles are in `bin`. */
export const DIST = basename(here) === 'bin' ? dirname(here) : here;

export interface AssemblyOptions {
  readonly paths: HomePaths;
  readonly backend: Backend;
  /** Folder for sockets (home/sockets.ts). */
  readonly sockets: string;
  readonly tracer: Tracer;
  /** What HCS_TRACE asks for. */
  readonly trace: EngineTrace | undefined;
  /** Loading .NET and the store holds the thread: that begins when this resolves. */
  readonly listening: Promise<unknown>;
}

export interface Assembly {
  /** Rejects when a part cannot be started (no .NET, no stand-in, store of a newer version). */
  readonly runtime: Promise<RuntimeHost>;
  readonly logs: LogReader;
  /** Ends all parts, in order. Containers run on. Never rejects. */
  close(): Promise<void>;
}

/** Later than that, and this process, or the machine, has stood still. */
const STALL_MS = 1000;

const clock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  after: (ms, callback) => {
    const due = performance.now() + ms;
    const begin = (delay: number, done: () => void): void => {
      timer = setTimeout(done, delay).unref();
    };
    let timer: NodeJS.Timeout;
    begin(ms, () => {
      const late = performance.now() - due;
      // What was waited for stood still as well, or lies unread: it gets the time that was lost, once.
      if (late > STALL_MS) begin(Math.min(late, ms), callback);
      else callback();
    });
    return () => {
      clearTimeout(timer);
    };
  },
};

/** What closes homes and pipes to other users on Windows. */
export const PRIVATE_TOOL = join(DIST, 'native/win32-x64/hcs-private.exe');

/** Beside a bundle lies a bundle; in a plain build, the compiled source. */
function serviceScript(): string {
  const bundle = join(here, 'simulator.mjs');
  return existsSync(bundle) ? bundle : join(DIST, 'simulator/main.js');
}

/** Starts the parts, side by side where they do not need each other. Answers at once. */
export function assemble(options: AssemblyOptions): Assembly {
  const { paths, backend, sockets, tracer } = options;
  const simulated = backend === 'simulator';
  const faults = process.env['HCS_SIMULATOR_FAULTS'];
  const service = simulated
    ? keepService(
        {
          script: serviceScript(),
          nodePath: process.execPath,
          home: paths.home,
          nativeDir: join(DIST, process.platform === 'win32' ? 'native/win32-x64' : 'native'),
          runtimeDir: sockets,
          build: simulatedBuild(),
          ...(faults === undefined ? {} : { faults }),
        },
        tracer,
      )
    : null;
  const pipeFolder =
    process.platform === 'win32' ? undefined : join(sockets, `p-${shortHash(paths.home).slice(0, 12)}`);

  const loadBridge = async (): Promise<HcsPort> => {
    await options.listening;
    if (pipeFolder !== undefined) {
      // What lies there was left by an engine that is dead: this one holds the home.
      rmSync(pipeFolder, { recursive: true, force: true });
      mkdirSync(pipeFolder, { mode: 0o700 });
    }
    return createEdgeHcs({
      distFolder: DIST,
      backend,
      trace: tracer,
      ...(simulated ? { library: simulatorLibrary(DIST), endpoint: endpointsOf(paths.home, sockets).endpoint } : {}),
      ...(pipeFolder === undefined ? {} : { pipeFolder }),
    });
  };
  const { trace } = options;
  const hcs = trace === undefined ? loadBridge() : loadBridge().then((port) => trace.overHcs(port));
  const store = options.listening.then(() => openStore({ folder: paths.store, tracer }));

  /** What an engine that was killed in the middle of a delete left on disk. */
  const clearStrays = (records: StorePort, base: SimulatedBase | null): void => {
    const known = records.load();
    base?.removeStrays(known.map((record) => idKey(record.id)));
    for (const folder of strayLogFolders(paths.containers, known)) {
      void rm(folder, { recursive: true, force: true })
        .then(() => rmdir(dirname(folder)))
        .catch(() => undefined);
    }
  };

  const join3 = async (): Promise<RuntimeHost> => {
    const [port, records] = await Promise.all([hcs, store, service?.ready]);
    const base = simulated ? simulatedBase(paths.simulator) : null;
    clearStrays(records, base);
    const stored = base === null ? records : base.over(records);
    return createRuntime({
      hcs: port,
      store: trace === undefined ? stored : trace.overStore(stored),
      logs: createLogFolders(paths.containers),
      clock,
      tracer,
      target: hostTarget(backend),
      layers: layerPlaces(paths, backend),
      random: () => randomBytes(16).toString('hex'),
      timeouts: timeoutsFrom(process.env),
      baseFor: base === null ? noBase : (id, use) => base.baseFor(id, use),
    });
  };
  const runtime = join3();

  /** Each part is closed whether or not the others could be started or closed. */
  const quietly = async (what: string, act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (e) {
      if (!(e instanceof RuntimeError)) tracer.log('warn', `${what} did not end cleanly`, { reason: String(e) });
    }
  };
  const closeAll = async (): Promise<void> => {
    await quietly('the runtime', async () => (await runtime).close());
    await quietly('the bridge', async () => (await hcs).close());
    await quietly('the store', async () => (await (store as Promise<StorePort>)).close());
    service?.close();
    if (pipeFolder !== undefined) rmSync(pipeFolder, { recursive: true, force: true });
  };
  let closing: Promise<void> | null = null;
  return { runtime, logs: createLogReader(), close: () => (closing ??= closeAll()) };
}
