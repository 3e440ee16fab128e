/**
 * The utility VM image of a container with Hyper-V isolation.
 */
import { isRuntimeError, RuntimeError } from '../errors.js';
import { refusal } from './refusal.js';
import { windowsJoin } from './windowsPath.js';

/**
 * `<layer>\UtilityVM` of the nearest parent that has one. Throws RuntimeError invalidRequest when none has, and
 * failedPrecondition with the path when a layer cannot be looked into (B26).
 */
export async function findUtilityVm(
  parents: readonly string[],
  exists: (path: string) => Promise<boolean>,
): Promise<string> {
  for (const folder of parents) {
    const image = windowsJoin(folder, 'UtilityVM');
    if (await lookFor(image, exists)) return image;
  }
  throw refusal([
    {
      path: 'spec.windows.layerFolders',
      expected: 'a layer with a UtilityVM folder',
      got: `${parents.length} without`,
      hint: 'Hyper-V isolation needs a base image that brings a utility VM, such as nanoserver or servercore.',
    },
  ]);
}

async function lookFor(image: string, exists: (path: string) => Promise<boolean>): Promise<boolean> {
  try {
    return await exists(image);
  } catch (error) {
    if (isRuntimeError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new RuntimeError(
      'failedPrecondition',
      `cannot look for the utility VM image ${image}: ${reason}`,
      { phase: 'findUtilityVm', hint: 'Check that the layer folder can be read by this user.' },
      { cause: error },
    );
  }
}
