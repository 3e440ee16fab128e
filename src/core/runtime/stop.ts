/** stop: shutdown, and terminate after the grace; resolves when the container is stopped. */
import type { CallContext, ExitReport } from '../runtime.js';
import { bounded, GaveUp, within, type Bound } from './bounded.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { brief } from './failures.js';
import type { LiveSystem } from './live.js';
import { refusedBy } from './loss.js';
import { askToEnd, isShutdownSent, systemIsGone } from './operations.js';
import { applyFact, told } from './turns.js';
import { boundOf, openSystem, reopened } from './verb.js';
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

/** `since`: when the shutdown was accepted, or the caller first found it accepted, by the monotonic clock. */
interface Grace {
  readonly ms: number;
  since: number | null;
}

/** Goes on where it was when the service is lost and comes back: nothing that was accepted is asked for anew, and no grace begins again. */
async function bring(
  core: Core,
  cell: Cell,
  first: LiveSystem,
  graceMs: number,
  context: CallContext | undefined,
): Promise<ExitReport> {
  const { clock } = core.deps;
  const grace: Grace = { ms: graceMs, since: null };
  const bound = boundOf(core, cell, context, 'the end of the compute system', core.timeouts.terminate);
  const end = containerEnd(cell);
  let system = first;
  let limit: number | null = null;
  try {
    for (;;) {
      await askToStop(core, cell, system, grace, context);
      if (!system.disconnected.has()) return await bounded(end.value, bound);
      const until = (limit ??= clock.elapsed() + left(core, grace) + bound.ms);
      const rest = (): Bound => ({ ...bound, ms: Math.max(0, until - clock.elapsed()) });
      const found = await reopened(core, cell, system, rest());
      // The tear-down sends a terminate again, and nothing else is to be done.
      if (found === null || (cell.state.kind === 'stopping' && cell.state.terminateSent))
        return await bounded(end.value, rest());
      system = found;
    }
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

const left = (core: Core, { ms, since }: Grace): number =>
  since === null ? ms : Math.max(0, since + ms - core.deps.clock.elapsed());

/** Shutdown, the rest of its grace, terminate. Resolves also where the service is lost over it. */
async function askToStop(
  core: Core,
  cell: Cell,
  system: LiveSystem,
  grace: Grace,
  context: CallContext | undefined,
): Promise<void> {
  const { clock, tracer } = core.deps;
  const bound = boundOf(core, cell, context, 'stop', core.timeouts.syscall);
  try {
    if (grace.ms > 0 && (await ask(core, cell, system, 'shutdown', grace, context))) {
      grace.since ??= clock.elapsed();
      await bounded(
        within(Promise.race([system.exited.promise, system.disconnected.promise]), left(core, grace), clock),
        { ...bound, ms: Infinity },
      );
    }
    if (
      !system.exited.has() &&
      !system.disconnected.has() &&
      !(await ask(core, cell, system, 'terminate', grace, context))
    )
      tracer.log('warn', 'terminate was refused, the tear-down goes on', { container: cell.id });
  } catch (e) {
    if (e instanceof GaveUp || !system.disconnected.has()) throw e;
  }
}

/** True when HCS accepted, or has nothing left to end. A refused shutdown is not the end: terminate follows. */
async function ask(
  core: Core,
  cell: Cell,
  system: LiveSystem,
  how: 'shutdown' | 'terminate',
  grace: Grace,
  context: CallContext | undefined,
): Promise<boolean> {
  context?.progress?.({ message: how === 'shutdown' ? 'asking it to shut down' : 'terminating it' });
  if (how === 'shutdown' && isShutdownSent(core, cell, system)) return true;
  const bound = boundOf(core, cell, context, 'stop', core.timeouts.syscall);
  let ending: 'pending' | 'done';
  try {
    ending = await askToEnd(core, cell, system, how, bound, 'stop');
  } catch (e) {
    if (how === 'terminate' || bound.signal?.aborted === true) throw e;
    core.deps.tracer.log('warn', 'shutdown was refused', { container: cell.id, reason: brief(e) });
    return false;
  }
  const accepted = how === 'terminate' ? how : { at: core.now(), graceMs: grace.ms };
  if (cell.alive) await told(core, applyFact(core, cell, { kind: 'stopAsked', cause: 'stop', accepted }));
  if (ending === 'done') await systemIsGone(core, cell, system);
  return true;
}
