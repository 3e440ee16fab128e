/** stop: shutdown, and terminate after the grace; resolves when the container is stopped. */
import type { CallContext, ExitReport } from '../runtime.js';
import { bounded, within } from './bounded.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { brief } from './failures.js';
import type { LiveSystem } from './live.js';
import { askToEnd, refusedBy, systemIsGone } from './operations.js';
import { applyFact } from './turns.js';
import { boundOf, openSystem } from './verb.js';
import { containerEnd } from './wait.js';

export async function stop(
  core: Core,
  id: string,
  graceMs: number | undefined,
  context?: CallContext,
): Promise<ExitReport> {
  const cell = core.find(id);
  if (cell.state.kind === 'stopped') return cell.state.exit;
  const system = openSystem(cell, 'be stopped', 'created', 'starting', 'running', 'paused', 'stopping');
  return core.untilClosed(bring(core, cell, system, graceMs ?? core.timeouts.stopGrace, context));
}

async function bring(
  core: Core,
  cell: Cell,
  system: LiveSystem,
  graceMs: number,
  context: CallContext | undefined,
): Promise<ExitReport> {
  const bound = boundOf(core, cell, context, 'stop', core.timeouts.syscall);
  const end = containerEnd(cell);
  try {
    if (graceMs > 0 && (await ask(core, cell, system, 'shutdown', context)))
      await bounded(
        within(Promise.race([system.exited.promise, system.disconnected.promise]), graceMs, core.deps.clock),
        { ...bound, ms: Infinity },
      );
    if (!system.exited.has() && !system.disconnected.has() && !(await ask(core, cell, system, 'terminate', context)))
      core.deps.tracer.log('warn', 'terminate was refused, the tear-down goes on', { container: cell.id });
    return await bounded(end.value, {
      ...bound,
      operation: 'the end of the compute system',
      ms: context?.timeoutMs ?? core.timeouts.terminate,
    });
  } catch (e) {
    throw refusedBy(system, e, {
      id: cell.id,
      doing: 'stop',
      leftovers: cell.state.kind === 'stopping' ? [`compute system ${cell.id} has not ended`] : [],
    });
  } finally {
    end.stop();
  }
}

/** True when HCS accepted, or has nothing left to end. A refused shutdown is not the end: terminate follows. */
async function ask(
  core: Core,
  cell: Cell,
  system: LiveSystem,
  how: 'shutdown' | 'terminate',
  context: CallContext | undefined,
): Promise<boolean> {
  context?.progress?.({ message: how === 'shutdown' ? 'asking it to shut down' : 'terminating it' });
  if (how === 'shutdown' && cell.shutdownSent) return true;
  const bound = boundOf(core, cell, context, 'stop', core.timeouts.syscall);
  let ending: 'pending' | 'done';
  try {
    ending = await askToEnd(core, cell, system, how, bound, 'stop');
  } catch (e) {
    if (how === 'terminate' || bound.signal?.aborted === true) throw e;
    core.deps.tracer.log('warn', 'shutdown was refused', { container: cell.id, reason: brief(e) });
    return false;
  }
  if (cell.system === system)
    await applyFact(core, cell, { kind: 'stopAsked', cause: 'stop', terminate: how === 'terminate' });
  if (ending === 'done') await systemIsGone(core, cell, system);
  return true;
}
