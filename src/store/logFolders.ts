import { rm, rmdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { LogPort } from '../core/ports.js';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/**
 * Log folders under `home/containers`: `<container>/<epoch>/<process>`, each part the first 16 hex digits of the SHA-256 of its name, so that
 * no name can leave the folder, meet another by case, or be too long.
 */
export function createLogFolders(containersFolder: string): LogPort {
  const incarnation = (containerKey: string, epoch: string): string =>
    join(containersFolder, hash(containerKey), hash(epoch));
  return {
    folder: (containerKey, epoch, processId) => join(incarnation(containerKey, epoch), hash(processId)),
    async remove(containerKey, epoch) {
      await rm(incarnation(containerKey, epoch), { recursive: true, force: true });
      // Other incarnations may still have logs: then the folder is not empty, and stays.
      await rmdir(join(containersFolder, hash(containerKey))).catch(() => undefined);
    },
  };
}
