/** Whether HCS still has a container's compute system, whatever it says of it. */
import { idKey } from '../model/ids.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { enumerate } from './list.js';
import { whose } from './proof.js';
import { stateOf } from './properties.js';

/**
 * HCS may answer that a system has ended, or was never made, and have it all the same: whether enumeration shows what is
 * or may be the container's own. False also when that cannot be told.
 */
export async function isListed(core: Core, cell: Cell): Promise<boolean> {
  try {
    const systems = await core.quick('HcsEnumerateComputeSystems', cell.id, enumerate(core));
    const found = systems.find((system) => idKey(system.Id ?? '') === cell.key);
    if (found === undefined) return false;
    const state = stateOf(found);
    if (state.stopped) return false;
    // An enumeration does not tell when a system started: without a RuntimeId it may be ours.
    return whose(cell.record, state, null) !== 'foreign';
  } catch {
    return false;
  }
}
