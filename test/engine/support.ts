import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import type { CreateRequest } from '#src/core/runtime.js';
import { readEngineFile } from '#src/home/engineFile.js';
import { homePaths, type HomePaths } from '#src/home/paths.js';
import { connect, type ConnectOptions } from '#src/rpc/client/connect.js';

export const ENTRY = fileURLToPath(import.meta.resolve('#src/engine.js'));

export type Client = Awaited<ReturnType<typeof connect>>;

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Looks again until `look` answers something; fails the test after 30 s. For what only another process can say by its effects. */
export async function until<T>(what: string, look: () => T | null | undefined | false): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`never came: ${what}`);
    await sleep(10);
  }
}

function pidIn(path: string): number | null {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { pid: number }).pid;
  } catch {
    return null;
  }
}

/** A home of one test; its engine and simulated service are ended with the test. */
export function newHome(t: ExecutionContext): HomePaths {
  const home = mkdtempSync(join(tmpdir(), 'hcs-engine-'));
  const paths = homePaths(home);
  t.teardown(async () => {
    for (const file of [paths.engineFile, join(paths.simulator, 'service.json')]) {
      const pid = pidIn(file);
      if (pid === null || pid <= 1 || !alive(pid)) continue;
      process.kill(pid, 'SIGTERM');
      await until('the end of a process', () => !alive(pid));
    }
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });
  return paths;
}

export const servicePid = (paths: HomePaths): number | null => pidIn(join(paths.simulator, 'service.json'));
export const enginePid = (paths: HomePaths): number => readEngineFile(paths.engineFile)?.pid ?? 0;
export const logOf = (paths: HomePaths): string => readFileSync(paths.engineLog, 'utf8');
export const starts = (paths: HomePaths): number => logOf(paths).split('the engine starts').length - 1;

/** An engine process started by hand; stderr goes to the test's. */
export function spawnEngine(paths: HomePaths, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [ENTRY, '--home', paths.home, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The same, when it listens. */
export async function startEngine(paths: HomePaths, ...args: string[]): Promise<ChildProcess> {
  const engine = spawnEngine(paths, '--backend', 'simulator', ...args);
  await until('the engine file', () => readEngineFile(paths.engineFile)?.pid === engine.pid);
  return engine;
}

export async function exitOf(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode ?? child.exitCode;
}

/** A client of the home's engine, closed with the test. */
export async function client(t: ExecutionContext, paths: HomePaths, over: ConnectOptions = {}): Promise<Client> {
  const connected = await connect({ home: paths.home, backend: 'simulator', timeoutMs: 30_000, ...over });
  t.teardown(() => connected.close());
  return connected;
}

export const shell = (id: string, script: string): CreateRequest => ({
  id,
  builtinBase: true,
  spec: { ociVersion: '1.0.2', process: { args: ['sh', '-c', script], cwd: 'C:\\', user: { username: '' } } },
});
