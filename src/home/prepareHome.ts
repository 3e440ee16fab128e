import { accessSync, constants } from 'node:fs';
import { RuntimeError } from '../core/errors.js';
import { homePaths, type HomePaths } from './paths.js';
import { checkPrivateFolder, ensurePrivateFolder } from './privateFolder.js';
import { notAHome } from './windowsPath.js';
import { closeHome } from './windowsAccess.js';

const HINT = 'choose another folder with --home or HCS_HOME';
const OURS = ['engine.lock', 'engine.json', 'engine.log', 'engine.starting', 'store', 'simulator', 'containers'];

/** Throws invalidRequest for a path that Windows, or a part of ours there, could not use as a home. */
function checkPath(home: string): void {
  const why = process.platform === 'win32' ? notAHome(home) : undefined;
  if (why !== undefined)
    throw new RuntimeError('invalidRequest', `home ${home} cannot be used: ${why}`, { hint: HINT });
}

/**
 * Makes the home if need be (0700) and makes sure that it is this user's and can be written. Throws permissionDenied or
 * failedPrecondition, naming the folder.
 */
export function prepareHome(home: string): HomePaths {
  checkPath(home);
  ensurePrivateFolder('home', home, HINT, OURS);
  try {
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (e) {
    throw new RuntimeError('permissionDenied', `home ${home} cannot be written`, { hint: HINT }, { cause: e });
  }
  return homePaths(home);
}

/** On Windows, for the engine: `tool` closes the home to other users. Modes have done so elsewhere. */
export async function closePreparedHome(home: string, tool: string): Promise<void> {
  if (process.platform === 'win32') await closeHome(tool, home, OURS, HINT);
}

/** For clients: whether the home exists; throws when it is not to be trusted. Makes nothing. */
export function checkHome(home: string): boolean {
  checkPath(home);
  return checkPrivateFolder('home', home, HINT);
}
