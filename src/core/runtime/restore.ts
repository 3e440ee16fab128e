/** restore: what a new engine does with what an old one left. Reattaching happens by itself; this waits for it and tells. */
import { toRuntimeError } from '../errors.js';
import type { CallContext, RestoreReport } from '../runtime.js';
import { bounded } from './bounded.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { kill } from './kill.js';

export async function restore(
  core: Core,
  id: string | undefined,
  policy: 'reattach' | 'terminate',
  context?: CallContext,
): Promise<readonly RestoreReport[]> {
  const cells = id === undefined ? [...core.cells.values()].filter((cell) => cell.alive) : [core.find(id)];
  let done = 0;
  return Promise.all(
    cells.map(async (cell) => {
      const report = await restoreOne(core, cell, policy, context);
      done += 1;
      context?.progress?.({
        message: `${report.id}: ${report.outcome}`,
        percentage: Math.round((100 * done) / cells.length),
      });
      return report;
    }),
  );
}

async function restoreOne(
  core: Core,
  cell: Cell,
  policy: 'reattach' | 'terminate',
  context: CallContext | undefined,
): Promise<RestoreReport> {
  const { id } = cell;
  const wait = <T>(work: Promise<T>, operation: string): Promise<T> =>
    core.untilClosed(
      bounded(work, {
        clock: core.deps.clock,
        ms: context?.timeoutMs ?? core.timeouts.restoreTerminate,
        signal: context?.signal,
        operation,
        containerId: id,
      }),
    );
  try {
    if (cell.attaching !== null) await wait(cell.attaching, 'reattaching');
    if (policy === 'terminate' && cell.alive) {
      await kill(core, id, undefined, 'KILL', context);
      const over = cell.until(() => (cell.alive ? undefined : true));
      try {
        await wait(over.value, 'the end of the compute system');
      } finally {
        over.stop();
      }
      return { id, outcome: 'terminated', ...exitOf(cell) };
    }
    return { id, outcome: outcomeOf(cell), ...exitOf(cell) };
  } catch (e) {
    if (context?.signal?.aborted === true) throw e;
    return { id, outcome: 'failed', error: toRuntimeError(e).message };
  }
}

const exitOf = (cell: Cell): Pick<RestoreReport, 'exit'> =>
  cell.state.kind === 'stopped' ? { exit: cell.state.exit } : {};

function outcomeOf(cell: Cell): RestoreReport['outcome'] {
  if (cell.removed) return 'gone';
  switch (cell.state.kind) {
    case 'stopped':
      return 'stopped';
    case 'failed':
      return 'failed';
    default:
      return 'running';
  }
}
