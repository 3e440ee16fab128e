/**
 * Opening by id and pid what a record names, with proof that it is ours (proof.ts). Late handles of calls that
 * were given up are closed.
 */
import { isNotExist } from '../hresult.js';
import type { OutputStream } from '../ports.js';
import { bounded } from './bounded.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { brief, failureOf, saysServiceLost } from './failures.js';
import { isListed } from './listed.js';
import type { LiveProcess, LiveSystem } from './live.js';
import { closeSystem, meansStopped } from './operations.js';
import { adoptProcess, startRelay } from './process.js';
import { isAbandoned, whoseIs } from './proof.js';
import type { SystemState } from './properties.js';
import { adoptSystem } from './system.js';

/** How opening ended. */
export type Opened =
  | { readonly kind: 'open'; readonly system: LiveSystem; readonly state: SystemState }
  | { readonly kind: 'gone'; readonly why: string }
  /** A system that a create of ours may have left, or somebody else may have made: not opened, not touched. */
  | { readonly kind: 'unproven'; readonly why: string; readonly started: boolean };

/** Opens by id and proves ownership. `cell.system` is set when it is open. */
export async function open(core: Core, cell: Cell): Promise<Opened> {
  const { hcs, clock } = core.deps;
  let system: LiveSystem;
  const call = hcs.openComputeSystem(cell.id);
  try {
    const { system: token } = await core.untilClosed(
      bounded(call, {
        clock,
        ms: core.timeouts.syscall,
        operation: 'HcsOpenComputeSystem',
        containerId: cell.id,
      }),
    );
    system = adoptSystem(core, cell, token);
  } catch (e) {
    const failure = failureOf(e);
    if (failure !== null && isNotExist(failure.hresult) && !(await isListed(core, cell))) {
      cell.unstarted = null;
      return { kind: 'gone', why: 'HCS no longer has it' };
    }
    // A handle that comes too late must not stay open.
    void call.then(
      ({ system: token }) => hcs.closeComputeSystem(token).catch(() => undefined),
      () => undefined,
    );
    throw e;
  }
  try {
    const { whose, state } = await whoseIs(core, cell, system);
    if (whose === 'ours' || (whose === 'unproven' && isAbandoned(core, cell, state)))
      return { kind: 'open', system, state };
    if (whose === 'foreign') cell.unstarted = null;
    cell.system = null;
    await closeSystem(core, cell, system);
    return whose === 'foreign'
      ? { kind: 'gone', why: 'HCS has another system under its id' }
      : {
          kind: 'unproven',
          why: 'HCS has a system under its id that nothing proves to be ours',
          started: state.started,
        };
  } catch (e) {
    cell.system = null;
    core.background('closing a handle', cell.id, closeSystem(core, cell, system));
    if (meansStopped(e) && !(await isListed(core, cell))) return { kind: 'gone', why: 'HCS no longer has it' };
    throw e;
  }
}

/** 'gone': HCS has no such process any more; 'closed': it does not let us open it, and patience is over. */
export async function openProcess(
  core: Core,
  cell: Cell,
  system: LiveSystem,
  pid: number,
  streams: readonly OutputStream[],
  patient: boolean,
): Promise<LiveProcess | 'gone' | 'closed'> {
  const call = core.deps.hcs.openProcess(system.token, pid);
  try {
    const { process } = await core.quick('HcsOpenProcess', cell.id, call);
    return adoptProcess(core, cell, process, pid, streams);
  } catch (e) {
    const failure = failureOf(e);
    if (failure !== null && isNotExist(failure.hresult)) return 'gone';
    // A handle that comes too late must not stay open.
    void call.then(
      ({ process }) => core.deps.hcs.closeProcess(process).catch(() => undefined),
      () => undefined,
    );
    if (patient || saysServiceLost(e)) throw e;
    core.deps.tracer.log('warn', 'a process cannot be opened again', { container: cell.id, pid, reason: brief(e) });
    return 'closed';
  }
}

/** New stdio ends, and the log goes on. */
export async function resumeRelay(
  core: Core,
  cell: Cell,
  process: LiveProcess,
  logId: string,
  terminal: boolean,
): Promise<'resumed' | 'lost'> {
  try {
    await core.quick('HcsGetProcessInfo', cell.id, core.deps.hcs.getProcessInfo(process.token));
    await startRelay(core, cell, process, logId, {}, terminal);
    return 'resumed';
  } catch (e) {
    if (saysServiceLost(e)) throw e;
    core.deps.tracer.log('warn', 'stdio cannot be resumed', { container: cell.id, reason: brief(e) });
    process.closeLog();
    return 'lost';
  }
}
