import { accessSync, constants } from 'node:fs';
import { RuntimeError } from '../core/errors.js';
import { homePaths, type HomePaths } from './paths.js';
import { checkPrivateFolder, ensurePrivateFolder } from './privateFolder.js';

const HINT = 'choose another folder with --home or HCS_HOME';
const OURS = ['engine.lock', 'engine.json', 'engine.log', 'engine.starting', 'store', 'simulator', 'containers'];

/**
 * Makes the home if need be (0700) and makes sure that it is this user's and can be written. Throws permissionDenied or
 * failedPrecondition, naming the folder.
 */
export function prepareHome(home: string): HomePaths {
  ensurePrivateFolder('home', home, HINT, OURS);
  try {
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (e) {
    throw new RuntimeError('permissionDenied', `home ${home} cannot be written`, { hint: HINT }, { cause: e });
  }
  return homePaths(home);
}

/** For clients: whether the home exists; throws when it is not to be trusted. Makes nothing. */
export function checkHome(home: string): boolean {
  return checkPrivateFolder('home', home, HINT);
}
