/** What a failed create left: its compute system, and what that stands on. */
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { brief } from './failures.js';
import { releaseGround } from './ground.js';
import { open } from './open.js';
import { hasProof } from './proof.js';
import { endSystem } from './endSystem.js';
import { note } from './turns.js';

/** True when nothing is left of a failed container; tries to end what is. Never rejects. */
export function cleanLeftovers(core: Core, cell: Cell): Promise<boolean> {
  if (cell.state.kind !== 'failed' || cell.state.leftovers.length === 0) return Promise.resolve(true);
  cell.cleaning ??= clean(core, cell).finally(() => {
    cell.cleaning = null;
  });
  return cell.cleaning;
}

/** After a create that failed and left its system: where nothing proves that one ours, it is looked at until nobody can be about to start it. */
export function watchUnproven(core: Core, cell: Cell): void {
  if (!hasProof(cell.record)) void cleanLeftovers(core, cell);
}

/** Looks again and again, until the system has gone, or has been unstarted for so long that it is nobody else's. */
function tryLater(core: Core, cell: Cell): void {
  if (cell.waiting) return;
  cell.waiting = true;
  const { unstarted, retryFirst, retryLongest } = core.timeouts;
  const later = async (): Promise<void> => {
    const closed = await core.pause(Math.min(retryLongest, unstarted + retryFirst));
    cell.waiting = false;
    if (!closed && !cell.removed) await cleanLeftovers(core, cell);
  };
  // The engine lives for it while an end is in sight.
  if (cell.unstarted === null) void later();
  else core.background('removing a leftover', cell.id, later());
}

async function clean(core: Core, cell: Cell): Promise<boolean> {
  try {
    const opened = await open(core, cell);
    const { system } = cell;
    cell.system = null;
    cell.stranger = opened.kind === 'unproven' && opened.started;
    if (opened.kind === 'unproven') {
      core.deps.tracer.log('warn', 'a leftover is not touched yet', { container: cell.id, reason: opened.why });
      tryLater(core, cell);
      return false;
    }
    const gone = opened.kind === 'gone' || system === null;
    if (!gone && (await endSystem(core, cell, system, core.timeouts.restoreTerminate)).length > 0) return false;
    const left = await releaseGround(core, cell);
    if (left.length === 0 && cell.record.resources != null) await note(core, cell, { resources: null });
    return left.length === 0;
  } catch (e) {
    core.deps.tracer.log('warn', 'a leftover cannot be removed', { container: cell.id, reason: brief(e) });
    if (!hasProof(cell.record)) tryLater(core, cell);
    return false;
  }
}
