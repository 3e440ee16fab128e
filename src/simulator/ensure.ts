import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, watch, type FSWatcher } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import * as t from 'io-ts';
import { RuntimeError } from '../core/errors.js';
import { endpointsOf } from './endpoints.js';
import { readJson } from './jsonFile.js';
import { logTail } from './log.js';

export interface EnsureOptions {
  /** Entry script of the service (`main.js` here, or a bundle of it). */
  readonly script: string;
  /** The node executable to run it with. */
  readonly nodePath: string;
  readonly home: string;
  /** Folder of hcs-silo and hcs-cmd. */
  readonly nativeDir: string;
  /** Folder of the sockets; its path should be short. */
  readonly runtimeDir: string;
  readonly idleMs?: number;
  readonly build?: number;
  /** File of failpoints to arm at the start. */
  readonly faults?: string;
  /** Bound of the whole; default 25,000, so that a client that waits 30 s hears why. */
  readonly timeoutMs?: number;
}

export interface RunningService {
  readonly pid: number;
  readonly endpoint: string;
  readonly control: string;
}

const Description = t.type({ pid: t.number, endpoint: t.string, control: t.string });
const DEFAULT_TIMEOUT_MS = 25_000;
/** Looks again after so long even if no file changed: watches can be lost. */
const LOOK_MS = 250;
/** What the service and its programs get of our environment. */
const PASSED_ON =
  /^(PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|USER|LOGNAME|SystemRoot|SystemDrive|windir|ComSpec|PATHEXT|NODE_COMPILE_CACHE|NODE_OPTIONS)$/i;

/**
 * Finds the simulated service of a home, or starts it; resolves once its socket answers. Safe when many race: the service's lock lets
 * one live. Rejects with RuntimeError `unavailable` and the end of the service's log.
 */
export async function ensureService(options: EnsureOptions): Promise<RunningService> {
  const folder = join(options.home, 'simulator');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  checkEndpoints(options);
  const file = join(folder, 'service.json');
  const found = await answering(file);
  if (found !== null) return found;

  const deadline = performance.now() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const changes = new Changes(folder);
  try {
    let child = launch(options, changes);
    for (;;) {
      await changes.next(Math.min(LOOK_MS, Math.max(0, deadline - performance.now())));
      const service = await answering(file);
      if (service !== null) {
        child.release();
        return service;
      }
      const failed = child.failure();
      if (failed !== null) throw unavailable(`the simulated service did not start: ${failed}`, folder);
      if (performance.now() >= deadline) throw unavailable('the simulated service did not answer in time', folder);
      // Our child made way for a service that is itself ending: try again.
      if (child.madeWay()) child = launch(options, changes);
    }
  } finally {
    changes.close();
  }
}

/** The service that service.json names, if its socket takes a connection. */
async function answering(file: string): Promise<RunningService | null> {
  const described = readJson(file, Description);
  if (described === null) return null;
  const answers = await new Promise<boolean>((resolve) => {
    const socket = connect(described.endpoint);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
  return answers ? { pid: described.pid, endpoint: described.endpoint, control: described.control } : null;
}

function checkEndpoints(options: EnsureOptions): void {
  try {
    endpointsOf(options.home, options.runtimeDir);
  } catch (e) {
    throw new RuntimeError('unavailable', e instanceof Error ? e.message : String(e));
  }
}

interface Launched {
  /** Why it failed, or null while it has not. */
  failure(): string | null;
  /** It ended without failing: another service has the lock. */
  madeWay(): boolean;
  release(): void;
}

function launch(options: EnsureOptions, changes: Changes): Launched {
  const args = [
    options.script,
    ...['--home', options.home, '--native', options.nativeDir, '--runtime-dir', options.runtimeDir],
    ...(options.idleMs === undefined ? [] : ['--idle-ms', String(options.idleMs)]),
    ...(options.build === undefined ? [] : ['--build', String(options.build)]),
    ...(options.faults === undefined ? [] : ['--faults', options.faults]),
  ];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)));
  const child: ChildProcess = spawn(options.nodePath, args, {
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
    cwd: options.home,
    env,
  });
  let failure: string | null = null;
  let madeWay = false;
  child.once('error', (e) => {
    failure = e.message;
    changes.wake();
  });
  child.once('exit', (code, signal) => {
    if (code === 0) madeWay = true;
    else failure = `it ended with ${signal ?? `status ${code}`}`;
    changes.wake();
  });
  child.unref();
  return {
    failure: () => failure,
    madeWay: () => madeWay,
    release: () => {
      child.removeAllListeners();
    },
  };
}

/** Wakes whoever waits when something in the folder changes, when told to, or after a time. */
class Changes {
  #watcher: FSWatcher | undefined;
  #wake: (() => void) | undefined;
  #woken = false;

  constructor(folder: string) {
    try {
      this.#watcher = watch(folder, () => {
        this.wake();
      });
      this.#watcher.on('error', () => undefined);
    } catch {
      // No watches left on this system: looking now and then serves as well.
      this.#watcher = undefined;
    }
  }

  /** Resolves at the next change, or at once when one came since the last call. */
  next(ms: number): Promise<void> {
    if (this.#woken) {
      this.#woken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.wake();
      }, ms);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }

  wake(): void {
    if (this.#wake === undefined) this.#woken = true;
    else this.#wake();
  }

  close(): void {
    this.#watcher?.close();
  }
}

function unavailable(message: string, folder: string): RuntimeError {
  const tail = logTail(join(folder, 'service.log'), 10);
  return new RuntimeError('unavailable', tail === '' ? message : `${message}\n${tail}`, { phase: 'startSimulator' });
}
