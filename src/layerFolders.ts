/** Layer folders on this machine: the disk as core's layer work sees it, and where Docker and containerd keep theirs. */
import { mkdir, open, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayerFiles, LayerPlaces } from './core/layers/files.js';
import type { HomePaths } from './home/paths.js';
import type { Backend } from './hostTarget.js';

const isMissing = (e: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes((e as NodeJS.ErrnoException).code ?? '');

export const layerFiles: LayerFiles = {
  join,
  async isFolder(path) {
    try {
      return (await stat(path)).isDirectory();
    } catch {
      return false;
    }
  },
  async names(folder) {
    try {
      return (await readdir(folder)).sort();
    } catch {
      return [];
    }
  },
  async readText(file) {
    try {
      const bytes = await readFile(file);
      // Scripts of Windows PowerShell write UTF-16 where nobody stops them.
      return new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);
    } catch (e) {
      if (isMissing(e)) return null;
      throw e;
    }
  },
  async writeText(file, text) {
    await writeFile(file, text, { mode: 0o600 });
  },
  async readBytes(file, offset, length) {
    try {
      const handle = await open(file, 'r');
      try {
        const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    } catch {
      return null;
    }
  },
  async makeFolder(folder) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  },
  rename,
};

export function layerPlaces(
  paths: HomePaths,
  backend: Backend,
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): LayerPlaces {
  const programData = platform === 'win32' ? (env['ProgramData'] ?? 'C:\\ProgramData') : undefined;
  return {
    files: layerFiles,
    scratchRoot: paths.scratch,
    stores: [
      ...(programData === undefined
        ? []
        : [
            { source: 'docker' as const, folder: join(programData, 'docker', 'windowsfilter') },
            {
              source: 'containerd' as const,
              folder: join(programData, 'containerd', 'root', 'io.containerd.snapshotter.v1.windows', 'snapshots'),
            },
          ]),
      ...(backend === 'simulator' ? [{ source: 'simulator' as const, folder: join(paths.simulator, 'layers') }] : []),
    ],
  };
}
