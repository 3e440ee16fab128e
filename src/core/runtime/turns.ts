/**
 * Turns of a container: transition, commit, effects, then whatever was held. The only callers of the transition functions and
 * of the publisher, always inside the container's queue.
 */
import { isRuntimeError, RuntimeError } from '../errors.js';
import type { Draft } from '../events/publisher.js';
import { transition, type ContainerInput } from '../lifecycle/container.js';
import { execTransition, type ExecInput } from '../lifecycle/exec.js';
import { idKey, INIT } from '../model/ids.js';
import type { ContainerRecord, ExecRecord } from '../model/record.js';
import { within } from './bounded.js';
import type { Cell, Exec } from './cell.js';
import type { Core } from './core.js';

/** How many ended execs are kept for `wait`. */
export const KEPT_EXEC_EXITS = 64;

export interface TurnOptions {
  /** Other fields of the record that change in the same turn. */
  readonly patch?: Partial<
    Pick<ContainerRecord, 'runtimeId' | 'systemStartedAt' | 'lastError' | 'execs' | 'resources'>
  >;
  /** A wish, not a fact: refused when it cannot be written. */
  readonly wish?: boolean;
}

/**
 * Gives one input to a container, in its own turn. failedPrecondition when its state does not take it, notFound when it is
 * deleted. 'held': it counts when the present step has settled.
 */
export function apply(
  core: Core,
  cell: Cell,
  input: ContainerInput,
  options: TurnOptions = {},
): Promise<'moved' | 'held'> {
  return core.queue.run(cell.key, () => step(core, cell, input, options));
}

/** A fact that may come late or twice: one that the state does not take is traced, no more. */
export async function applyFact(
  core: Core,
  cell: Cell,
  input: ContainerInput,
  options: TurnOptions = {},
): Promise<void> {
  try {
    await apply(core, cell, input, options);
  } catch (e) {
    if (!isRuntimeError(e)) throw e;
    core.deps.tracer.log('info', 'a late or double notice was not taken', { container: cell.id, reason: e.message });
  }
}

/** A store that can be written at all takes less. */
const TELL_MS = 1000;

/** A fact is written as soon as the store can be; on a full disk whoever has to be answered is not kept waiting for that. */
export const told = (core: Core, fact: Promise<unknown>): Promise<unknown> =>
  within(fact, Math.min(TELL_MS, core.timeouts.quickCall), core.deps.clock);

/** Several inputs in one turn: nothing comes between them. */
export function applyAll(core: Core, cell: Cell, inputs: readonly ContainerInput[]): Promise<void> {
  return core.queue.run(cell.key, async () => {
    for (const input of inputs) await step(core, cell, input, {});
  });
}

async function step(core: Core, cell: Cell, input: ContainerInput, options: TurnOptions): Promise<'moved' | 'held'> {
  if (cell.removed) throw core.notFound(cell.id);
  if (cell.asked !== null && isOwnEnd(cell, input))
    await step(core, cell, { kind: 'stopAsked', cause: cell.asked.cause, accepted: null }, {});
  const before = cell.record;
  const result = transition(before.state, input);
  if (result.outcome === 'rejected')
    throw new RuntimeError('failedPrecondition', `container ${cell.id} ${result.text}`, { containerId: cell.id });
  if (result.outcome === 'held') {
    cell.held.push({ input, options });
    return 'held';
  }
  const next = result.next === null ? null : { ...before, ...options.patch, state: result.next };
  const pid = pidOf(next ?? before);
  const drafts = result.publish.map((body): Draft => ({ processId: INIT, pid, body }));
  if (result.next !== before.state || drafts.length > 0 || options.patch !== undefined)
    await write(core, cell, next, drafts, options.wish !== true);
  for (const effect of result.effects) core.effects?.[effect](cell);
  const held = cell.held.splice(0);
  for (const entry of held) {
    try {
      await step(core, cell, entry.input, entry.options);
    } catch (e) {
      if (!isRuntimeError(e)) throw e;
      core.deps.tracer.log('info', 'a held notice no longer counts', { container: cell.id, reason: e.message });
    }
  }
  return 'moved';
}

/** HCS tells of the end before the turn of those who asked for it. */
const isOwnEnd = (cell: Cell, input: ContainerInput): boolean =>
  (input.kind === 'initExited' || input.kind === 'systemExited') &&
  (cell.state.kind === 'created' || cell.state.kind === 'running' || cell.state.kind === 'paused');

async function write(
  core: Core,
  cell: Cell,
  record: ContainerRecord | null,
  events: readonly Draft[],
  fact: boolean,
): Promise<void> {
  const { kind } = cell.state;
  const written = await core.publisher.commit(cell.key, { before: cell.record, record, events, fact });
  if (written === null) {
    cell.removed = true;
    if (core.cells.get(cell.key) === cell) core.cells.delete(cell.key);
  } else {
    cell.record = written;
  }
  cell.changed();
  // Who follows a log of it has no process to hear it from.
  if (kind === 'lost' && written?.state.kind !== 'lost') cell.tellLogs();
  core.checkIdle();
}

const pidOf = (record: ContainerRecord): number => ('pid' in record.state ? record.state.pid : 0);

/** Writes the record for the first time (`creating`), with no event. Rejects when it cannot be written. */
export function reserve(core: Core, cell: Cell): Promise<void> {
  return core.queue.run(cell.key, () => write(core, cell, cell.record, [], false));
}

/** Takes back a record of which nothing was ever published. */
export function unreserve(core: Core, cell: Cell): Promise<void> {
  return core.queue.run(cell.key, () => write(core, cell, null, [], true));
}

/** Notes something in the record without a step of the state machine; a wish is refused when it cannot be written. */
export function note(core: Core, cell: Cell, patch: TurnOptions['patch'] & object, wish = false): Promise<void> {
  return core.queue.run(cell.key, async () => {
    if (!cell.removed) await write(core, cell, { ...cell.record, ...patch }, [], !wish);
  });
}

/** Gives one input to an exec, in a turn of its container. failedPrecondition when the container or the exec does not take it. */
export function applyExec(core: Core, cell: Cell, exec: Exec, input: ExecInput): Promise<'moved' | 'held'> {
  return core.queue.run(cell.key, () => execStep(core, cell, exec, input));
}

async function execStep(core: Core, cell: Cell, exec: Exec, input: ExecInput): Promise<'moved' | 'held'> {
  const reject = (text: string): RuntimeError => new RuntimeError('failedPrecondition', text, { containerId: cell.id });
  if (input.kind === 'spawned' && !cell.removed && cell.state.kind === 'lost')
    throw new RuntimeError('unavailable', `container ${cell.id} is lost: ${cell.state.reason}`, {
      containerId: cell.id,
    });
  if (input.kind === 'spawned' && (cell.removed || !takesExecs(cell)))
    throw reject(
      `container ${cell.id} ${cell.state.kind === 'paused' ? 'was paused' : 'ended'} before exec ${exec.id} began`,
    );
  const result = execTransition(exec.state, input);
  if (result.outcome === 'rejected') throw reject(`exec ${exec.id} of container ${cell.id} ${result.text}`);
  if (result.outcome === 'held') {
    exec.held.push(input);
    return 'held';
  }
  const { next } = result;
  if (next !== null && next.kind !== 'adding' && result.publish.length > 0 && cell.alive) {
    const { pid } = next;
    const drafts = result.publish.map((body): Draft => ({ processId: exec.id, pid, body }));
    const before = cell.record.execs;
    const record = { ...cell.record, execs: execsWith(cell.record.execs, exec, next) };
    // One that cannot be written down is taken back: nobody would know of it.
    await write(core, cell, record, drafts, input.kind !== 'spawned');
    forgetLogs(core, cell, before, record.execs);
  }
  if (next !== null) exec.state = next;
  if (result.effects.includes('freeId')) {
    if (cell.execs.get(idKey(exec.id)) === exec) cell.execs.delete(idKey(exec.id));
    exec.over.settle(true);
    cell.tellLog(exec.logId);
    cell.changed();
  }
  for (const held of exec.held.splice(0)) await execStep(core, cell, exec, held);
  return 'moved';
}

/** A container that is being brought down still shows the execs that HCS had begun. */
const takesExecs = (cell: Cell): boolean =>
  !cell.ending && (cell.state.kind === 'running' || cell.state.kind === 'stopping');

/** From here on no exec joins: the ones there are have been ended before the container ends. */
export function closeToExecs(core: Core, cell: Cell): Promise<void> {
  return core.queue.run(cell.key, () => {
    cell.ending = true;
  });
}

function execsWith(
  execs: readonly ExecRecord[],
  exec: Exec,
  state: Exclude<Exec['state'], { kind: 'adding' }>,
): ExecRecord[] {
  const entry: ExecRecord = {
    execId: exec.id,
    logId: exec.logId,
    terminal: exec.terminal,
    pid: state.pid,
    startedAt: state.startedAt,
    exit: state.kind === 'exited' ? state.exit : null,
  };
  const others = execs.filter((e) => idKey(e.execId) !== idKey(exec.id));
  const ended = others.filter((e) => e.exit !== null);
  const surplus = new Set(ended.slice(0, Math.max(0, ended.length + (entry.exit === null ? 0 : 1) - KEPT_EXEC_EXITS)));
  return [...others.filter((e) => !surplus.has(e)), entry];
}

/** Logs go with the exits that are kept. */
function forgetLogs(core: Core, cell: Cell, before: readonly ExecRecord[], after: readonly ExecRecord[]): void {
  const { logs } = core.deps;
  if (logs.removeProcess === undefined) return;
  const kept = new Set(after.map((e) => e.logId));
  for (const { logId } of before)
    if (!kept.has(logId))
      core.background('removing a log', cell.id, logs.removeProcess(cell.key, cell.record.epoch, logId));
}
