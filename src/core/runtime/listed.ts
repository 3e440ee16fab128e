/** Whether a compute system is a container's own, and whether HCS still has it, whatever it says of it. */
import { idKey } from '../model/ids.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { enumerate } from './list.js';
import { stateOf, type SystemState } from './properties.js';

/** Where HCS gave no RuntimeId at create, the record and the owner written into the system must do. */
export function isOurs(cell: Cell, state: Pick<SystemState, 'runtimeId' | 'owner'>): boolean {
  const { runtimeId, owner } = cell.record;
  if (runtimeId !== null && state.runtimeId !== null) return runtimeId === state.runtimeId;
  return state.owner === null || state.owner === owner;
}

/**
 * HCS may answer that a system has ended, or was never made, and have it all the same: whether enumeration shows the container's
 * own. False also when that cannot be told.
 */
export async function isListed(core: Core, cell: Cell): Promise<boolean> {
  try {
    const systems = await core.quick('HcsEnumerateComputeSystems', cell.id, enumerate(core));
    const found = systems.find((system) => idKey(system.Id ?? '') === cell.key);
    if (found === undefined) return false;
    const state = stateOf(found);
    return !state.stopped && isOurs(cell, state);
  } catch {
    return false;
  }
}
