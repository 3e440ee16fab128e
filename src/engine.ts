/**
 * The engine process: `node engine.mjs --home H [--backend hcs|simulator] [--standalone] [--idle-ms N] [--log-level L]`. Holds the home's lock, listens
 * for clients, and ends when nobody needs it. Exit codes: 0 ended in order, or another engine holds the home; 1 failed; 4 a standalone engine
 * holds the home; 5 the disk is full.
 */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isNoRoom, toRuntimeError, RuntimeError, type ErrorDocument } from './core/errors.js';
import { takeEngineLock } from './engineLock.js';
import { LOG_LEVELS, openEngineLog, type LogLevel } from './engineLog.js';
import { Engine } from './engineServer.js';
import { readEngineFile, type EngineFile } from './home/engineFile.js';
import { resolveHome } from './home/paths.js';
import { closeInheritedFiles } from './inheritedFiles.js';
import { closePreparedHome, prepareHome } from './home/prepareHome.js';
import type { Backend } from './hostTarget.js';
import { PRIVATE_TOOL } from './production.js';

const EXIT = { elsewhere: 0, failed: 1, standaloneHolds: 4, noRoom: 5 } as const;
const DEFAULT_IDLE_MS = 10 * 60 * 1000;
/** How long an engine that is starting or ending is waited for before the place is left to it. */
const LOCK_PATIENCE_MS = 3000;

interface Settings {
  readonly home: string;
  readonly backend: Backend;
  readonly standalone: boolean;
  readonly idleMs: number;
  readonly logLevel: LogLevel;
}

function settings(): Settings {
  const { values } = parseArgs({
    options: {
      home: { type: 'string' },
      backend: { type: 'string' },
      standalone: { type: 'boolean', default: false },
      'idle-ms': { type: 'string' },
      'log-level': { type: 'string', default: 'info' },
    },
  });
  const backend = values.backend ?? process.env['HCS_BACKEND'] ?? (process.platform === 'win32' ? 'hcs' : 'simulator');
  if (backend !== 'hcs' && backend !== 'simulator')
    throw new Error(`--backend: expected hcs or simulator, got ${backend}`);
  const idleMs = Number(values['idle-ms'] ?? process.env['HCS_ENGINE_IDLE_MS'] ?? DEFAULT_IDLE_MS);
  if (!Number.isInteger(idleMs) || idleMs < 0) throw new Error('--idle-ms: expected a number of milliseconds');
  const logLevel = LOG_LEVELS.find((level) => level === values['log-level']);
  if (logLevel === undefined) throw new Error(`--log-level: expected one of ${LOG_LEVELS.join(', ')}`);
  return {
    home: resolveHome(values.home),
    backend,
    standalone: values.standalone,
    idleMs,
    logLevel,
  };
}

/** To the command that has started a standalone engine. */
function report(line: { readonly engine: EngineFile } | { readonly error: ErrorDocument }): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function run(options: Settings): Promise<void> {
  const paths = prepareHome(options.home);
  const running = (): EngineFile | null => readEngineFile(paths.engineFile);
  const lock = await takeEngineLock(paths.engineLock, () => running() !== null, LOCK_PATIENCE_MS);
  if (lock === null) {
    if (options.standalone) {
      throw new RuntimeError('failedPrecondition', `home ${paths.home} is in use by another engine`, {
        hint: 'a standalone command needs a home of its own: use --home',
      });
    }
    process.exitCode = running()?.standalone === true ? EXIT.standaloneHolds : EXIT.elsewhere;
    return;
  }
  // Before the key of the connection is written there.
  await closePreparedHome(paths.home, PRIVATE_TOOL);
  const log = openEngineLog(paths.engineLog, options.logLevel);
  const crash = (e: unknown): void => {
    log.log('error', 'the engine crashes', { reason: e instanceof Error ? (e.stack ?? e.message) : String(e) });
    process.exit(EXIT.failed);
  };
  // A library that complains while the disk is full: its words are lost, which must not end the engine.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  // The file of an engine that was killed must mislead nobody while this one starts.
  rmSync(paths.engineFile, { force: true });

  const engine = new Engine({
    paths,
    backend: options.backend,
    idleMs: options.idleMs,
    standalone: options.standalone,
    log,
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void engine.end(signal));
  if (options.standalone) {
    // Its end is the end of the command that owns this engine.
    process.stdin.resume();
    for (const event of ['end', 'close', 'error'] as const) {
      process.stdin.on(event, () => void engine.end('its command has ended'));
    }
  }
  const file = await engine.listen();
  if (options.standalone) report({ engine: file });
  await engine.ended;
  lock.release();
  process.exit(engine.failed ? EXIT.failed : 0);
}

async function main(): Promise<void> {
  closeInheritedFiles();
  const options = settings();
  try {
    await run(options);
  } catch (e) {
    if (options.standalone) report({ error: toRuntimeError(e).toDocument() });
    throw e;
  }
}

main().catch((e: unknown) => {
  // The starter has made stderr the engine's log.
  const error = toRuntimeError(e);
  const hint = error.details.hint === undefined ? '' : ` (${error.details.hint})`;
  process.stderr.write(`${new Date().toISOString()} error the engine cannot start: ${error.message}${hint}\n`);
  process.exit(isNoRoom(e) ? EXIT.noRoom : EXIT.failed);
});
