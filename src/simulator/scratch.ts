import { existsSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder under which each compute system without a layer of its own has a scratch folder, named by a UUID. */
export const scratchFolder = (folder: string): string => join(folder, 'scratch');

/**
 * Removes one scratch folder. A program that is just dying may still write into it for some milliseconds: then it is tried again in
 * the background, and what stays is told to `log` and removed by the next service. No name in it is ever used again.
 */
export function removeScratch(scratch: string, log: (message: string) => void): void {
  try {
    rmSync(scratch, { recursive: true, force: true });
  } catch {
    rm(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }).catch((e: unknown) => {
      log(`a scratch folder stays: ${e instanceof Error ? e.message : String(e)}`);
    });
  }
}

/** Removes what an earlier service of this home left. */
export function removeStaleScratch(folder: string, log: (message: string) => void): void {
  const parent = scratchFolder(folder);
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) removeScratch(join(parent, name), log);
}
