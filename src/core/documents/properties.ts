/**
 * What HCS answers: compute system properties, statistics and process lists (hcs-facts 3.4 - 3.6, 6). Member names are matched
 * in any case, unknown members are ignored, absent figures are 0: builds differ in what they send.
 */
import { isRuntimeError, RuntimeError } from '../errors.js';
import { parseJson } from '../json/lossless.js';
import type { ProcessItem, StatsReport } from '../runtime.js';
import { decodeAs } from './decode.js';
import {
  always,
  bool,
  list,
  omit,
  string,
  struct,
  uint32,
  uint64,
  type GoType,
  type Integer,
  type TypeOf,
} from './goTypes.js';
import { time } from './time.js';

const NetworkStatistics = struct({
  BytesReceived: omit(uint64),
  BytesSent: omit(uint64),
  PacketsReceived: omit(uint64),
  PacketsSent: omit(uint64),
  DroppedPacketsIncoming: omit(uint64),
  DroppedPacketsOutgoing: omit(uint64),
  EndpointId: omit(string),
  InstanceId: omit(string),
});

const Statistics = struct({
  Timestamp: always(time),
  ContainerStartTime: always(time),
  Uptime100ns: omit(uint64),
  Memory: always(
    struct({
      MemoryUsageCommitBytes: omit(uint64),
      MemoryUsageCommitPeakBytes: omit(uint64),
      MemoryUsagePrivateWorkingSetBytes: omit(uint64),
    }),
  ),
  Processor: always(
    struct({ TotalRuntime100ns: omit(uint64), RuntimeUser100ns: omit(uint64), RuntimeKernel100ns: omit(uint64) }),
  ),
  Storage: always(
    struct({
      ReadCountNormalized: omit(uint64),
      ReadSizeBytes: omit(uint64),
      WriteCountNormalized: omit(uint64),
      WriteSizeBytes: omit(uint64),
    }),
  ),
  Network: omit(list(NetworkStatistics)),
});

const ProcessListItem = struct({
  CreateTimestamp: always(time),
  ImageName: omit(string),
  KernelTime100ns: omit(uint64),
  MemoryCommitBytes: omit(uint64),
  MemoryWorkingSetPrivateBytes: omit(uint64),
  MemoryWorkingSetSharedBytes: omit(uint64),
  ProcessId: omit(uint32),
  UserTime100ns: omit(uint64),
});

const Properties = struct({
  Id: always(string),
  State: always(string),
  Name: always(string),
  SystemType: always(string),
  RuntimeOsType: omit(string),
  Owner: always(string),
  SiloGuid: omit(string),
  RuntimeId: always(string),
  IsRuntimeTemplate: omit(bool),
  RuntimeImagePath: omit(string),
  Stopped: omit(bool),
  ExitType: omit(string),
  AreUpdatesPending: omit(bool),
  ObRoot: omit(string),
  Statistics: always(Statistics),
  ProcessList: omit(list(ProcessListItem)),
});
/** A ContainerProperties document; HCS sends only the members that were asked for. */
export type HcsProperties = TypeOf<typeof Properties>;

/** One compute system as enumerate and basic properties tell it; texts are '' where HCS gave none. */
export interface ComputeSystem {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  /** `Created`, `Running`, `Paused`, `Stopped`, or ''. */
  readonly state: string;
  /** `Container` or `VirtualMachine`. */
  readonly systemType: string;
  /** `windows` or `linux`; builds before 17763 do not tell and run Windows containers only. */
  readonly osType: string;
  /** GUID of this incarnation in lower case; null where HCS gave none or zeros. */
  readonly runtimeId: string | null;
  readonly template: boolean;
}

/** The array that HcsEnumerateComputeSystems gives. Throws RuntimeError hcsFailure when it is none. */
export const computeSystems = (text: string | null): readonly ComputeSystem[] =>
  answer(list(Properties), text, 'HcsEnumerateComputeSystems').map(computeSystem);

/** One properties document. Throws RuntimeError hcsFailure when it cannot be read, also when HCS answered nothing. */
export const properties = (text: string | null): HcsProperties =>
  answer(Properties, text, 'HcsGetComputeSystemProperties');

/** The identity part of a properties document. */
export function computeSystem(given: HcsProperties): ComputeSystem {
  const runtimeId = (given.RuntimeId ?? '').replace(/[{}]/g, '').toLowerCase();
  return {
    id: given.Id ?? '',
    name: given.Name ?? '',
    owner: given.Owner ?? '',
    state: given.State ?? '',
    systemType: given.SystemType ?? '',
    osType: (given.RuntimeOsType ?? 'windows').toLowerCase(),
    runtimeId: /^[0-]*$/.test(runtimeId) ? null : runtimeId,
    template: given.IsRuntimeTemplate ?? false,
  };
}

/**
 * `stats` out of the answer to {@link statisticsQuery}. `readAt` (RFC 3339 UTC) is used where HCS gives no time of its own.
 * Counters above 2^53-1 lose their last digits: they are doubles here.
 */
export function statsReport(id: string, text: string | null, readAt: string): StatsReport {
  const { Statistics: given } = properties(text);
  return {
    id,
    readAt: given?.Timestamp ?? readAt,
    containerStartedAt: given?.ContainerStartTime ?? null,
    uptime100ns: figure(given?.Uptime100ns),
    memory: {
      commitBytes: figure(given?.Memory?.MemoryUsageCommitBytes),
      commitPeakBytes: figure(given?.Memory?.MemoryUsageCommitPeakBytes),
      privateWorkingSetBytes: figure(given?.Memory?.MemoryUsagePrivateWorkingSetBytes),
    },
    processor: {
      total100ns: figure(given?.Processor?.TotalRuntime100ns),
      user100ns: figure(given?.Processor?.RuntimeUser100ns),
      kernel100ns: figure(given?.Processor?.RuntimeKernel100ns),
    },
    storage: {
      readCount: figure(given?.Storage?.ReadCountNormalized),
      readBytes: figure(given?.Storage?.ReadSizeBytes),
      writeCount: figure(given?.Storage?.WriteCountNormalized),
      writeBytes: figure(given?.Storage?.WriteSizeBytes),
    },
    network: (given?.Network ?? []).map((adapter) => ({
      endpointId: adapter.EndpointId ?? '',
      bytesReceived: figure(adapter.BytesReceived),
      bytesSent: figure(adapter.BytesSent),
      packetsReceived: figure(adapter.PacketsReceived),
      packetsSent: figure(adapter.PacketsSent),
      droppedIncoming: figure(adapter.DroppedPacketsIncoming),
      droppedOutgoing: figure(adapter.DroppedPacketsOutgoing),
    })),
  };
}

/**
 * `top` out of the answer to {@link processListQuery}, in HCS's order. `processIdOf` says which of our processes a pid is:
 * `init`, an exec id, or null.
 */
export function processItems(text: string | null, processIdOf: (pid: number) => string | null): readonly ProcessItem[] {
  return (properties(text).ProcessList ?? []).map((item) => {
    const pid = figure(item.ProcessId);
    return {
      pid,
      imageName: item.ImageName ?? '',
      createdAt: item.CreateTimestamp ?? null,
      userTime100ns: figure(item.UserTime100ns),
      kernelTime100ns: figure(item.KernelTime100ns),
      memoryCommitBytes: figure(item.MemoryCommitBytes),
      memoryWorkingSetPrivateBytes: figure(item.MemoryWorkingSetPrivateBytes),
      memoryWorkingSetSharedBytes: figure(item.MemoryWorkingSetSharedBytes),
      processId: processIdOf(pid),
    };
  });
}

const figure = (value: Integer | undefined): number => Number(value ?? 0);

/** HCS's answer is not the user's input: what cannot be read is a failure of HCS, whatever it looks like. */
function answer<A>(codec: GoType<A>, text: string | null, phase: string): A {
  if (text === null || text === '')
    throw new RuntimeError('hcsFailure', `${phase} answered without a document`, { phase });
  try {
    return decodeAs(codec, parseJson(text, 'answer'), 'answer');
  } catch (error) {
    if (!isRuntimeError(error)) throw error;
    const { issues = [] } = error.details;
    throw new RuntimeError(
      'hcsFailure',
      `${phase} answered what cannot be read: ${error.message}`,
      { phase, issues },
      {
        cause: error,
      },
    );
  }
}
