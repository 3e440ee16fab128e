/** What every verb needs before it asks HCS: a container in a valid state whose system is open; and an end to its waits. */
import { RuntimeError } from '../errors.js';
import { refusal, type ContainerKind } from '../lifecycle/container.js';
import { idKey, INIT } from '../model/ids.js';
import type { CallContext } from '../runtime.js';
import { bounded, type Bound } from './bounded.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import type { LiveProcess, LiveSystem } from './live.js';
import { noteLost, refusedBy } from './loss.js';

export function boundOf(
  core: Core,
  cell: Cell,
  context: CallContext | undefined,
  operation: string,
  defaultMs: number,
): Bound {
  return {
    clock: core.deps.clock,
    ms: context?.timeoutMs ?? defaultMs,
    signal: context?.signal,
    operation,
    containerId: cell.id,
  };
}

/** failedPrecondition unless the container is in one of these states; `unavailable` while it is lost. */
export function expectState(cell: Cell, ask: string, ...kinds: readonly ContainerKind[]): void {
  const { kind } = cell.state;
  if (cell.removed) throw new RuntimeError('notFound', `container ${cell.id} does not exist`, { containerId: cell.id });
  if (kinds.includes(kind)) return;
  if (kind === 'lost')
    throw new RuntimeError('unavailable', `container ${cell.id} is lost: ${cell.state.reason}`, {
      containerId: cell.id,
      hint: 'it is opened again as soon as the Host Compute Service answers',
    });
  throw new RuntimeError('failedPrecondition', `container ${cell.id} ${refusal(cell.state, ask)}`, {
    containerId: cell.id,
  });
}

/** Waits for a reattach under way: what a new engine finds may be that the container has ended. */
export async function settled(core: Core, cell: Cell, context: CallContext | undefined): Promise<void> {
  if (cell.attaching !== null && cell.state.kind !== 'lost')
    await core.untilClosed(bounded(cell.attaching, boundOf(core, cell, context, 'reattaching', core.timeouts.syscall)));
}

/** The open system of a container that is in one of these states. */
export function openSystem(cell: Cell, ask: string, ...kinds: readonly ContainerKind[]): LiveSystem {
  expectState(cell, ask, ...kinds);
  if (cell.system === null)
    throw new RuntimeError('unavailable', `container ${cell.id} is not open in HCS`, { containerId: cell.id });
  return cell.system;
}

/** Resolves with the open system of a container once that was opened again after the loss of `lost`; null when it has ended. */
export async function reopened(
  core: Core,
  cell: Cell,
  lost: LiveSystem,
  bound: { readonly ms: number; readonly signal?: AbortSignal | undefined },
): Promise<LiveSystem | null> {
  const found = cell.until(() => {
    if (!cell.alive) return null;
    return cell.system === null || cell.system === lost || cell.state.kind === 'lost' ? undefined : cell.system;
  });
  const { clock } = core.deps;
  try {
    return await core.untilClosed(
      bounded(found.value, { clock, operation: 'reopening', containerId: cell.id, ms: bound.ms, signal: bound.signal }),
    );
  } finally {
    found.stop();
  }
}

/** init, or a live exec. notFound when there is no such exec (any more). */
export function processOf(cell: Cell, execId: string | undefined): LiveProcess {
  if (execId === undefined || execId === INIT) {
    if (cell.init !== null) return cell.init;
    throw new RuntimeError('failedPrecondition', `container ${cell.id} has no init process now`, {
      containerId: cell.id,
    });
  }
  const process = cell.execs.get(idKey(execId))?.process;
  if (process !== null && process !== undefined) return process;
  throw noSuchExec(cell, execId);
}

export const noSuchExec = (cell: Cell, execId: string): RuntimeError =>
  new RuntimeError('notFound', `container ${cell.id} has no exec ${execId.slice(0, 128)}`, { containerId: cell.id });

/** One native call of a verb, on `process` if it is given: bounded, its failure classified, a lost service noted. */
export async function ask<T>(
  core: Core,
  cell: Cell,
  doing: string,
  call: Promise<T>,
  bound: Bound,
  process?: LiveProcess,
): Promise<T> {
  const { system } = cell;
  try {
    return await core.untilClosed(bounded(call, bound));
  } catch (e) {
    noteLost(core, cell, system, e, process);
    throw refusedBy(system, e, { id: cell.id, doing }, process);
  }
}
