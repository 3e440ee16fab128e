/** Native side of a process: adopting its token, its relay, its stdin, its exit code, its end. Used for init and execs alike. */
import type { RuntimeError } from '../errors.js';
import { isAlreadyStopped, isConnectionLost, isFailure, isInvalidState, isNotExist, symbolOf } from '../hresult.js';
import { exitCode, exitUnknown } from '../model/exit.js';
import type { TimedExit } from '../model/record.js';
import type { OutputStream, ProcessToken, RelayStarted } from '../ports.js';
import type { StdioRequest } from '../runtime.js';
import { bounded, within } from './bounded.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { brief, failureOf, saysServiceLost } from './failures.js';
import { LiveProcess, type ProcessNotification } from './live.js';
import { askForNews } from './log.js';
import { noteLost, refusedBy, saysHandleDead } from './loss.js';

/** HcsModifyProcess document that closes a program's stdin (hcs-facts 3.7). */
const CLOSE_STDIN = '{"Operation":"CloseHandle","CloseHandle":{"Handle":"StdIn"}}';

const LOG_LIMITS = { segmentBytes: 10 * 1024 * 1024, segments: 3 };

/** Streams that HCS gives a process: with a terminal stdout carries both (the seed's policy, hcs-facts 4.5). */
export const streamsOf = (terminal: boolean): readonly OutputStream[] => (terminal ? ['stdout'] : ['stdout', 'stderr']);

/** Takes a token over and listens to it. */
export function adoptProcess(
  core: Core,
  cell: Cell,
  token: ProcessToken,
  pid: number,
  streams: readonly OutputStream[],
): LiveProcess {
  const process = new LiveProcess(token, pid, streams);
  core.router.adoptProcess(token, (n) => {
    onNotification(core, cell, process, n);
  });
  return process;
}

function onNotification(core: Core, cell: Cell, process: LiveProcess, n: ProcessNotification): void {
  switch (n.kind) {
    case 'process':
      if (n.type === 'ProcessExited') process.exited.settle({ status: n.status, at: core.now() });
      break;
    case 'streamEnd':
      process.streamEnded(n.stream, n.bytes);
      if (!process.logOpen && !process.exited.has())
        core.background('looking for an exit', cell.id, findUnheardExit(core, cell, process));
      break;
    case 'stdinEnd':
      core.background('closing stdin', cell.id, closeStdin(core, cell, process));
      break;
    case 'logFailed':
      core.deps.tracer.log('error', 'a log cannot be written', { container: cell.id, reason: n.message });
      break;
    case 'logGrew':
      process.logGrew();
      break;
  }
}

/** A program that has closed all its output has most likely ended; if its notification was lost, asking finds out. */
async function findUnheardExit(core: Core, cell: Cell, process: LiveProcess): Promise<void> {
  await within(process.exited.promise, core.timeouts.exitLag, core.deps.clock);
  if (process.closing === null) await queryExit(core, cell, process);
}

/** Asks once whether the process has ended (E9); if so, that counts as its notification. */
export async function queryExit(core: Core, cell: Cell, process: LiveProcess): Promise<void> {
  if (process.exited.has()) return;
  try {
    const status = await core.quick(
      'HcsGetProcessProperties',
      cell.id,
      core.deps.hcs.getProcessProperties(process.token),
    );
    if (status.exited) process.exited.settle({ status: 0, at: core.now() });
  } catch (e) {
    noteLost(core, cell, cell.system, e, process);
    if (isGone(e)) process.exited.settle({ status: failureOf(e)?.hresult ?? 0, at: core.now() });
  }
}

const isGone = (e: unknown): boolean => {
  const failure = failureOf(e);
  return failure !== null && (isAlreadyStopped(failure.hresult) || isNotExist(failure.hresult));
};

/**
 * How an ended process ended; only what HCS says. null: the service was lost over the question, so the container is `lost`
 * and the answer is looked for again once it is reopened.
 */
export async function readExit(core: Core, cell: Cell, process: LiveProcess): Promise<TimedExit | null> {
  const end = process.exited.value;
  const at = end?.at ?? core.now();
  if (end === undefined) return { ...exitUnknown('its end was not seen'), exitedAt: at };
  if (isFailure(end.status)) return { ...exitUnknown(whyUnknown(end.status)), exitedAt: at };
  try {
    const status = await core.quick(
      'HcsGetProcessProperties',
      cell.id,
      core.deps.hcs.getProcessProperties(process.token),
    );
    if (status.lastWaitResult !== 0)
      return {
        ...exitUnknown(`the wait for the process failed inside HCS (LastWaitResult ${status.lastWaitResult})`),
        exitedAt: at,
      };
    if (!status.exited) return { ...exitUnknown('HCS announced the end but says that the process runs'), exitedAt: at };
    return { ...exitCode(status.exitCode), exitedAt: at };
  } catch (e) {
    const { system } = cell;
    if (
      system !== null &&
      !system.exited.has() &&
      (saysServiceLost(e) || system.disconnected.has() || saysHandleDead(system, process, e))
    ) {
      noteLost(core, cell, cell.system, e, process);
      return null;
    }
    const failure = failureOf(e);
    return { ...exitUnknown(failure === null ? brief(e) : whyUnknown(failure.hresult)), exitedAt: at };
  }
}

function whyUnknown(hresult: number): string {
  if (isConnectionLost(hresult)) return `the connection to the process broke (${symbolOf(hresult)})`;
  if (isNotExist(hresult)) return `the process was gone before its exit code was read (${symbolOf(hresult)})`;
  return `HCS reported ${symbolOf(hresult)} in place of an exit code`;
}

/**
 * After the end of the compute system every process has ended, whatever was heard: gives a late notification its time,
 * asks once more, and then says that the end was not seen.
 */
export async function settleExit(core: Core, cell: Cell, process: LiveProcess): Promise<void> {
  if (!process.exited.has()) await queryExit(core, cell, process);
  if (!process.exited.has()) await within(process.exited.promise, core.timeouts.exitLag, core.deps.clock);
  process.exited.settle({ status: 0xc0370106, at: core.now() });
}

/** Starts the relay as the caller asked. */
export async function startRelay(
  core: Core,
  cell: Cell,
  process: LiveProcess,
  logId: string,
  stdio: StdioRequest,
  terminal: boolean,
): Promise<RelayStarted> {
  const { hcs, logs, clock, logLimits } = core.deps;
  const { segmentBytes, segments } = logLimits ?? LOG_LIMITS;
  const available = streamsOf(terminal);
  process.onLog = () => {
    cell.tellLog(logId);
  };
  const started = await bounded(
    hcs.startRelay(process.token, {
      logFolder: logs.folder(cell.key, cell.record.epoch, logId),
      segmentBytes,
      segments,
      foreground: (stdio.foreground ?? []).filter((stream) => available.includes(stream)),
      stdin: stdio.stdin === true,
      attachTimeoutMs: core.timeouts.attach,
    }),
    { clock, ms: core.timeouts.syscall, operation: 'startRelay', containerId: cell.id },
  );
  // Of a process that was lost and is opened again.
  if (cell.isLogWatched(logId)) askForNews(core, cell, process, true);
  return started;
}

/**
 * Tells the program that its input ends: HcsModifyProcess first, then our own end (hcs-facts 4.5). A process that has ended, or
 * a container on its way down, makes that pointless, not wrong; any other failure is told (B24).
 */
export async function closeStdin(core: Core, cell: Cell, process: LiveProcess, signal?: AbortSignal): Promise<void> {
  if (process.stdinClosed) return;
  process.stdinClosed = true;
  const { system } = cell;
  let refusal: RuntimeError | null = null;
  if (!process.exited.has()) {
    try {
      await bounded(core.deps.hcs.modifyProcess(process.token, CLOSE_STDIN), {
        clock: core.deps.clock,
        ms: core.timeouts.syscall,
        signal,
        operation: 'HcsModifyProcess',
        containerId: cell.id,
      });
    } catch (e) {
      noteLost(core, cell, cell.system, e, process);
      const failure = failureOf(e);
      const pointless =
        process.exited.has() ||
        system?.exited.has() === true ||
        (failure !== null &&
          (isNotExist(failure.hresult) || isAlreadyStopped(failure.hresult) || isInvalidState(failure.hresult)));
      if (!pointless) {
        refusal = refusedBy(system, e, { id: cell.id, doing: 'close stdin of' });
        process.stdinClosed = false;
      }
    }
  }
  try {
    await core.quick('closeLocalStdin', cell.id, core.deps.hcs.closeLocalStdin(process.token));
  } catch (e) {
    // Our end goes with the process at the latest.
    core.deps.tracer.log('info', 'our end of stdin could not be closed', { container: cell.id, reason: brief(e) });
  }
  if (refusal !== null) throw refusal;
}

/** Stops the relay and closes the handle. A failure is traced. */
export function closeProcess(core: Core, cell: Cell, process: LiveProcess): Promise<void> {
  process.closing ??= (async () => {
    try {
      await core.quick('HcsCloseProcess', cell.id, core.deps.hcs.closeProcess(process.token));
    } catch (e) {
      core.deps.tracer.log('warn', 'a process handle could not be closed', { container: cell.id, reason: brief(e) });
    } finally {
      core.router.dropProcess(process.token);
      process.closeLog();
    }
  })();
  return process.closing;
}
