import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { idKey } from '../core/model/ids.js';
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
    removeProcess: (containerKey, epoch, processId) =>
      rm(join(incarnation(containerKey, epoch), hash(processId)), { recursive: true, force: true }),
    async remove(containerKey, epoch) {
      await rm(incarnation(containerKey, epoch), { recursive: true, force: true });
      // Other incarnations may still have logs: then the folder is not empty, and stays.
      await rmdir(join(containersFolder, hash(containerKey))).catch(() => undefined);
    },
  };
}

/**
 * Log folders of incarnations that no record names: an engine was killed between a record's end and that of its logs. Looked up
 * at once, before any new incarnation; removing them is the caller's, whenever it likes: no new one gets the same name.
 */
export function strayLogFolders(
  containersFolder: string,
  records: readonly { readonly id: string; readonly epoch: string }[],
): readonly string[] {
  const known = new Set(records.map(({ id, epoch }) => join(hash(idKey(id)), hash(epoch))));
  const names = (folder: string): readonly string[] => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  };
  return names(containersFolder)
    .flatMap((container) => names(join(containersFolder, container)).map((epoch) => join(container, epoch)))
    .filter((place) => !known.has(place))
    .map((place) => join(containersFolder, place));
}
