/**
 * The container record on disk: everything that must survive the engine. Schema version first, from day one.
 */
import * as t from 'io-ts';
import { Exit } from './exit.js';
import { Isolation, NameValue } from './container.js';

export const RECORD_VERSION = 1 as const;

const nullable = <C extends t.Mixed>(codec: C) => t.union([codec, t.null]);

/** How a process ended, and when that was seen (RFC 3339 UTC). */
export const TimedExit = t.intersection([Exit, t.strict({ exitedAt: t.string })], 'TimedExit');
export type TimedExit = t.TypeOf<typeof TimedExit>;

/** A shutdown that HCS has accepted. `at`: RFC 3339 UTC; `graceMs`: how long it may take, null when nobody has said so. */
export const AcceptedShutdown = t.strict({ at: t.string, graceMs: nullable(t.number) }, 'AcceptedShutdown');
export type AcceptedShutdown = t.TypeOf<typeof AcceptedShutdown>;

const runs = { pid: t.number, startedAt: t.string };

/** Why it ends, and what HCS has accepted so far for it. `shutdown`: the first; absent in records of earlier builds. */
const asked = [
  t.type({ cause: t.string, terminateSent: t.boolean }),
  t.partial({ shutdown: nullable(AcceptedShutdown) }),
] as const;

/** What `lost` has whatever it was before. */
const unreachable = { kind: t.literal('lost'), pid: t.number, reason: t.string };

/** `from`: the state to which a reopened container returns. */
const Lost = t.union([
  t.strict({ ...unreachable, from: t.literal('created'), startedAt: t.null, initExit: t.null }),
  t.strict({ ...unreachable, from: t.literal('running'), startedAt: t.string, initExit: t.null }),
  t.strict({ ...unreachable, from: t.literal('paused'), startedAt: t.string, initExit: t.null }),
  t.exact(
    t.intersection([
      t.type({
        ...unreachable,
        from: t.literal('stopping'),
        startedAt: nullable(t.string),
        initExit: nullable(TimedExit),
      }),
      // Absent in records of earlier builds.
      t.partial({ ending: t.exact(t.intersection([...asked])) }),
    ]),
  ),
]);

/** States as stored: each has only the fields that exist in it (core/lifecycle/container.ts holds the transitions). */
export const StoredState = t.union([
  t.strict({ kind: t.literal('creating') }),
  t.strict({ kind: t.literal('created') }),
  t.strict({ kind: t.literal('starting') }),
  t.strict({ kind: t.literal('running'), ...runs }),
  t.strict({ kind: t.literal('paused'), ...runs }),
  t.exact(
    t.intersection([
      t.type({
        kind: t.literal('stopping'),
        pid: t.number,
        startedAt: nullable(t.string),
        /** Init's exit when it is already known. */
        initExit: nullable(TimedExit),
      }),
      ...asked,
    ]),
  ),
  t.strict({
    kind: t.literal('stopped'),
    pid: t.number,
    startedAt: nullable(t.string),
    exit: TimedExit,
  }),
  Lost,
  t.strict({
    kind: t.literal('failed'),
    reason: t.string,
    failedAt: t.string,
    /** What the roll-back could not undo, in words; empty when nothing is left. */
    leftovers: t.array(t.string),
  }),
]);
export type StoredState = t.TypeOf<typeof StoredState>;

export const ExecRecord = t.strict({
  execId: t.string,
  /** Name under which its log lies: an exec id may be used again, its log may not. */
  logId: t.string,
  terminal: t.boolean,
  pid: t.number,
  startedAt: nullable(t.string),
  exit: nullable(TimedExit),
});
export type ExecRecord = t.TypeOf<typeof ExecRecord>;

/** What was made for a container and goes with it. Written before it is made: what is named here may not be there (yet). */
export const ContainerResources = t.exact(
  t.partial({
    /** Scratch layer folder, its parents nearest first, and whether it is mounted on the host (process isolation). */
    scratch: t.strict({ folder: t.string, parents: t.array(t.string), mounted: t.boolean }),
    /** HNS endpoint: its name, which is ours alone, and its id once it is known. */
    endpoint: t.strict({ name: t.string, id: nullable(t.string) }),
  }),
  'ContainerResources',
);
export type ContainerResources = t.TypeOf<typeof ContainerResources>;

const Required = t.type({
  version: t.literal(RECORD_VERSION),
  id: t.string,
  epoch: t.string,
  /** Sequence of the last event of this epoch. */
  sequence: t.number,
  state: StoredState,
  isolation: Isolation,
  /** Linux container on Windows. */
  lcow: t.boolean,
  owner: t.string,
  labels: t.array(NameValue),
  annotations: t.array(NameValue),
  bundle: nullable(t.string),
  createdAt: t.string,
  /** Init's process parameters, as text, and what exec inherits. Environment is inside: the store is 0600, and `state` tells names alone. */
  process: t.strict({ document: nullable(t.string), cwd: t.string, terminal: t.boolean }),
  /** Proof of ownership: written before the system is started, where HCS gives one. */
  runtimeId: nullable(t.string),
  execs: t.array(ExecRecord),
  lastError: nullable(t.string),
});

export const ContainerRecord = t.exact(
  // Absent in records of earlier builds.
  t.intersection([
    Required,
    t.partial({
      resources: nullable(ContainerResources),
      /** Host name of the spec. */
      hostname: nullable(t.string),
      /** Proof of ownership where HCS gives no RuntimeId: ContainerStartTime, as HCS writes it. */
      systemStartedAt: nullable(t.string),
    }),
  ]),
  'ContainerRecord',
);
export type ContainerRecord = t.TypeOf<typeof ContainerRecord>;
