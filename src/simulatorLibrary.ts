/** The library that stands in for vmcompute, and who can load it. */
import { join } from 'node:path';
import { RuntimeError } from './core/errors.js';

/** Its path below the package's `dist`. Throws `unavailable` for a process of Windows that is not for x64: it is not built for others. */
export function simulatorLibrary(dist: string, platform = process.platform, arch = process.arch): string {
  if (platform !== 'win32') return join(dist, 'native/libvmcompute.so');
  if (arch === 'x64') return join(dist, 'native/win32-x64/vmcompute.dll');
  throw new RuntimeError('unavailable', `the simulated HCS is for x64 on Windows, and this Node.js is for ${arch}`, {
    hint: 'use the HCS of this Windows (HCS_BACKEND=hcs), or Node.js for x64, which Windows on ARM64 runs, too',
  });
}
