/** What a failed create left: its compute system, and what that stands on. */
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { brief } from './failures.js';
import { releaseGround } from './ground.js';
import { open } from './open.js';
import { endSystem } from './rollBack.js';
import { note } from './turns.js';

/** True when nothing is left of a failed container; tries to end what is. Never rejects. */
export function cleanLeftovers(core: Core, cell: Cell): Promise<boolean> {
  if (cell.state.kind !== 'failed' || cell.state.leftovers.length === 0) return Promise.resolve(true);
  cell.cleaning ??= clean(core, cell).finally(() => {
    cell.cleaning = null;
  });
  return cell.cleaning;
}

async function clean(core: Core, cell: Cell): Promise<boolean> {
  try {
    const opened = await open(core, cell);
    const { system } = cell;
    cell.system = null;
    const gone = opened.kind === 'gone' || system === null;
    if (!gone && (await endSystem(core, cell, system, core.timeouts.restoreTerminate)).length > 0) return false;
    const left = await releaseGround(core, cell);
    if (left.length === 0 && cell.record.resources != null) await note(core, cell, { resources: null });
    return left.length === 0;
  } catch (e) {
    core.deps.tracer.log('warn', 'a leftover cannot be removed', { container: cell.id, reason: brief(e) });
    return false;
  }
}
