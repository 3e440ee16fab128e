/**
 * From the end of a process to the fact in its container's queue. One reaper a process, started only after the event that
 * announces the process is written, so an early exit waits (E3).
 */
import { isRuntimeError } from '../errors.js';
import { idKey } from '../model/ids.js';
import { within } from './bounded.js';
import type { Cell, Exec } from './cell.js';
import type { Core } from './core.js';
import type { LiveProcess } from './live.js';
import { closeProcess, readExit } from './process.js';
import { applyExec, applyFact, KEPT_EXEC_EXITS } from './turns.js';

/** Waits for the end of init, however long, and gives it to the container. */
export function watchInit(core: Core, cell: Cell, init: LiveProcess): void {
  void init.exited.promise.then(() => {
    core.background('reaping init', cell.id, reapInit(core, cell, init));
  });
}

async function reapInit(core: Core, cell: Cell, init: LiveProcess): Promise<void> {
  const exit = await readExit(core, cell, init);
  // Replaced meanwhile: the container was reopened, and the new handle has its own reaper.
  if (exit === null || cell.init !== init) return;
  if (cell.state.kind === 'stopping' && cell.state.initExit !== null) return;
  await applyFact(core, cell, { kind: 'initExited', exit });
}

/** The same for an exec: exit code, the last of its output (bounded), `exit` published, handle closed. */
export function watchExec(core: Core, cell: Cell, exec: Exec, process: LiveProcess): void {
  void process.exited.promise.then(() => {
    core.background('reaping an exec', cell.id, reapExec(core, cell, exec, process));
  });
}

async function reapExec(core: Core, cell: Cell, exec: Exec, process: LiveProcess): Promise<void> {
  const exit = await readExit(core, cell, process);
  if (exit === null || exec.process !== process) return;
  try {
    await applyExec(core, cell, exec, { kind: 'exitSeen', exit });
    await within(process.drained.promise, core.timeouts.drain, core.deps.clock);
    noteOutput(cell, exec.id, process);
    await applyExec(core, cell, exec, { kind: 'drained' });
  } catch (e) {
    if (!isRuntimeError(e)) throw e;
    core.deps.tracer.log('info', 'an exec was reaped twice', { container: cell.id, reason: e.message });
  } finally {
    await closeProcess(core, cell, process);
  }
}

/** For who waits: how much it has written, if all of it was seen. Kept for as many execs as their exits. */
export function noteOutput(cell: Cell, processId: string, process: LiveProcess): void {
  const { output } = process;
  const key = idKey(processId);
  cell.output.delete(key);
  if (output === undefined) return;
  cell.output.set(key, output);
  if (cell.output.size > KEPT_EXEC_EXITS) cell.output.delete([...cell.output.keys()][0] ?? key);
}

/** Makes an exec known before its process exists. False when the id is taken. */
export function enterExec(cell: Cell, exec: Exec): boolean {
  const key = idKey(exec.id);
  if (cell.execs.has(key)) return false;
  cell.execs.set(key, exec);
  return true;
}
