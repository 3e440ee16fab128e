/** wait: the end of init, of the container, or of an exec. */
import { RuntimeError } from '../errors.js';
import { idKey, INIT } from '../model/ids.js';
import type { ContainerRecord, TimedExit } from '../model/record.js';
import type { CallContext, ExitReport } from '../runtime.js';
import { bounded } from './bounded.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { noSuchExec } from './verb.js';

type Until<T> = ReturnType<typeof Cell.prototype.until<T>>;

export async function wait(
  core: Core,
  id: string,
  execId: string | undefined,
  waitFor: 'init' | 'container',
  context?: CallContext,
): Promise<ExitReport> {
  const cell = core.find(id);
  const exec = execId === undefined || execId === INIT ? undefined : execId;
  const end = exec !== undefined ? execEnd(cell, exec) : waitFor === 'init' ? initEnd(cell) : containerEnd(cell);
  try {
    const exit = await core.untilClosed(
      bounded(end.value, {
        clock: core.deps.clock,
        ms: context?.timeoutMs ?? Infinity,
        signal: context?.signal,
        operation: 'wait',
        containerId: cell.id,
      }),
    );
    const output = cell.output.get(idKey(exec ?? INIT));
    return { ...exit, ...startOf(cell.record, exec), ...(output === undefined ? {} : { output }) };
  } finally {
    end.stop();
  }
}

/** When init or the exec had started, for who would tell how long it took. */
export function startOf(record: ContainerRecord, execId?: string): { readonly startedAt?: string } {
  const { state, execs } = record;
  const init = 'startedAt' in state ? state.startedAt : null;
  const startedAt = execId === undefined ? init : execs.find((exec) => idKey(exec.execId) === idKey(execId))?.startedAt;
  return typeof startedAt === 'string' ? { startedAt } : {};
}

/** The end of the container: its compute system is gone and its exit published (B11). */
export const containerEnd = (cell: Cell): Until<TimedExit> =>
  cell.until(() => {
    const { state } = cell;
    if (state.kind === 'stopped') return state.exit;
    refuseDead(cell);
    return undefined;
  });

const initEnd = (cell: Cell): Until<TimedExit> =>
  cell.until(() => {
    const { state } = cell;
    if (state.kind === 'stopped') return state.exit;
    if ((state.kind === 'stopping' || state.kind === 'lost') && state.initExit !== null) return state.initExit;
    refuseDead(cell);
    return undefined;
  });

const execEnd = (cell: Cell, execId: string): Until<TimedExit> =>
  cell.until(() => {
    const key = idKey(execId);
    if (cell.execs.has(key) && cell.alive) return undefined;
    const known = cell.record.execs.find((e) => idKey(e.execId) === key);
    if (known === undefined) throw noSuchExec(cell, execId);
    if (known.exit !== null) return known.exit;
    // After a restart of the engine, until it is reattached.
    refuseDead(cell);
    return undefined;
  });

function refuseDead(cell: Cell): void {
  if (cell.state.kind === 'failed')
    throw new RuntimeError('failedPrecondition', `container ${cell.id} failed to be created and never ends`, {
      containerId: cell.id,
    });
  if (cell.removed) throw new RuntimeError('notFound', `container ${cell.id} was deleted`, { containerId: cell.id });
}
