/**
 * Opening a recorded container again: when an engine starts, and when the service was lost. The record proves that it is ours
 * (id and RuntimeId); a system of another RuntimeId under the same id is somebody else's and is left alone.
 */
import { exitUnknown } from '../model/exit.js';
import { INIT } from '../model/ids.js';
import { isNotExist } from '../hresult.js';
import type { ExecRecord } from '../model/record.js';
import type { OutputStream } from '../ports.js';
import { bounded } from './bounded.js';
import { Exec, type Cell } from './cell.js';
import type { Core } from './core.js';
import { brief, failureOf, saysServiceLost } from './failures.js';
import type { LiveProcess, LiveSystem } from './live.js';
import { closeSystem, meansStopped } from './operations.js';
import { adoptProcess, closeProcess, queryExit, startRelay, streamsOf } from './process.js';
import { systemState, type SystemState } from './properties.js';
import { enterExec, watchExec, watchInit } from './reap.js';
import { adoptSystem } from './system.js';
import { applyAll, applyExec, applyFact } from './turns.js';

/** How opening ended. */
type Opened = { readonly kind: 'open'; readonly state: SystemState } | { readonly kind: 'gone'; readonly why: string };

/** The effect `reopen`: tries until the service answers. The container is `lost` until then. */
export function reopen(core: Core, cell: Cell): void {
  cell.attaching ??= core.tracked('reopening', cell.id, untilReopened(core, cell)).finally(() => {
    cell.attaching = null;
  });
}

async function untilReopened(core: Core, cell: Cell): Promise<void> {
  let pause = core.timeouts.retryFirst;
  for (;;) {
    if (await core.pause(pause)) return;
    if (cell.removed || cell.state.kind !== 'lost') return;
    letGo(core, cell);
    try {
      await attach(core, cell);
      return;
    } catch (e) {
      core.deps.tracer.log('warn', 'a lost container cannot be opened yet', { container: cell.id, reason: brief(e) });
    }
    pause = Math.min(pause * 2, core.timeouts.retryLongest);
  }
}

/** Old handles are of no use after a loss of the service; closing them only frees memory in the bridge. */
function letGo(core: Core, cell: Cell): void {
  const { system, init } = cell;
  cell.system = null;
  cell.init = null;
  const processes = [init, ...[...cell.execs.values()].map((exec) => exec.process)].filter((p) => p !== null);
  for (const exec of cell.execs.values()) exec.process = null;
  core.background(
    'closing old handles',
    cell.id,
    (async () => {
      await Promise.all(processes.map((process) => closeProcess(core, cell, process)));
      if (system !== null) await closeSystem(core, cell, system);
    })(),
  );
}

/**
 * Opens system, init and execs, resumes their logs, and brings the state machine to where HCS is. Rejects when the service
 * cannot be reached; then nothing has changed.
 */
export async function attach(core: Core, cell: Cell): Promise<void> {
  const opened = await open(core, cell);
  if (opened.kind === 'gone') {
    await gone(core, cell, opened.why);
    return;
  }
  const { state } = cell;
  const pid = 'pid' in state ? state.pid : 0;
  let stdio: 'resumed' | 'lost' = 'resumed';
  let init: LiveProcess | null = null;
  let initGone = false;
  try {
    if (pid !== 0 && !('initExit' in state && state.initExit !== null)) {
      init = await openProcess(core, cell, pid, streamsOf(cell.record.process.terminal));
      initGone = init === null;
      if (init !== null) {
        cell.init = init;
        stdio = await resumeRelay(core, cell, init, INIT, cell.record.process.terminal);
      }
    }
    await attachExecs(core, cell);
  } catch (e) {
    if (!saysServiceLost(e)) core.deps.tracer.log('warn', 'reattaching', { container: cell.id, reason: brief(e) });
    throw e;
  }
  await applyFact(core, cell, { kind: 'reattached', stdio });
  if (init !== null) {
    watchInit(core, cell, init);
    await queryExit(core, cell, init);
  } else if (initGone) {
    const exit = { ...exitUnknown('init ended while no engine watched it'), exitedAt: core.now() };
    await applyFact(core, cell, { kind: 'initExited', exit });
  }
  for (const exec of cell.execs.values())
    if (exec.process !== null) {
      watchExec(core, cell, exec, exec.process);
      await queryExit(core, cell, exec.process);
    }
  if (opened.state.stopped && cell.system !== null && cell.system.end(0))
    await applyFact(core, cell, { kind: 'systemExited' });
  await followPause(core, cell, opened.state);
}

/** HCS may have finished a pause or resume whose verb was lost with the old engine. */
async function followPause(core: Core, cell: Cell, state: SystemState): Promise<void> {
  if (state.paused && cell.state.kind === 'running') await applyFact(core, cell, { kind: 'pauseDone' });
  else if (!state.paused && cell.state.kind === 'paused') await applyFact(core, cell, { kind: 'resumeDone' });
}

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
    if (failure !== null && isNotExist(failure.hresult)) return { kind: 'gone', why: 'HCS no longer has it' };
    // A handle that comes too late must not stay open.
    void call.then(
      ({ system: token }) => hcs.closeComputeSystem(token).catch(() => undefined),
      () => undefined,
    );
    throw e;
  }
  try {
    const state = await systemState(core, cell.id, system);
    if (!isOurs(cell, state)) {
      cell.system = null;
      await closeSystem(core, cell, system);
      return { kind: 'gone', why: 'HCS has another system under its id' };
    }
    return { kind: 'open', state };
  } catch (e) {
    cell.system = null;
    core.background('closing a handle', cell.id, closeSystem(core, cell, system));
    if (meansStopped(e)) return { kind: 'gone', why: 'HCS no longer has it' };
    throw e;
  }
}

/** Where HCS gave no RuntimeId at create, the record and the owner written into the system must do. */
function isOurs(cell: Cell, state: SystemState): boolean {
  const { runtimeId, owner } = cell.record;
  if (runtimeId !== null && state.runtimeId !== null) return runtimeId === state.runtimeId;
  return state.owner === null || state.owner === owner;
}

/** null: HCS has no such process any more. */
async function openProcess(
  core: Core,
  cell: Cell,
  pid: number,
  streams: readonly OutputStream[],
): Promise<LiveProcess | null> {
  if (cell.system === null) return null;
  const call = core.deps.hcs.openProcess(cell.system.token, pid);
  try {
    const { process } = await core.quick('HcsOpenProcess', cell.id, call);
    return adoptProcess(core, cell, process, pid, streams);
  } catch (e) {
    if (saysServiceLost(e)) throw e;
    core.deps.tracer.log('info', 'a process cannot be opened again', { container: cell.id, pid, reason: brief(e) });
    void call.then(
      ({ process }) => core.deps.hcs.closeProcess(process).catch(() => undefined),
      () => undefined,
    );
    return null;
  }
}

async function resumeRelay(
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

/** Execs of the record that have not ended, and those in memory after a loss of the service. */
async function attachExecs(core: Core, cell: Cell): Promise<void> {
  for (const record of cell.record.execs.filter((e) => e.exit === null)) {
    const exec = execOf(cell, record);
    // Its end was seen before the loss: its reaper goes on.
    if (exec.state.kind !== 'running') continue;
    const process = await openProcess(core, cell, record.pid, streamsOf(record.terminal));
    if (process !== null) {
      exec.process = process;
      await resumeRelay(core, cell, process, record.logId, record.terminal);
    } else {
      core.background('ending an exec', cell.id, endUnseen(core, cell, exec));
    }
  }
}

function execOf(cell: Cell, record: ExecRecord): Exec {
  const known = [...cell.execs.values()].find((exec) => exec.id === record.execId);
  if (known !== undefined) return known;
  const exec = new Exec(record.execId, record.logId, record.terminal);
  exec.state = { kind: 'running', pid: record.pid, startedAt: record.startedAt ?? '' };
  enterExec(cell, exec);
  return exec;
}

async function endUnseen(core: Core, cell: Cell, exec: Exec): Promise<void> {
  const exit = { ...exitUnknown('it ended while no engine watched it'), exitedAt: core.now() };
  if (exec.state.kind === 'running') await applyExec(core, cell, exec, { kind: 'exitSeen', exit });
  await applyExec(core, cell, exec, { kind: 'drained' });
}

/** The compute system is no more: exits that nobody saw are said to be unknown. */
async function gone(core: Core, cell: Cell, why: string): Promise<void> {
  const held = cell.held.map(({ input }) => input).find((input) => input.kind === 'initExited');
  const exit = held?.exit ?? {
    ...exitUnknown(`the container ended while no engine watched it: ${why}`),
    exitedAt: core.now(),
  };
  for (const record of cell.record.execs.filter((e) => e.exit === null))
    await endUnseen(core, cell, execOf(cell, record));
  switch (cell.state.kind) {
    case 'lost':
    case 'stopping':
      await applyFact(core, cell, { kind: 'gone', exit });
      break;
    default:
      await applyAll(core, cell, [{ kind: 'systemExited' }, { kind: 'gone', exit }]);
  }
}
