/** log: where a process's log lies, and news of it. Reading it is the store's part (LogReader). */
import { idKey, INIT } from '../model/ids.js';
import type { Core } from './core.js';
import type { Cell } from './cell.js';
import { bounded } from './bounded.js';
import { brief } from './failures.js';
import type { LiveProcess } from './live.js';
import { boundOf, noSuchExec } from './verb.js';

export interface LogPlace {
  readonly folder: string;
  readonly open: boolean;
  watch(callback: () => void): () => void;
}

/**
 * A container that is being opened again has no process yet whose log could be open: it is waited for, so that nobody takes the
 * pause for the end. While it is lost, there is nothing to wait for.
 */
export async function log(core: Core, id: string, processId: string): Promise<LogPlace> {
  const cell = core.find(id);
  if (cell.attaching !== null && cell.state.kind !== 'lost') {
    const bound = boundOf(core, cell, undefined, 'reattaching', core.timeouts.quickCall);
    // What is kept can be read in any case.
    await core.untilClosed(bounded(cell.attaching, bound)).catch(() => undefined);
  }
  const { logId, process } = whichLog(cell, processId);
  return {
    folder: core.deps.logs.folder(cell.key, cell.record.epoch, logId),
    open: process?.logOpen ?? false,
    watch: (callback) => (process === null ? () => undefined : watch(core, cell, process, callback)),
  };
}

function whichLog(cell: Cell, processId: string): { readonly logId: string; readonly process: LiveProcess | null } {
  if (processId === INIT) return { logId: INIT, process: cell.init };
  const live = cell.execs.get(idKey(processId));
  if (live !== undefined) return { logId: live.logId, process: live.process };
  const ended = cell.record.execs.find((e) => idKey(e.execId) === idKey(processId));
  if (ended === undefined) throw noSuchExec(cell, processId);
  return { logId: ended.logId, process: null };
}

/** The bridge is asked for news while anybody watches. */
function watch(core: Core, cell: Cell, process: LiveProcess, callback: () => void): () => void {
  const tell = (on: boolean): void => {
    if (process.closing !== null) return;
    core.deps.hcs.watchLog(process.token, on).catch((e: unknown) => {
      core.deps.tracer.log('info', 'a log cannot be watched', { container: cell.id, reason: brief(e) });
    });
  };
  // One entry a call, even of the same function.
  const watcher = (): void => {
    callback();
  };
  process.logWatchers.add(watcher);
  if (process.logWatchers.size === 1) tell(true);
  return () => {
    if (process.logWatchers.delete(watcher) && process.logWatchers.size === 0) tell(false);
  };
}
