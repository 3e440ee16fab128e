/** Whether HCS still has a container's compute system, whatever it says of it. */
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { listedState } from './list.js';
import { whose } from './proof.js';

/**
 * HCS may answer that a system has ended, or was never made, and have it all the same: whether enumeration shows what is
 * or may be the container's own. False also when that cannot be told.
 */
export async function isListed(core: Core, cell: Cell): Promise<boolean> {
  try {
    const state = await listedState(core, cell);
    // An enumeration does not tell when a system started: without a RuntimeId it may be ours.
    return state !== null && !state.stopped && whose(cell.record, state, null) !== 'foreign';
  } catch {
    return false;
  }
}
