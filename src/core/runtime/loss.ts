/** What a failed call says about the service: lost, or restarted, so that our handles are no longer any; and what follows from it. */
import type { RuntimeError } from '../errors.js';
import { isInvalidHandle, when } from '../hresult.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { failed, failureOf, saysServiceLost, type Around } from './failures.js';
import type { LiveProcess, LiveSystem } from './live.js';
import { applyFact } from './turns.js';

/**
 * A call that failed because the service is gone, or because our handle of the system is no longer one (which is what a restarted
 * service says), makes the container `lost`, whether or not HCS says so itself. `system`, `process`: on which the call was made.
 */
export function noteLost(core: Core, cell: Cell, system: LiveSystem | null, e: unknown, process?: LiveProcess): void {
  // A late answer to a call on an old handle says nothing about the container that was opened again since.
  if (system === null || system !== cell.system || (process !== undefined && process.closing !== null)) return;
  if (!(saysServiceLost(e) || saysHandleDead(system, process, e)) || !system.disconnect()) return;
  core.background(
    'noting a lost service',
    cell.id,
    applyFact(core, cell, { kind: 'disconnected', reason: 'the Host Compute Service cannot be reached' }),
  );
}

/** `process`: whose call it was, if it was not the system's own. */
export function saysHandleDead(system: LiveSystem, process: LiveProcess | undefined, e: unknown): boolean {
  const failure = failureOf(e);
  if (failure === null || !isInvalidHandle(failure.hresult) || system.closing !== null || system.exited.has())
    return false;
  return process !== undefined
    ? process.closing === null
    : /ComputeSystem|^Hcs(Create|Open)Process$/.test(failure.operation);
}

/** A call on `system`, or on `process`, which is one of it, that failed, for whoever asked for it. */
export const refusedBy = (system: LiveSystem | null, e: unknown, around: Around, process?: LiveProcess): RuntimeError =>
  failed(e, { ...around, handleDied: system !== null && handleDied(system, e, process) });

/** The service was restarted, and no longer knows the handle. Also where the notice of the loss came before the call. */
export const handleDied = (system: LiveSystem, e: unknown, process?: LiveProcess): boolean =>
  saysHandleDead(system, process, e) || (system.disconnected.has() && when(isInvalidHandle)(e));

/** The call did not come through: what was asked for is neither refused nor done. */
export const meansLost = (system: LiveSystem, e: unknown): boolean => saysServiceLost(e) || handleDied(system, e);
