/**
 * Brings a compute system down and ends its container: shutdown, bounded wait, terminate, bounded wait, exits of all processes,
 * rest of the output, handles closed, then `gone`. The single owner of a container's end (B9-B14): verbs only ask for it.
 */
import { exitUnknown } from '../model/exit.js';
import { INIT } from '../model/ids.js';
import { neverStarted } from '../lifecycle/container.js';
import type { TimedExit } from '../model/record.js';
import { systemState } from './properties.js';
import { within } from './bounded.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { brief } from './failures.js';
import type { LiveSystem } from './live.js';
import { noteLost } from './loss.js';
import { askToEnd, closeSystem, isShutdownSent, meansStopped, shutdownSince, systemIsGone } from './operations.js';
import { noteOutput } from './reap.js';
import { closeProcess, readExit, settleExit } from './process.js';
import { applyFact, closeToExecs, note } from './turns.js';

/** Starts the tear-down, or has the running one look again. */
export function tearDown(core: Core, cell: Cell): void {
  if (cell.teardown.task !== null) {
    cell.teardown.again = true;
    return;
  }
  cell.teardown.again = false;
  cell.teardown.task = core.tracked('tear-down', cell.id, run(core, cell)).then(() => {
    cell.teardown.task = null;
    if (cell.teardown.again && isStopping(cell)) tearDown(core, cell);
  });
}

const STILL_LISTED = 'HCS says that the compute system has ended, and lists it';

const isStopping = (cell: Cell): boolean => !cell.removed && cell.state.kind === 'stopping';

async function run(core: Core, cell: Cell): Promise<void> {
  let pause = core.timeouts.retryFirst;
  let error: string | null = null;
  while (isStopping(cell) && !core.closed) {
    if (cell.attaching !== null) {
      await cell.attaching;
      continue;
    }
    const { system } = cell;
    if (system === null || system.exited.has()) {
      await finish(core, cell, system, error);
      return;
    }
    error = await end(core, cell, system);
    if (system.exited.has() || cell.system !== system || !isStopping(cell)) continue;
    // Stuck: the handle stays open for later tries; the container's own `kill` tries at once.
    const text = error ?? 'the compute system does not end';
    core.deps.tracer.log('error', 'a compute system does not end', { container: cell.id, reason: text });
    if (cell.record.lastError !== text) await note(core, cell, { lastError: text });
    await Promise.race([core.pause(pause), system.exited.promise]);
    pause = Math.min(pause * 2, core.timeouts.retryLongest);
  }
}

/** Shutdown where it was not sent, terminate where that did not do. Answers what went wrong on the way; null: nothing. */
async function end(core: Core, cell: Cell, system: LiveSystem): Promise<string | null> {
  const { tracer } = core.deps;
  let warning: string | null = null;
  if (!isTerminateSent(cell)) {
    try {
      await othersAnswered(core, cell, system);
      if (stale(cell, system)) return null;
      if (!isShutdownSent(core, cell, system) && (await askToEnd(core, cell, system, 'shutdown')) === 'done') {
        await systemIsGone(core, cell, system);
        if (stale(cell, system)) return null;
        warning = STILL_LISTED;
      } else {
        const { total, left } = patience(core, cell, system);
        if (await endedWithin(core, cell, system, left)) return null;
        warning = `shutdown did not end the compute system within ${total} ms`;
      }
    } catch (e) {
      warning = brief(e);
    }
    tracer.log('warn', 'shutdown did not do, terminating', { container: cell.id, reason: warning });
    await othersAnswered(core, cell, system);
  }
  if (stale(cell, system)) return warning;
  try {
    // What an earlier service took is sent anew: nobody knows whether it came to anything.
    const terminated = isTerminateSent(cell) && system.terminateSent;
    if (!(terminated && (await endedWithin(core, cell, system, core.timeouts.terminate)))) {
      if ((await askToEnd(core, cell, system, 'terminate')) === 'done') {
        await systemIsGone(core, cell, system);
        return stale(cell, system) ? warning : STILL_LISTED;
      }
      if (!stale(cell, system))
        await applyFact(core, cell, { kind: 'stopAsked', cause: 'terminate', accepted: 'terminate' });
      if (!(await endedWithin(core, cell, system, core.timeouts.terminate)))
        warning = `terminate did not end the compute system within ${core.timeouts.terminate} ms`;
    }
  } catch (e) {
    warning = brief(e);
  }
  if (!stale(cell, system) && (await looksGone(core, cell, system))) await systemIsGone(core, cell, system);
  return warning;
}

const isTerminateSent = ({ state }: Cell): boolean => state.kind === 'stopping' && state.terminateSent;

/** Somebody's own call may be on its way: a second one would be refused. */
async function othersAnswered(core: Core, cell: Cell, system: LiveSystem): Promise<void> {
  if (cell.asked !== null) await endedWithin(core, cell, system, core.timeouts.quickCall, cell.asked.answered);
}

/** How long a shutdown may take, and what is left of it: one that was asked for before a loss of the service has begun then. */
function patience(core: Core, cell: Cell, system: LiveSystem): { readonly total: number; readonly left: number } {
  const since = shutdownSince(core, cell);
  const own = core.timeouts.shutdown;
  if (system.shutdownSent || since === null) return { total: own, left: own };
  const { state } = cell;
  const total = (state.kind === 'stopping' ? state.shutdown?.graceMs : null) ?? own;
  return { total, left: Math.max(0, since + total - core.deps.clock.elapsed()) };
}

const stale = (cell: Cell, system: LiveSystem): boolean =>
  cell.system !== system || system.exited.has() || system.disconnected.has() || !isStopping(cell);

/** True when it ended, or was lost, or need not be waited for any more. `or`: what ends the wait too. */
async function endedWithin(
  core: Core,
  cell: Cell,
  system: LiveSystem,
  ms: number,
  or: Promise<unknown> = new Promise(() => undefined),
): Promise<boolean> {
  await within(Promise.race([system.exited.promise, system.disconnected.promise, or]), ms, core.deps.clock);
  return stale(cell, system) || core.closed;
}

/** The notification may have been lost: HCS itself knows. */
async function looksGone(core: Core, cell: Cell, system: LiveSystem): Promise<boolean> {
  try {
    const state = await systemState(core, cell.id, system);
    return state.stopped;
  } catch (e) {
    noteLost(core, cell, system, e);
    return meansStopped(e);
  }
}

/** The compute system has ended: collects exits and output, closes the handles, ends the container. */
async function finish(core: Core, cell: Cell, system: LiveSystem | null, error: string | null): Promise<void> {
  await closeToExecs(core, cell);
  const { init } = cell;
  const execs = [...cell.execs.values()].filter((exec) => exec.state.kind !== 'adding');
  await Promise.all(
    execs.map(async (exec) => {
      if (exec.process === null) return;
      await settleExit(core, cell, exec.process);
      await exec.over.promise;
    }),
  );
  let exit = neverStarted(core.now());
  if (init !== null) {
    await settleExit(core, cell, init);
    exit = initExitOf(cell) ?? (await readExit(core, cell, init)) ?? exit;
    await within(init.drained.promise, core.timeouts.drain, core.deps.clock);
    noteOutput(cell, INIT, init);
    await closeProcess(core, cell, init);
  } else if (cell.record.state.kind === 'stopping' && cell.record.state.pid !== 0) {
    exit = { ...exitUnknown('the container ended while no engine watched it'), exitedAt: core.now() };
  }
  let leftover: string | null = null;
  if (system !== null) {
    try {
      await closeSystem(core, cell, system);
    } catch (e) {
      leftover = brief(e);
      core.deps.tracer.log('warn', 'a compute system handle could not be closed', {
        container: cell.id,
        reason: leftover,
      });
    }
  }
  const lastError = leftover ?? error;
  await applyFact(
    core,
    cell,
    { kind: 'gone', exit, ...(leftover === null ? {} : { error: leftover }) },
    lastError === null ? {} : { patch: { lastError } },
  );
}

/** Read when init ended, before the container did. */
const initExitOf = ({ state }: Cell): TimedExit | null => (state.kind === 'stopping' ? state.initExit : null);

/** Effect of a container's end: the record is all that stays in memory. */
export function release(cell: Cell): void {
  cell.system = null;
  cell.init = null;
  cell.execs.clear();
  for (const key of cell.output.keys()) if (key !== INIT) cell.output.delete(key);
  cell.held.length = 0;
}
