/**
 * Native calls on a compute system: the wait of an asynchronous one (hcs-facts 4.2), and the two that end it (4.3).
 * Nothing here holds a queue turn.
 */
import { RuntimeError } from '../errors.js';
import { isAlreadyStopped, isFailure, isNotExist, symbolOf } from '../hresult.js';
import { HcsError, type Accepted } from '../ports.js';
import { bounded, GaveUp, type Bound } from './bounded.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { failureOf } from './failures.js';
import { isListed } from './listed.js';
import { noteLost } from './loss.js';
import type { Completed, Completion, Expectation, LiveSystem } from './live.js';
import { applyFact } from './turns.js';

/** Makes the call and waits until it is completed; `bound` covers both. Rejects with HcsError or RuntimeError. */
export async function operation(
  system: LiveSystem,
  completing: Completed,
  call: () => Promise<Accepted>,
  bound: Bound,
): Promise<void> {
  const expectation = system.expect(completing, false);
  const isUnderWay = system.abandoned.delete(completing);
  const deadline = bound.clock.elapsed() + bound.ms;
  const made = call();
  let answered = false;
  try {
    const accepted = await bounded(made, bound);
    answered = true;
    if (accepted.pending)
      await completion(expectation, { ...bound, ms: Math.max(0, deadline - bound.clock.elapsed()) });
  } catch (e) {
    if (e instanceof GaveUp) {
      system.abandoned.add(completing);
      if (!answered) lateAnswer(system, completing, made);
    } else if (isUnderWay && !answered) {
      // Refused, since the one that was given up is still under way: its completion counts, and may have come meanwhile.
      if (expectation.status === undefined) system.abandoned.add(completing);
      else if (!isFailure(expectation.status)) system.onLate(completing);
    }
    throw e;
  } finally {
    expectation.cancel();
  }
}

/** A call that hung may still come to a good end without a notification. */
function lateAnswer(system: LiveSystem, completing: Completed, made: Promise<Accepted>): void {
  made.then(
    ({ pending }) => {
      if (!pending && system.abandoned.delete(completing)) system.onLate(completing);
    },
    () => system.abandoned.delete(completing),
  );
}

/** Waits for an accepted operation and judges how it ended. */
export async function completion(expectation: Expectation, bound: Bound): Promise<void> {
  let outcome: Completion;
  try {
    outcome = await bounded(expectation.outcome, bound);
  } finally {
    expectation.cancel();
  }
  switch (outcome.kind) {
    case 'completed':
      if (isFailure(outcome.status)) throw hcsError(bound.operation, outcome.status);
      return;
    case 'systemExited':
      // Its own code says more than "unexpected exit" where it is a failure.
      throw hcsError(bound.operation, isFailure(outcome.status) ? outcome.status : 0xc0370106);
    case 'disconnected':
      throw new RuntimeError(
        'unavailable',
        `${bound.containerId === undefined ? '' : `container ${bound.containerId}: `}${bound.operation}: the connection to the Host Compute Service was lost`,
        { phase: bound.operation, ...(bound.containerId === undefined ? {} : { containerId: bound.containerId }) },
      );
  }
}

export const hcsError = (operationName: string, hresult: number): HcsError =>
  new HcsError({ operation: operationName, hresult, symbol: symbolOf(hresult), events: [] });

/**
 * Asks HCS to end a system. 'pending': SystemExited follows; 'done': it has ended, or was gone already (which is
 * what was wished). Rejects with any other refusal, and with `timeout` or `cancelled`; the system may end all the same.
 * `cause`: who asked, if it is not the tear-down; what ends from now on ends for that cause, unless HCS refuses.
 */
export async function askToEnd(
  core: Core,
  cell: Cell,
  system: LiveSystem,
  how: 'shutdown' | 'terminate',
  bound: { readonly ms: number; readonly signal?: AbortSignal | undefined } = { ms: core.timeouts.syscall },
  cause?: string,
): Promise<'pending' | 'done'> {
  if (system.exited.has()) return 'done';
  const { hcs, clock } = core.deps;
  const [name, call] =
    how === 'shutdown'
      ? (['HcsShutdownComputeSystem', hcs.shutdownComputeSystem(system.token)] as const)
      : (['HcsTerminateComputeSystem', hcs.terminateComputeSystem(system.token)] as const);
  remember(core, cell, system, how, cause, call);
  try {
    // A call that hangs while the system ends by other means is not waited for.
    const ended = system.exited.promise.then(() => ({ pending: false }));
    const accepted = await core.untilClosed(
      bounded(Promise.race([call, ended]), {
        clock,
        ms: bound.ms,
        signal: bound.signal,
        operation: name,
        containerId: cell.id,
      }),
    );
    if (accepted.pending) return 'pending';
  } catch (e) {
    if (!meansStopped(e)) {
      noteLost(core, cell, system, e);
      throw e;
    }
  }
  return 'done';
}

/** HCS may be quicker than our turn, and its answer later than its caller's patience. */
function remember(
  core: Core,
  cell: Cell,
  system: LiveSystem,
  how: 'shutdown' | 'terminate',
  cause: string | undefined,
  call: Promise<Accepted>,
): void {
  const accepted = (pending: boolean): void => {
    if (how === 'terminate') system.terminateSent ||= pending;
    else {
      system.shutdownSent = true;
      if (cause !== undefined) cell.shutdownSince ??= core.deps.clock.elapsed();
    }
  };
  const answered = call.then(
    ({ pending }) => {
      accepted(pending);
    },
    (e: unknown) => {
      if (meansStopped(e)) accepted(false);
      else if (cell.asked?.answered === answered) cell.asked = null;
    },
  );
  if (cause !== undefined) cell.asked = { cause, answered };
}

/**
 * When HCS accepted the first shutdown that somebody asked for, by the monotonic clock; null: none. What an earlier engine was told
 * counts, too; a clock that was set back since does not put it into the future.
 */
export function shutdownSince(core: Core, cell: Cell): number | null {
  const { state } = cell;
  const { clock } = core.deps;
  if (cell.shutdownSince === null && state.kind === 'stopping' && state.shutdown != null)
    cell.shutdownSince = clock.elapsed() - Math.max(0, clock.now().getTime() - Date.parse(state.shutdown.at));
  return cell.shutdownSince;
}

/** Our own shutdown of a tear-down counts as long as its handle; one that somebody asked for outlives a loss of the service. */
export const isShutdownSent = (core: Core, cell: Cell, system: LiveSystem): boolean =>
  system.shutdownSent || shutdownSince(core, cell) !== null;

/**
 * HCS says that the system has ended although no notification did: gives out what SystemExited would have given, unless HCS still
 * lists it.
 */
export async function systemIsGone(core: Core, cell: Cell, system: LiveSystem): Promise<void> {
  if (system.exited.has() || (await isListed(core, cell))) return;
  if (system.end(0) && cell.system === system) await applyFact(core, cell, { kind: 'systemExited' });
}

/** Already stopped, or not there: the system is gone. */
export function meansStopped(e: unknown): boolean {
  const failure = failureOf(e);
  return failure !== null && (isAlreadyStopped(failure.hresult) || isNotExist(failure.hresult));
}

/** Unregisters and closes; a failure is a leftover that is traced, since nothing more can be done about a handle. */
export function closeSystem(core: Core, cell: Cell, system: LiveSystem): Promise<void> {
  system.closing ??= core
    .quick('HcsCloseComputeSystem', cell.id, core.deps.hcs.closeComputeSystem(system.token))
    .finally(() => {
      core.router.dropSystem(system.token);
    });
  return system.closing;
}
