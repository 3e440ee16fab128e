/** kill: a signal. Does not wait for the end. */
import { invalidRequest } from '../errors.js';
import { isAccessDenied, isAlreadyStopped, isNotExist } from '../hresult.js';
import { idKey, INIT } from '../model/ids.js';
import type { CallContext } from '../runtime.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { bounded } from './bounded.js';
import { failureOf } from './failures.js';
import { noteLost, refusedBy } from './loss.js';
import { askToEnd, isShutdownSent, systemIsGone } from './operations.js';
import { queryExit } from './process.js';
import { within } from './bounded.js';
import type { LiveProcess } from './live.js';
import { applyFact, told } from './turns.js';
import { boundOf, expectState, noSuchExec, openSystem } from './verb.js';

/** Those that docker and kill(1) know, and the console events of Windows. A typing error must not shut a container down. */
const SIGNALS: ReadonlySet<string> = new Set(
  (
    'HUP INT QUIT ILL TRAP ABRT IOT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CLD CONT STOP TSTP TTIN TTOU URG ' +
    'XCPU XFSZ VTALRM PROF WINCH IO POLL PWR SYS RTMIN RTMAX BREAK CTRLC CTRLBREAK CTRLCLOSE CTRLLOGOFF CTRLSHUTDOWN'
  ).split(' '),
);
const NAME = /^(?:SIG)?([A-Z0-9]+?)(?:[+-][0-9]{1,2})?$/;

/** True for KILL, the default; a name with or without SIG in any case, or a number from 1 to 64. Throws invalidRequest. */
export function isKill(signal: string | number | undefined): boolean {
  if (signal === undefined) return true;
  const text = String(signal).trim().toUpperCase();
  if (/^[0-9]{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 64) return Number(text) === 9;
  const name = NAME.exec(text)?.[1];
  if (name === undefined || !SIGNALS.has(name))
    throw invalidRequest('the signal is not known', [
      { path: 'signal', expected: 'KILL, TERM, INT ... or 1 to 64', got: JSON.stringify(text.slice(0, 20)) },
    ]);
  return name === 'KILL';
}

export async function kill(
  core: Core,
  id: string,
  execId: string | undefined,
  signal: string | number | undefined,
  context?: CallContext,
): Promise<void> {
  const terminate = isKill(signal);
  const cell = core.find(id);
  if (execId !== undefined && execId !== INIT) await killExec(core, cell, execId, context);
  else await killInit(core, cell, terminate, context);
}

async function killInit(core: Core, cell: Cell, terminate: boolean, context?: CallContext): Promise<void> {
  if (cell.state.kind === 'stopped') return;
  const system = openSystem(cell, 'be killed', 'created', 'starting', 'running', 'paused', 'stopping');
  if (system.exited.has() || (!terminate && isShutdownSent(core, cell, system))) return;
  const bound = boundOf(core, cell, context, 'kill', core.timeouts.syscall);
  let ending: 'pending' | 'done';
  try {
    ending = await core.untilClosed(askToEnd(core, cell, system, terminate ? 'terminate' : 'shutdown', bound, 'kill'));
  } catch (e) {
    throw refusedBy(system, e, { id: cell.id, doing: 'kill' });
  }
  const accepted = terminate ? 'terminate' : { at: core.now(), graceMs: null };
  if (cell.alive) await told(core, applyFact(core, cell, { kind: 'stopAsked', cause: 'kill', accepted }));
  if (ending === 'done') await systemIsGone(core, cell, system);
}

async function killExec(core: Core, cell: Cell, execId: string, context?: CallContext): Promise<void> {
  const { system } = cell;
  const process = cell.execs.get(idKey(execId))?.process ?? null;
  if (process === null || system === null) {
    const known = cell.record.execs.find((e) => idKey(e.execId) === idKey(execId));
    if (known?.exit != null) return;
    if (cell.state.kind === 'lost' && known !== undefined) expectState(cell, 'be killed');
    throw noSuchExec(cell, execId);
  }
  if (process.exited.has()) return;
  const call = core.deps.hcs.terminateProcess(process.token);
  try {
    await core.untilClosed(bounded(call, boundOf(core, cell, context, 'HcsTerminateProcess', core.timeouts.syscall)));
  } catch (e) {
    if (process.exited.has()) return;
    noteLost(core, cell, system, e, process);
    const hresult = failureOf(e)?.hresult;
    const isOver =
      hresult !== undefined && (isAlreadyStopped(hresult) || isNotExist(hresult) || isAccessDenied(hresult));
    if (!isOver) throw refusedBy(system, e, { id: cell.id, doing: 'kill an exec in' });
    core.background('looking for an exit', cell.id, findExit(core, cell, process, hresult));
  }
}

/** It cannot be ended, so it has ended, though its notification may never come (hcs-facts 4.4: 1 s). */
async function findExit(core: Core, cell: Cell, process: LiveProcess, hresult: number): Promise<void> {
  await within(process.exited.promise, core.timeouts.exitLag, core.deps.clock);
  await queryExit(core, cell, process);
  if (!isAccessDenied(hresult)) process.exited.settle({ status: hresult, at: core.now() });
}
