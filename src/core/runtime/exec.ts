/** exec: a further process in a running container. */
import * as E from 'fp-ts/lib/Either.js';
import { execDocument } from '../documents/processDocument.js';
import { invalidRequest, RuntimeError } from '../errors.js';
import { isInvalidHandle, when } from '../hresult.js';
import { ExecId } from '../model/ids.js';
import type { ProcessToken } from '../ports.js';
import type { CallContext, ExecRequest, StartedStdio } from '../runtime.js';
import { bounded, GaveUp } from './bounded.js';
import { Exec, type Cell } from './cell.js';
import type { Core } from './core.js';
import { brief, processCannotStart } from './failures.js';
import type { LiveProcess, LiveSystem } from './live.js';
import { overInit } from './inherit.js';
import { meansLost, noteLost, refusedBy } from './loss.js';
import { adoptProcess, closeProcess, closeStdin, startRelay, streamsOf } from './process.js';
import { enterExec, watchExec } from './reap.js';
import { environmentOf } from './secrets.js';
import { applyExec } from './turns.js';
import { boundOf, openSystem, reopened } from './verb.js';

export async function exec(
  core: Core,
  request: ExecRequest,
  context?: CallContext,
): Promise<{ readonly execId: string; readonly pid: number; readonly stdio: StartedStdio }> {
  const cell = core.find(request.id);
  const system = openSystem(cell, 'run an exec', 'running');
  const given = request.inherit === true ? overInit(cell.record, request.process) : request.process;
  const terminal = given.terminal === true;
  const { document } = execDocument(given, { lcow: cell.record.lcow, cwd: cell.record.process.cwd });
  core.refuseWhenClosed();
  const entry = enter(core, cell, request.execId, terminal);

  const call = core.deps.hcs.createProcess(system.token, document);
  let made: Awaited<typeof call>;
  try {
    made = await core.untilClosed(
      bounded(call, boundOf(core, cell, context, 'HcsCreateProcess', core.timeouts.syscall)),
    );
  } catch (e) {
    if (e instanceof GaveUp || core.closed) {
      core.background('rolling back an exec', cell.id, rollBackLate(core, cell, system, entry, call));
      throw e;
    }
    await applyExec(core, cell, entry, { kind: 'spawnFailed' });
    noteLost(core, cell, system, e);
    const around = { id: cell.id, doing: 'exec in', secrets: environmentOf(given) };
    throw meansLost(system, e) || system.exited.has() ? refusedBy(system, e, around) : processCannotStart(e, around);
  }

  const startedAt = core.now();
  const process = adoptProcess(core, cell, made.process, made.pid, streamsOf(terminal));
  entry.process = process;
  let stdio: StartedStdio;
  try {
    stdio = await startRelay(core, cell, process, entry.logId, request, terminal);
    if (context?.signal?.aborted === true)
      throw new GaveUp('cancelled', `container ${cell.id}: exec was cancelled`, { containerId: cell.id });
    await applyExec(core, cell, entry, { kind: 'spawned', pid: made.pid, at: startedAt });
  } catch (e) {
    noteLost(core, cell, system, e, process);
    core.background('rolling back an exec', cell.id, undo(core, cell, system, entry, process));
    throw refusedBy(system, e, { id: cell.id, doing: 'exec in' });
  }
  watchExec(core, cell, entry, process);
  if (request.stdin !== true) core.background('closing stdin', cell.id, closeStdin(core, cell, process));
  return { execId: entry.id, pid: made.pid, stdio };
}

/** Takes the id, at once and before anything else happens (B16, F.4 f). */
function enter(core: Core, cell: Cell, asked: string | undefined, terminal: boolean): Exec {
  const execId = asked ?? `exec-${core.deps.random().slice(0, 12)}`;
  if (E.isLeft(ExecId.decode(execId)))
    throw invalidRequest('the exec id cannot name an exec', [
      {
        path: 'execId',
        expected: '1 to 128 of A-Z a-z 0-9 _ . -, the first a letter or digit, and not "init"',
        got: JSON.stringify(execId.slice(0, 140)),
      },
    ]);
  const entry = new Exec(execId, `${execId}:${core.deps.random().slice(0, 8)}`, terminal);
  if (!enterExec(cell, entry))
    throw new RuntimeError('alreadyExists', `container ${cell.id} has an exec ${execId} already`, {
      containerId: cell.id,
    });
  return entry;
}

async function rollBackLate(
  core: Core,
  cell: Cell,
  system: LiveSystem,
  entry: Exec,
  call: Promise<{ readonly process: ProcessToken; readonly pid: number }>,
): Promise<void> {
  try {
    const { process, pid } = await call;
    await undo(core, cell, system, entry, adoptProcess(core, cell, process, pid, []));
  } catch (e) {
    noteLost(core, cell, system, e);
    await applyExec(core, cell, entry, { kind: 'spawnFailed' });
  }
}

/** A process that was never announced: ended, closed, its id freed. */
async function undo(core: Core, cell: Cell, system: LiveSystem, entry: Exec, process: LiveProcess): Promise<void> {
  try {
    await core.quick('HcsTerminateProcess', cell.id, core.deps.hcs.terminateProcess(process.token));
  } catch (e) {
    core.deps.tracer.log('info', 'an exec could not be ended', { container: cell.id, reason: brief(e) });
    if (cell.state.kind === 'lost' || when(isInvalidHandle)(e))
      core.background('ending a lost exec', cell.id, endByPid(core, cell, system, process.pid));
  }
  await closeProcess(core, cell, process);
  if (entry.state.kind === 'adding') await applyExec(core, cell, entry, { kind: 'spawnFailed' });
}

/** The service was lost before it could be ended by its handle: it may run on under its pid, and nobody knows of it. */
async function endByPid(core: Core, cell: Cell, lost: LiveSystem, pid: number): Promise<void> {
  const system = await reopened(core, cell, lost, { ms: Infinity });
  if (system === null) return;
  const { hcs } = core.deps;
  try {
    const { process } = await core.quick('HcsOpenProcess', cell.id, hcs.openProcess(system.token, pid));
    const opened = adoptProcess(core, cell, process, pid, []);
    await core
      .quick('HcsTerminateProcess', cell.id, hcs.terminateProcess(process))
      .finally(() => closeProcess(core, cell, opened));
  } catch (e) {
    core.deps.tracer.log('info', 'an exec was not found again', { container: cell.id, pid, reason: brief(e) });
  }
}
