/**
 * Opening a recorded container again: when an engine starts, and when the service was lost. The record proves that it is ours
 * (proof.ts); another system under the same id is somebody else's and is left alone.
 */
import { exitUnknown } from '../model/exit.js';
import { idKey, INIT } from '../model/ids.js';
import type { ExecRecord } from '../model/record.js';
import { Exec, type Cell } from './cell.js';
import type { Core } from './core.js';
import { brief } from './failures.js';
import type { LiveProcess, LiveSystem } from './live.js';
import { open, openProcess, resumeRelay } from './open.js';
import { closeSystem } from './operations.js';
import { closeProcess, queryExit, streamsOf } from './process.js';
import type { SystemState } from './properties.js';
import { enterExec, watchExec, watchInit } from './reap.js';
import { applyAll, applyExec, applyFact } from './turns.js';

/** After so many attempts a process that HCS has but does not let us open is done without: the end of its system is its end. */
const PATIENCE = 6;

/** The effect `reopen`: tries until the service answers. The container is `lost` until then. */
export function reopen(core: Core, cell: Cell): void {
  cell.attaching ??= core.tracked('reopening', cell.id, untilReopened(core, cell)).finally(() => {
    cell.attaching = null;
    // Lost once more while it was being opened: that effect found this still under way.
    if (cell.state.kind === 'lost' && cell.alive && !core.closed) reopen(core, cell);
  });
}

async function untilReopened(core: Core, cell: Cell): Promise<void> {
  let pause = core.timeouts.retryFirst;
  for (let attempt = 1; ; attempt += 1) {
    if (await core.pause(pause)) return;
    if (cell.removed || cell.state.kind !== 'lost') return;
    letGo(core, cell);
    try {
      await attach(core, cell, attempt < PATIENCE);
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
 * cannot be reached, or, while `patient`, when a process cannot be opened; then nothing has changed.
 */
export async function attach(core: Core, cell: Cell, patient = true): Promise<void> {
  const opened = await open(core, cell);
  // Neither ours for certain nor gone: the container stays lost until that can be told.
  if (opened.kind === 'unproven') throw new Error(opened.why);
  if (opened.kind === 'gone') {
    await gone(core, cell, opened.why);
    return;
  }
  const opening: Opening = { system: opened.system, processes: [] };
  try {
    await attachProcesses(core, cell, opening, patient);
    if (opened.state.stopped && opening.system.end(0)) await applyFact(core, cell, { kind: 'systemExited' });
    await followPause(core, cell, opened.state);
  } finally {
    closeUnused(core, cell, opening);
  }
}

/** What one attempt has opened. */
interface Opening {
  readonly system: LiveSystem;
  readonly processes: LiveProcess[];
}

async function attachProcesses(core: Core, cell: Cell, opening: Opening, patient: boolean): Promise<void> {
  const { state } = cell;
  const pid = 'pid' in state ? state.pid : 0;
  let stdio: 'resumed' | 'lost' = 'resumed';
  let init: LiveProcess | null = null;
  let isInitGone = false;
  if (pid !== 0 && !('initExit' in state && state.initExit !== null)) {
    const { terminal } = cell.record.process;
    const found = await openProcess(core, cell, opening.system, pid, streamsOf(terminal), patient);
    if (typeof found === 'string') {
      isInitGone = found === 'gone';
      stdio = 'lost';
    } else {
      init = found;
      opening.processes.push(init);
      cell.init = init;
      stdio = await resumeRelay(core, cell, init, INIT, terminal);
    }
  }
  await attachExecs(core, cell, opening, patient);
  // Its notice came while the container was lost anyway, and did not count.
  if (opening.system.disconnected.has()) throw new Error('the service was lost again');
  await applyFact(core, cell, { kind: 'reattached', stdio });
  if (init !== null) {
    watchInit(core, cell, init);
    await queryExit(core, cell, init);
  } else if (isInitGone) {
    const exit = { ...exitUnknown('init ended while no engine watched it'), exitedAt: core.now() };
    await applyFact(core, cell, { kind: 'initExited', exit });
  }
  for (const exec of cell.execs.values())
    if (exec.process !== null) {
      watchExec(core, cell, exec, exec.process);
      await queryExit(core, cell, exec.process);
    }
}

/** The container may have come to its end by other means meanwhile: then nobody else closes these. */
function closeUnused(core: Core, cell: Cell, { system, processes }: Opening): void {
  const used = new Set([cell.init, ...[...cell.execs.values()].map((exec) => exec.process)]);
  for (const process of processes)
    if (!used.has(process)) core.background('closing a process', cell.id, closeProcess(core, cell, process));
  if (cell.system !== system) core.background('closing a system', cell.id, closeSystem(core, cell, system));
}

/** HCS may have finished a pause or resume whose verb was lost with the old engine. */
async function followPause(core: Core, cell: Cell, state: SystemState): Promise<void> {
  if (state.paused && cell.state.kind === 'running') await applyFact(core, cell, { kind: 'pauseDone' });
  else if (!state.paused && cell.state.kind === 'paused') await applyFact(core, cell, { kind: 'resumeDone' });
}

/** Execs of the record that have not ended, and those in memory after a loss of the service. */
async function attachExecs(core: Core, cell: Cell, opening: Opening, patient: boolean): Promise<void> {
  for (const record of cell.record.execs.filter((e) => e.exit === null)) {
    const exec = execOf(cell, record);
    // Its end was seen before the loss: its reaper goes on.
    if (exec.state.kind !== 'running') continue;
    const process = await openProcess(core, cell, opening.system, record.pid, streamsOf(record.terminal), patient);
    if (typeof process !== 'string') {
      opening.processes.push(process);
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
  // Of an earlier exec of that id.
  cell.output.delete(idKey(exec.id));
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
