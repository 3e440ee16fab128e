import { within } from './bounded.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { brief } from './failures.js';
import { isListed } from './listed.js';
import type { LiveSystem } from './live.js';
import { askToEnd, closeSystem } from './operations.js';
import { hasProof, noteRuntimeId } from './proof.js';

/** Ends a system that is no container (any more). Answers what is left, in words. */
export async function endSystem(core: Core, cell: Cell, system: LiveSystem, ms: number): Promise<readonly string[]> {
  const leftovers: string[] = [];
  try {
    if ((await askToEnd(core, cell, system, 'terminate')) === 'pending')
      await within(Promise.race([system.exited.promise, system.disconnected.promise]), ms, core.deps.clock);
    else if (!(await isListed(core, cell))) system.end(0);
    if (!system.exited.has())
      leftovers.push(`compute system ${cell.id}: it did not end within ${ms} ms of being terminated`);
  } catch (e) {
    leftovers.push(`compute system ${cell.id}: ${brief(e)}`);
  }
  // While we still hold it: whoever tries again has only the record.
  if (leftovers.length > 0 && !hasProof(cell.record))
    await within(noteRuntimeId(core, cell, system), core.timeouts.quickCall, core.deps.clock).catch(() => undefined);
  try {
    await closeSystem(core, cell, system);
  } catch (e) {
    leftovers.push(`handle of compute system ${cell.id}: ${brief(e)}`);
  }
  return leftovers;
}
