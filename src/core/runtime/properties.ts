/** Questions about a compute system: queries and what HCS answers (hcs-facts 3.4-3.8, 6). Unknown fields are ignored. */
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { RuntimeError } from '../errors.js';
import type { Core } from './core.js';
import type { LiveSystem } from './live.js';

/** HCS leaves out what is zero or empty. */
const Basic = t.partial({
  Id: t.string,
  State: t.string,
  SystemType: t.string,
  Owner: t.string,
  RuntimeId: t.string,
  RuntimeOsType: t.string,
  Stopped: t.boolean,
});
export type BasicProperties = t.TypeOf<typeof Basic>;

const amounts = <K extends string>(...names: readonly K[]): t.PartialC<Record<K, t.NumberC>> =>
  t.partial(Object.fromEntries(names.map((name) => [name, t.number])) as Record<K, t.NumberC>);

const Statistics = t.partial({
  Timestamp: t.string,
  ContainerStartTime: t.string,
  Uptime100ns: t.number,
  Memory: amounts('MemoryUsageCommitBytes', 'MemoryUsageCommitPeakBytes', 'MemoryUsagePrivateWorkingSetBytes'),
  Processor: amounts('TotalRuntime100ns', 'RuntimeUser100ns', 'RuntimeKernel100ns'),
  Storage: amounts('ReadCountNormalized', 'ReadSizeBytes', 'WriteCountNormalized', 'WriteSizeBytes'),
  Network: t.union([
    t.null,
    t.array(
      t.intersection([
        t.partial({ EndpointId: t.string, InstanceId: t.string }),
        amounts(
          'BytesReceived',
          'BytesSent',
          'PacketsReceived',
          'PacketsSent',
          'DroppedPacketsIncoming',
          'DroppedPacketsOutgoing',
        ),
      ]),
    ),
  ]),
});
export const StatisticsAnswer = t.partial({ Statistics });

export const ProcessListAnswer = t.partial({
  ProcessList: t.union([
    t.null,
    t.array(
      t.intersection([
        t.partial({ CreateTimestamp: t.string, ImageName: t.string }),
        amounts(
          'KernelTime100ns',
          'MemoryCommitBytes',
          'MemoryWorkingSetPrivateBytes',
          'MemoryWorkingSetSharedBytes',
          'ProcessId',
          'UserTime100ns',
        ),
      ]),
    ),
  ]),
});

export const EnumerateAnswer = t.array(Basic);

/** Reads an answer of HCS. `hcsFailure` when it is not of its shape. */
export function readAnswer<A>(codec: t.Type<A>, text: string | null, operation: string): A {
  const fail = (what: string): RuntimeError =>
    new RuntimeError('hcsFailure', `${operation}: HCS answered ${what}`, { phase: operation });
  if (text === null || text === '') throw fail('nothing');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw fail('what is not JSON');
  }
  const decoded = codec.decode(json);
  if (E.isLeft(decoded)) {
    const path = decoded.left[0]?.context.map((entry) => entry.key).join('.') ?? '';
    throw fail(`an unexpected document (at ${path === '' ? 'its top' : path})`);
  }
  return decoded.right;
}

const STARTED: ReadonlySet<string> = new Set(['Running', 'Paused', 'Stopped', 'SavedAsTemplate']);

const ZERO_GUID = '00000000-0000-0000-0000-000000000000';

export interface SystemState {
  readonly stopped: boolean;
  readonly paused: boolean;
  /** False: created, and not (wholly) started; HCS shows a blank state (field-notes F.3) or an unknown one (hcs-facts 6). */
  readonly started: boolean;
  /** null where HCS gives none. */
  readonly runtimeId: string | null;
  readonly owner: string | null;
}

/** Basic properties of a system that we hold. Rejects with HcsError or RuntimeError, within `quickCall`. */
export async function systemState(core: Core, id: string, system: LiveSystem): Promise<SystemState> {
  const operation = 'HcsGetComputeSystemProperties';
  const text = await core.quick(operation, id, core.deps.hcs.getComputeSystemProperties(system.token, '{}'));
  return stateOf(readAnswer(Basic, text, operation));
}

/** Go's zero time, which HCS clients write for "none". */
const ZERO_TIME = /^0001-01-01T/;

/** A time as HCS writes it; null when there is none. */
export const timeOf = (value: string | undefined): string | null =>
  value === undefined || ZERO_TIME.test(value) ? null : value;

/** ContainerStartTime of a system that we hold, as HCS writes it; null when it gives none. Bounded and rejecting likewise. */
export async function startTime(core: Core, id: string, system: LiveSystem): Promise<string | null> {
  const operation = 'HcsGetComputeSystemProperties';
  const query = '{"PropertyTypes":["Statistics"]}';
  const text = await core.quick(operation, id, core.deps.hcs.getComputeSystemProperties(system.token, query));
  return timeOf(readAnswer(StatisticsAnswer, text, operation).Statistics?.ContainerStartTime);
}

export function stateOf(properties: BasicProperties): SystemState {
  const runtimeId = properties.RuntimeId?.toLowerCase() ?? '';
  return {
    stopped: properties.Stopped === true || properties.State === 'Stopped',
    paused: properties.State === 'Paused',
    started: STARTED.has(properties.State ?? ''),
    owner: properties.Owner ?? null,
    runtimeId: runtimeId === '' || runtimeId === ZERO_GUID ? null : runtimeId,
  };
}
