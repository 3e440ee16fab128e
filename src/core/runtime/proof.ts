/**
 * Whose a compute system is. This home's record proves it: the id with the RuntimeId, or, where HCS gives none, with the time at
 * which the system started (design 6). The same owner or name proves nothing: other homes, and other clients, use the same.
 */
import { RuntimeError } from '../errors.js';
import type { ContainerRecord } from '../model/record.js';
import { GaveUp } from './bounded.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { listedState } from './list.js';
import type { LiveSystem } from './live.js';
import { startTime, systemState, type SystemState } from './properties.js';
import { note } from './turns.js';

/** `unproven`: what the record and HCS tell cannot be compared. The system may be ours, or somebody else's. */
export type Whose = 'ours' | 'foreign' | 'unproven';

type Proof = Pick<ContainerRecord, 'runtimeId' | 'systemStartedAt'>;

export function whose(
  record: Proof & Pick<ContainerRecord, 'owner'>,
  state: Pick<SystemState, 'runtimeId' | 'owner'>,
  startedAt: string | null,
): Whose {
  const { runtimeId, systemStartedAt } = record;
  if (runtimeId !== null && state.runtimeId !== null) return runtimeId === state.runtimeId ? 'ours' : 'foreign';
  if (systemStartedAt != null && startedAt !== null) return systemStartedAt === startedAt ? 'ours' : 'foreign';
  // Ours would have the owner that we wrote into its document.
  return (state.owner ?? '') !== '' && state.owner !== record.owner ? 'foreign' : 'unproven';
}

export const hasProof = ({ runtimeId, systemStartedAt }: Proof): boolean =>
  runtimeId !== null || systemStartedAt != null;

/** The same for a system that we hold. Rejects when HCS does not tell its state. */
export async function whoseIs(
  core: Core,
  cell: Cell,
  system: LiveSystem,
): Promise<{ readonly whose: Whose; readonly state: SystemState }> {
  const state = await systemState(core, cell.id, system);
  const { runtimeId, systemStartedAt } = cell.record;
  const byTime = (runtimeId === null || state.runtimeId === null) && systemStartedAt != null;
  const startedAt = byTime ? await startTime(core, cell.id, system) : null;
  return { whose: whose(cell.record, state, startedAt), state };
}

/**
 * Writes the RuntimeId of a system that this engine has made, before it is started: without, a new engine could not end it. Rejects when
 * HCS does not tell it in either of the two ways in which it can be asked, or when it cannot be written.
 */
export async function noteRuntimeId(core: Core, cell: Cell, system: LiveSystem): Promise<void> {
  const { runtimeId } = await systemState(core, cell.id, system).catch(async (e: unknown) => {
    const listed = e instanceof GaveUp ? null : await listedState(core, cell).catch(() => null);
    if (listed === null) throw e;
    return listed;
  });
  if (runtimeId !== null) await note(core, cell, { runtimeId }, true);
}

/**
 * What proves a system that has started and had no RuntimeId before: one that it has now, and when it started. Rejects with `hcsFailure`
 * when HCS tells neither: a container that no later engine could take up must not come to be.
 */
export async function startProof(core: Core, cell: Cell, system: LiveSystem): Promise<Partial<Proof>> {
  if (cell.record.runtimeId !== null) return {};
  const { runtimeId } = await systemState(core, cell.id, system);
  const systemStartedAt = await startTime(core, cell.id, system).catch((e: unknown) => {
    if (runtimeId === null) throw e;
    return null;
  });
  if (runtimeId === null && systemStartedAt === null)
    throw new RuntimeError('hcsFailure', 'HCS tells neither a RuntimeId of the compute system nor when it started', {
      phase: 'HcsGetComputeSystemProperties',
    });
  return { runtimeId, systemStartedAt };
}

/**
 * Whether a system of unproven origin is what a create of ours left. Somebody else's create may be under way under this id, so it must
 * have been seen unstarted, at each look the same one, for as long as any create takes: then nobody will start it.
 */
export function isAbandoned(core: Core, cell: Cell, state: SystemState): boolean {
  if (state.started || (cell.alive && cell.state.kind !== 'creating')) {
    cell.unstarted = null;
    return false;
  }
  const now = core.deps.clock.elapsed();
  const { unstarted } = cell;
  if (unstarted?.runtimeId !== state.runtimeId) {
    cell.unstarted = { runtimeId: state.runtimeId, since: now };
    return false;
  }
  return now - unstarted.since >= core.timeouts.unstarted;
}
