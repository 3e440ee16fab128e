/** delete and deleteTask. */
import { RuntimeError } from '../errors.js';
import { groundFailed } from '../layers/failure.js';
import { refusal } from '../lifecycle/container.js';
import type { CallContext, ExitReport } from '../runtime.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { releaseGround } from './ground.js';
import { kill } from './kill.js';
import { cleanLeftovers } from './leftovers.js';
import { stop } from './stop.js';
import { apply } from './turns.js';
import { expectState } from './verb.js';
import { bounded } from './bounded.js';
import { startOf } from './wait.js';

/** Exit code and time of an ended container; the record stays. */
export function deleteTask(core: Core, id: string): ExitReport {
  const cell = core.find(id);
  expectState(cell, 'have its task deleted', 'stopped');
  if (cell.state.kind === 'stopped') return { ...cell.state.exit, ...startOf(cell.record) };
  throw core.notFound(id);
}

export async function remove(core: Core, id: string, force: boolean, context?: CallContext): Promise<void> {
  const cell = core.find(id);
  if (cell.state.kind === 'created' && !force) await stop(core, id, undefined, context);
  else if (force && cell.alive) await endByForce(core, cell, context);
  else if (cell.alive)
    throw new RuntimeError('failedPrecondition', `container ${cell.id} ${refusal(cell.state, 'be deleted')}`, {
      containerId: cell.id,
      hint: `stop it first, or: hcs delete --force ${cell.id}, which kills it`,
    });
  // What may be ours is not even forgotten by force: without the record nobody could end it. A stranger is.
  if (cell.state.kind === 'failed' && !(await cleanLeftovers(core, cell)) && !(force && cell.stranger))
    throw new RuntimeError('failedPrecondition', `container ${id} has left something that cannot be removed`, {
      containerId: cell.id,
      leftovers: [...cell.state.leftovers],
      hint: hintOf(cell),
    });
  if (cell.state.kind === 'stopped') await clear(core, cell);
  await apply(core, cell, { kind: 'deleteAsked' }, { wish: true });
  core.background('removing logs', cell.id, core.deps.logs.remove(cell.key, cell.record.epoch));
}

function hintOf(cell: Cell): string {
  if (cell.stranger)
    return 'nothing proves that the compute system of this id, which runs, is ours: --force forgets the container and leaves that system alone';
  if (cell.unstarted !== null)
    return 'nothing proves yet that its compute system is ours: it is ended when nobody has started it for as long as a create may take (HCS_TIMEOUT_UNSTARTED_MS)';
  return 'try again when the Host Compute Service answers';
}

/** The record goes last: it is the proof that the rest is ours. */
async function clear(core: Core, cell: Cell): Promise<void> {
  const left = await releaseGround(core, cell);
  const [first] = left;
  if (first === undefined) return;
  const leftovers = left.map(({ text }) => text);
  const { code, details } = groundFailed(first.error, cell.id, leftovers);
  throw new RuntimeError(code, `container ${cell.id} is not deleted: ${leftovers.join('; ')}`, details);
}

/** Kill, wait. */
async function endByForce(core: Core, cell: Cell, context: CallContext | undefined): Promise<void> {
  await kill(core, cell.id, undefined, 'KILL', context);
  const over = cell.until(() => (cell.alive ? undefined : true));
  try {
    await core.untilClosed(
      bounded(over.value, {
        clock: core.deps.clock,
        ms: context?.timeoutMs ?? core.timeouts.terminate,
        signal: context?.signal,
        operation: 'the end of the compute system',
        containerId: cell.id,
      }),
    );
  } finally {
    over.stop();
  }
}
