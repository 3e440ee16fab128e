/**
 * Process entry of the simulated Host Compute Service:
 * `node main.js --home DIR --native DIR --runtime-dir DIR [--idle-ms N] [--build N] [--faults FILE] [--completion pending|immediate]
 * [--shutdown-grace-ms N]`. Exits 0 at once when another service has the home.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endpointsOf, privateFolder } from './endpoints.js';
import { decodeRule } from './faults.js';
import { writeJson } from './jsonFile.js';
import { tryLockFile } from './lock.js';
import { ServiceLog } from './log.js';
import { removeStaleScratch } from './scratch.js';
import { Server } from './server.js';
import { Service } from './service.js';
import { SERVICE_VERSION } from './version.js';

interface Settings {
  readonly home: string;
  readonly native: string;
  readonly runtimeDir: string;
  readonly idleMs: number;
  readonly build: number;
  readonly graceMs: number;
  readonly completion: 'pending' | 'immediate';
  readonly faults: string | undefined;
}

function settings(): Settings {
  const { values } = parseArgs({
    options: {
      home: { type: 'string' },
      native: { type: 'string' },
      'runtime-dir': { type: 'string' },
      'idle-ms': { type: 'string', default: '5000' },
      build: { type: 'string', default: '20348' },
      'shutdown-grace-ms': { type: 'string', default: '2000' },
      completion: { type: 'string', default: 'pending' },
      faults: { type: 'string' },
    },
  });
  const needed = (name: 'home' | 'native' | 'runtime-dir'): string => {
    const value = values[name];
    if (value === undefined || value === '') throw new Error(`--${name} is needed`);
    return value;
  };
  const number = (name: 'idle-ms' | 'build' | 'shutdown-grace-ms'): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 0) throw new Error(`--${name}: expected a number`);
    return value;
  };
  return {
    home: needed('home'),
    native: needed('native'),
    runtimeDir: needed('runtime-dir'),
    idleMs: number('idle-ms'),
    build: number('build'),
    graceMs: number('shutdown-grace-ms'),
    completion: values.completion === 'immediate' ? 'immediate' : 'pending',
    faults: values.faults,
  };
}

function armFaults(service: Service, file: string): void {
  const rules: unknown = JSON.parse(readFileSync(file, 'utf8'));
  for (const item of Array.isArray(rules) ? (rules as unknown[]) : [rules]) {
    const rule = decodeRule(item);
    if (typeof rule === 'string') throw new Error(`${file}: ${rule}`);
    service.faults.set(rule);
  }
}

async function main(): Promise<void> {
  const options = settings();
  const folder = join(options.home, 'simulator');
  privateFolder(folder);
  if (tryLockFile(join(folder, 'service.lock')) === null) return;

  const log = new ServiceLog(join(folder, 'service.log'));
  const say = (message: string): void => {
    log.write(message);
  };
  const description = join(folder, 'service.json');
  rmSync(description, { force: true });
  try {
    const endpoints = endpointsOf(options.home, options.runtimeDir);
    if (process.platform !== 'win32') {
      privateFolder(options.runtimeDir);
      privateFolder(endpoints.folder);
      for (const stale of readdirSync(endpoints.folder)) rmSync(join(endpoints.folder, stale), { force: true });
    }
    removeStaleScratch(folder, say);
    const service = new Service({
      folder,
      nativeDir: options.native,
      siloFolder: endpoints.folder,
      build: options.build,
      shutdownGraceMs: options.graceMs,
      completion: options.completion,
      log: say,
      siloStderr: () => log.fd,
      die: () => {
        process.kill(process.pid, 'SIGKILL');
        throw new Error('killed');
      },
    });
    if (options.faults !== undefined) armFaults(service, options.faults);
    const server = new Server(service, {
      endpoints,
      idleMs: options.idleMs,
      log: say,
      onClosing: () => {
        rmSync(description, { force: true });
      },
      onStopped: () => {
        if (process.platform !== 'win32') rmSync(endpoints.folder, { recursive: true, force: true });
        say('ended');
        process.exit(0);
      },
    });
    process.on('uncaughtException', (e) => {
      say(`bug: ${e.stack ?? e.message}`);
    });
    process.on('unhandledRejection', (e) => {
      say(`bug: ${e instanceof Error ? (e.stack ?? e.message) : String(e)}`);
    });
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        server.stop(signal);
      });
    }
    await server.listen();
    writeJson(description, {
      pid: process.pid,
      endpoint: endpoints.endpoint,
      control: endpoints.control,
      version: SERVICE_VERSION,
      build: options.build,
    });
    say(`listening at ${endpoints.endpoint}`);
    service.silos.warm();
  } catch (e) {
    say(`cannot start: ${e instanceof Error ? e.message : String(e)}`);
    throw e;
  }
}

main().catch((e: unknown) => {
  process.stderr.write(`${e instanceof Error ? e.message : String(e)}\n`);
  process.exit(1);
});
