/** close-stdin: the program sees the end of its input. */
import { idKey, INIT } from '../model/ids.js';
import type { CallContext } from '../runtime.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { closeStdin as close } from './process.js';
import { openSystem, processOf } from './verb.js';

export async function closeStdin(
  core: Core,
  id: string,
  execId: string | undefined,
  context?: CallContext,
): Promise<void> {
  const cell = core.find(id);
  if (isOver(cell, execId)) return;
  openSystem(cell, 'have its stdin closed', 'running', 'paused', 'stopping');
  await core.untilClosed(close(core, cell, processOf(cell, execId), context?.signal));
}

/** A process that has ended has no input to close: that is what was wished. */
function isOver(cell: Cell, execId: string | undefined): boolean {
  if (execId === undefined || execId === INIT)
    return cell.state.kind === 'stopped' || (cell.state.kind === 'stopping' && cell.state.initExit !== null);
  if (cell.execs.has(idKey(execId))) return false;
  return cell.record.execs.some((e) => idKey(e.execId) === idKey(execId) && e.exit !== null);
}
