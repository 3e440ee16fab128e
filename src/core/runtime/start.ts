/** start: HcsCreateProcess of init. Where init cannot be made, the whole container is torn down (B11-B13, moby#38719). */
import { invalidRequest, RuntimeError } from '../errors.js';
import { exitCode } from '../model/exit.js';
import { INIT } from '../model/ids.js';
import type { ProcessToken } from '../ports.js';
import type { CallContext, StartedStdio, StdioRequest } from '../runtime.js';
import { bounded, GaveUp } from './bounded.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { brief, failed, failureOf, processCannotStart } from './failures.js';
import type { LiveProcess, LiveSystem } from './live.js';
import { meansLost, noteLost, refusedBy } from './loss.js';
import { adoptProcess, closeProcess, closeStdin, startRelay, streamsOf } from './process.js';
import { watchInit } from './reap.js';
import { environmentOfDocument } from './secrets.js';
import { apply, applyFact } from './turns.js';
import { boundOf, openSystem } from './verb.js';

export async function start(
  core: Core,
  request: StdioRequest & { readonly id: string },
  context?: CallContext,
): Promise<{ readonly pid: number; readonly stdio: StartedStdio }> {
  const cell = core.find(request.id);
  const system = openSystem(cell, 'be started', 'created');
  const { document, terminal } = cell.record.process;
  if (document === null)
    throw invalidRequest(`container ${cell.id} has nothing to start`, [
      { path: 'spec.process', expected: 'object', got: 'nothing' },
    ]);
  await apply(core, cell, { kind: 'startAsked' }, { wish: true });

  core.refuseWhenClosed();
  const call = core.deps.hcs.createProcess(system.token, document);
  let made: Awaited<typeof call>;
  try {
    made = await core.untilClosed(
      bounded(call, boundOf(core, cell, context, 'HcsCreateProcess', core.timeouts.syscall)),
    );
  } catch (e) {
    if (e instanceof GaveUp) {
      core.background('rolling back a start', cell.id, rollBackLate(core, cell, system, call));
      throw e;
    }
    throw await cannotStart(core, cell, system, e, environmentOfDocument(document), context);
  }

  // Before its exit can be heard: a quick program must not end before it has started.
  const startedAt = core.now();
  const init = adoptProcess(core, cell, made.process, made.pid, streamsOf(terminal));
  cell.init = init;
  let stdio: StartedStdio;
  try {
    stdio = await startRelay(core, cell, init, INIT, request, terminal);
    if (context?.signal?.aborted === true)
      throw new GaveUp('cancelled', `container ${cell.id}: start was cancelled`, { containerId: cell.id });
  } catch (e) {
    noteLost(core, cell, system, e, init);
    core.background(
      'rolling back a start',
      cell.id,
      giveUp(core, cell, init, e instanceof GaveUp ? 'startCancelled' : 'stdioFailed'),
    );
    throw refusedBy(system, e, { id: cell.id, doing: 'start' });
  }
  try {
    await apply(core, cell, { kind: 'initRunning', pid: made.pid, at: startedAt });
  } catch (e) {
    // Killed meanwhile; the tear-down has init's handle, unless it is over.
    if (cell.init !== init) core.background('closing a process', cell.id, closeProcess(core, cell, init));
    throw e;
  }
  watchInit(core, cell, init);
  if (request.stdin !== true) core.background('closing stdin', cell.id, closeStdin(core, cell, init));
  return { pid: made.pid, stdio };
}

/** Init was not made. Resolves, once the container is down, with the error for the caller. */
async function cannotStart(
  core: Core,
  cell: Cell,
  system: LiveSystem,
  e: unknown,
  secrets: readonly string[],
  context: CallContext | undefined,
): Promise<RuntimeError> {
  if (core.closed) return failed(e, { id: cell.id, doing: 'start' });
  if (cell.state.kind !== 'starting')
    return new RuntimeError('failedPrecondition', `container ${cell.id} was stopped while it started`, {
      containerId: cell.id,
    });
  noteLost(core, cell, system, e);
  const error = meansLost(system, e)
    ? refusedBy(system, e, { id: cell.id, doing: 'start' })
    : processCannotStart(e, { id: cell.id, doing: 'start', secrets });
  await applyFact(core, cell, {
    kind: 'startFailed',
    cause: 'startFailed',
    exit: exitOf(core, error),
    pid: 0,
  });
  await core.untilClosed(
    bounded(stoppedOf(cell), boundOf(core, cell, context, 'tear-down', core.timeouts.terminate)).catch(() => undefined),
  );
  return error;
}

const exitOf = (core: Core, error: RuntimeError): ({ exitCode: number } & { exitedAt: string }) | null =>
  error.details.exitStatus === undefined
    ? null
    : { exitCode: (exitCode(error.details.exitStatus) as { exitCode: number }).exitCode, exitedAt: core.now() };

const stoppedOf = (cell: Cell): Promise<true> =>
  cell.until(() => (cell.state.kind !== 'starting' && cell.state.kind !== 'stopping' ? (true as const) : undefined))
    .value;

/** The caller has gone; HCS has answered now. */
async function rollBackLate(
  core: Core,
  cell: Cell,
  system: LiveSystem,
  call: Promise<{ readonly process: ProcessToken; readonly pid: number }>,
): Promise<void> {
  try {
    const { process, pid } = await call;
    const init = adoptProcess(core, cell, process, pid, []);
    if (cell.state.kind !== 'starting') {
      await closeProcess(core, cell, init);
      return;
    }
    cell.init = init;
    await giveUp(core, cell, init, 'startCancelled');
  } catch (e) {
    noteLost(core, cell, system, e);
    const failure = failureOf(e);
    const error = failure === null ? failed(e, { doing: 'start' }) : processCannotStart(e, { doing: 'start' });
    await applyFact(core, cell, { kind: 'startFailed', cause: 'startFailed', exit: exitOf(core, error), pid: 0 });
  }
}

/** Ends an init that nobody will use, and with it the container, whose tear-down is the one owner of the handle (B13). */
async function giveUp(core: Core, cell: Cell, init: LiveProcess, cause: string): Promise<void> {
  try {
    await core.quick('HcsTerminateProcess', cell.id, core.deps.hcs.terminateProcess(init.token));
  } catch (e) {
    core.deps.tracer.log('info', 'init could not be ended alone', { container: cell.id, reason: brief(e) });
  }
  await applyFact(core, cell, { kind: 'startFailed', cause, exit: null, pid: init.pid });
}
