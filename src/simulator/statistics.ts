import type { Listed, ListedProcess } from './siloWire.js';
import type { ComputeSystem } from './system.js';

/** HCS counts storage operations in units of 8 KiB. */
const NORMALIZED = 8192;
/** The Statistics document (hcs-facts 3.5): figures of the operating system, summed over the container's processes. */
export function statisticsOf(system: ComputeSystem, listed: Listed, now = new Date()): object {
  const { processes } = listed;
  const before = system.silo?.before ?? { user100ns: 0, kernel100ns: 0 };
  const sum = (of: (process: ListedProcess) => number): number => processes.reduce((total, p) => total + of(p), 0);
  // The kernel counts what a process has used more exactly while it lives than after: HCS's figures never go back.
  const { processor } = system;
  const grow = (figure: keyof typeof processor, ended: number): number =>
    (processor[figure] = Math.max(processor[figure], ended - before[figure] + sum((p) => p[figure])));
  const user = grow('user100ns', listed.endedUser100ns);
  const kernel = grow('kernel100ns', listed.endedKernel100ns);
  const commit = sum((p) => p.commitBytes);
  const read = sum((p) => p.readBytes);
  const written = sum((p) => p.writtenBytes);
  system.peakCommitBytes = Math.max(system.peakCommitBytes, commit);
  const started = system.startedAt ?? now;
  return {
    Timestamp: now.toISOString(),
    ContainerStartTime: started.toISOString(),
    Uptime100ns: Math.max(0, now.getTime() - started.getTime()) * 10_000,
    Memory: {
      MemoryUsageCommitBytes: commit,
      MemoryUsageCommitPeakBytes: system.peakCommitBytes,
      MemoryUsagePrivateWorkingSetBytes: sum((p) => Math.max(0, p.residentBytes - p.sharedBytes)),
    },
    Processor: { TotalRuntime100ns: user + kernel, RuntimeUser100ns: user, RuntimeKernel100ns: kernel },
    Storage: {
      ReadCountNormalized: Math.ceil(read / NORMALIZED),
      ReadSizeBytes: read,
      WriteCountNormalized: Math.ceil(written / NORMALIZED),
      WriteSizeBytes: written,
    },
    // Nothing of a program's traffic goes through a simulated endpoint.
    Network: system.endpoints.map((id) => ({
      BytesReceived: 0,
      BytesSent: 0,
      PacketsReceived: 0,
      PacketsSent: 0,
      DroppedPacketsIncoming: 0,
      DroppedPacketsOutgoing: 0,
      EndpointId: id,
      InstanceId: id,
    })),
  };
}

/** One entry of ProcessList (hcs-facts 3.6). */
export function processListItem(process: ListedProcess): object {
  return {
    CreateTimestamp: timestamp(process.started100ns),
    ImageName: process.name,
    KernelTime100ns: process.kernel100ns,
    MemoryCommitBytes: process.commitBytes,
    MemoryWorkingSetPrivateBytes: Math.max(0, process.residentBytes - process.sharedBytes),
    MemoryWorkingSetSharedBytes: process.sharedBytes,
    ProcessId: process.pid,
    UserTime100ns: process.user100ns,
  };
}

/** Unix time in 100 ns as RFC 3339 with seven digits. */
function timestamp(unix100ns: bigint): string {
  const seconds = new Date(Number(unix100ns / 10_000n)).toISOString().slice(0, 19);
  return `${seconds}.${(unix100ns % 10_000_000n).toString().padStart(7, '0')}Z`;
}
