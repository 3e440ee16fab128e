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
 * pause for the end. The log of one that is lost is open as long as its process may go on: the watcher hears what becomes of it.
 */
export async function log(core: Core, id: string, processId: string): Promise<LogPlace> {
  const cell = core.find(id);
  if (cell.attaching !== null && cell.state.kind !== 'lost') {
    const bound = boundOf(core, cell, undefined, 'reattaching', core.timeouts.quickCall);
    // What is kept can be read in any case.
    await core.untilClosed(bounded(cell.attaching, bound)).catch(() => undefined);
  }
  const { logId, process, mayGoOn } = whichLog(cell, processId);
  return {
    folder: core.deps.logs.folder(cell.key, cell.record.epoch, logId),
    open: process?.logOpen ?? mayGoOn,
    watch: (callback) => watch(core, cell, processId, logId, callback),
  };
}

interface Named {
  readonly logId: string;
  readonly process: LiveProcess | null;
  /** It is lost, and not known to have ended. */
  readonly mayGoOn: boolean;
}

function whichLog(cell: Cell, processId: string): Named {
  const { state } = cell;
  const isLost = state.kind === 'lost';
  if (processId === INIT)
    return { logId: INIT, process: cell.init, mayGoOn: isLost && state.pid !== 0 && state.initExit === null };
  const live = cell.execs.get(idKey(processId));
  if (live !== undefined)
    return { logId: live.logId, process: live.process, mayGoOn: isLost && live.state.kind === 'running' };
  const ended = cell.record.execs.find((e) => idKey(e.execId) === idKey(processId));
  if (ended === undefined) throw noSuchExec(cell, processId);
  return { logId: ended.logId, process: null, mayGoOn: false };
}

/** The bridge is asked for news while anybody watches. */
function watch(core: Core, cell: Cell, processId: string, logId: string, callback: () => void): () => void {
  const writer = (): LiveProcess | null =>
    processId === INIT ? cell.init : ([...cell.execs.values()].find((exec) => exec.logId === logId)?.process ?? null);
  const isFirst = !cell.isLogWatched(logId);
  // One entry a call, even of the same function.
  const stop = cell.watchLog(logId, () => {
    core.guarded('a watcher of a log', callback);
  });
  if (isFirst) askForNews(core, cell, writer(), true);
  return () => {
    stop();
    if (!cell.isLogWatched(logId)) askForNews(core, cell, writer(), false);
  };
}

/** From here on, or no more, the bridge tells that the log of `process` has grown. */
export function askForNews(core: Core, cell: Cell, process: LiveProcess | null, on: boolean): void {
  if (process === null || process.closing !== null) return;
  core.deps.hcs.watchLog(process.token, on).catch((e: unknown) => {
    core.deps.tracer.log('info', 'a log cannot be watched', { container: cell.id, reason: brief(e) });
  });
}
