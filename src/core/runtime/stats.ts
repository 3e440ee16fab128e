/** stats: HCS's figures, renamed; absent ones are 0 (hcs-facts 3.5). */
import { isInvalidHandle, isInvalidState, when } from '../hresult.js';
import { RuntimeError } from '../errors.js';
import type { CallContext, StatsReport } from '../runtime.js';
import type { Core } from './core.js';
import type { Cell } from './cell.js';
import { readAnswer, StatisticsAnswer, timeOf } from './properties.js';
import type { LiveSystem } from './live.js';
import { handleDied } from './loss.js';
import type { Bound } from './bounded.js';
import { ask, boundOf, openSystem, reopened } from './verb.js';

const QUERY = '{"PropertyTypes":["Statistics"]}';

export async function stats(core: Core, id: string, context?: CallContext): Promise<StatsReport> {
  const cell = core.find(id);
  const text = await query(core, cell, QUERY, 'read the statistics of', context);
  const { Statistics: s = {} } = readAnswer(StatisticsAnswer, text, 'HcsGetComputeSystemProperties');
  return {
    id: cell.id,
    readAt: timeOf(s.Timestamp) ?? core.now(),
    containerStartedAt: timeOf(s.ContainerStartTime),
    uptime100ns: s.Uptime100ns ?? 0,
    memory: {
      commitBytes: s.Memory?.MemoryUsageCommitBytes ?? 0,
      commitPeakBytes: s.Memory?.MemoryUsageCommitPeakBytes ?? 0,
      privateWorkingSetBytes: s.Memory?.MemoryUsagePrivateWorkingSetBytes ?? 0,
    },
    processor: {
      total100ns: s.Processor?.TotalRuntime100ns ?? 0,
      user100ns: s.Processor?.RuntimeUser100ns ?? 0,
      kernel100ns: s.Processor?.RuntimeKernel100ns ?? 0,
    },
    storage: {
      readCount: s.Storage?.ReadCountNormalized ?? 0,
      readBytes: s.Storage?.ReadSizeBytes ?? 0,
      writeCount: s.Storage?.WriteCountNormalized ?? 0,
      writeBytes: s.Storage?.WriteSizeBytes ?? 0,
    },
    network: (s.Network ?? []).map((n) => ({
      endpointId: n.EndpointId ?? '',
      bytesReceived: n.BytesReceived ?? 0,
      bytesSent: n.BytesSent ?? 0,
      packetsReceived: n.PacketsReceived ?? 0,
      packetsSent: n.PacketsSent ?? 0,
      droppedIncoming: n.DroppedPacketsIncoming ?? 0,
      droppedOutgoing: n.DroppedPacketsOutgoing ?? 0,
    })),
  };
}

/**
 * A property query. One that comes while the container ends fails as the state says, not with HCS's words for it; one that meets a
 * restarted service is made again once the container is open again.
 */
export async function query(
  core: Core,
  cell: Cell,
  text: string,
  doing: string,
  context: CallContext | undefined,
): Promise<string | null> {
  const { clock } = core.deps;
  const bound = boundOf(core, cell, context, 'HcsGetComputeSystemProperties', core.timeouts.syscall);
  let until = clock.elapsed() + bound.ms;
  const rest = (): Bound => ({ ...bound, ms: Math.max(0, until - clock.elapsed()) });
  for (let restarted = false; ; restarted = true) {
    const system = openSystem(cell, `be asked (${doing} it)`, 'created', 'running', 'paused');
    try {
      return await queryOn(core, cell, system, text, doing, restarted ? rest() : bound);
    } catch (e) {
      if (!(e instanceof RuntimeError) || !handleDied(system, e.cause)) throw e;
      if (!restarted) until = Math.min(until, clock.elapsed() + core.timeouts.quickCall);
      try {
        await reopened(core, cell, system, rest());
      } catch (gaveUp) {
        throw bound.signal?.aborted === true ? gaveUp : e;
      }
    }
  }
}

async function queryOn(
  core: Core,
  cell: Cell,
  system: LiveSystem,
  text: string,
  doing: string,
  bound: Bound,
): Promise<string | null> {
  const call = core.deps.hcs.getComputeSystemProperties(system.token, text);
  return ask(
    core,
    cell,
    doing,
    call.catch((e: unknown) => {
      const isClosed = when(isInvalidHandle)(e) && system.closing !== null && !system.disconnected.has();
      if ((system.exited.has() || isClosed) && !when(isInvalidState)(e))
        throw new RuntimeError('failedPrecondition', `container ${cell.id} is ending`, { containerId: cell.id });
      throw e;
    }),
    bound,
  );
}
