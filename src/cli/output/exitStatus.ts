import type { Exit } from '../../core/model/exit.js';

/** Exit status for what went wrong in hostcompute itself while `run` or `exec` was at work (docker's number). */
export const OWN_FAILURE = 125;

/**
 * The exit status that passes a program's end on. Windows carries 32 bits; elsewhere 255 stands for everything above. An end
 * without a known code is 125, never 0.
 */
export function programStatus(exit: Exit, platform: NodeJS.Platform): number {
  if (exit.exitCode === null) return OWN_FAILURE;
  if (platform === 'win32') return exit.exitCode >>> 0;
  return exit.exitCode > 255 ? 255 : exit.exitCode;
}
