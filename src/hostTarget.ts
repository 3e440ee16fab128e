/** The Windows host that documents are made for, and what `info` tells about this machine. */
import { stat } from 'node:fs/promises';
import { availableParallelism, release, totalmem } from 'node:os';
import type { RuntimeDeps } from './core/runtime/index.js';
import type { HostInfo } from './rpc/protocol.js';

export type Backend = 'hcs' | 'simulator';

/** Windows Server 2022. */
const SIMULATED_BUILD = 20_348;

/** The build that the simulator pretends to be: HCS_SIMULATOR_BUILD, else 20348. */
export function simulatedBuild(env: NodeJS.ProcessEnv = process.env): number {
  const asked = Number(env['HCS_SIMULATOR_BUILD'] ?? '');
  return Number.isInteger(asked) && asked > 0 ? asked : SIMULATED_BUILD;
}

/** The third part of `10.0.20348`; undefined off Windows. */
export function windowsBuild(): number | undefined {
  if (process.platform !== 'win32') return undefined;
  const build = Number(release().split('.')[2]);
  return Number.isInteger(build) && build > 0 ? build : undefined;
}

/** Asked with a path of Windows form, made from the spec's layer, which off Windows is a POSIX path. */
async function folderExists(path: string): Promise<boolean> {
  try {
    return (await stat(process.platform === 'win32' ? path : path.replaceAll('\\', '/'))).isDirectory();
  } catch (e) {
    const { code } = e as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw e;
  }
}

export function hostTarget(backend: Backend): RuntimeDeps['target'] {
  return {
    build: backend === 'simulator' ? simulatedBuild() : (windowsBuild() ?? 0),
    cpus: availableParallelism(),
    exists: folderExists,
  };
}

export function hostInfo(backend: Backend, home: string, version: string): HostInfo {
  const build = windowsBuild();
  return {
    name: 'hostcompute',
    version,
    pid: process.pid,
    backend,
    platform: process.platform,
    arch: process.arch,
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    home,
    node: process.version,
    ...(build === undefined ? {} : { build }),
  };
}
