/**
 * What `list` and `state` tell about a container. The record on disk is in `record.ts`.
 */
import * as t from 'io-ts';

/** Public status of a container (design 7). */
export const Status = t.keyof(
  { created: null, running: null, paused: null, stopping: null, stopped: null, lost: null, failed: null },
  'Status',
);
export type Status = t.TypeOf<typeof Status>;

export const Isolation = t.keyof({ process: null, hyperv: null }, 'Isolation');
export type Isolation = t.TypeOf<typeof Isolation>;

/** A name and value: never an object with user-chosen keys, which PowerShell cannot hold (keys differing by case, empty keys). */
export const NameValue = t.strict({ name: t.string, value: t.string }, 'NameValue');
export type NameValue = t.TypeOf<typeof NameValue>;

/** One item of `list`. Times are RFC 3339 UTC or null; `pid` is 0 until init runs. */
export const ContainerSummary = t.intersection(
  [
    t.strict({
      id: t.string,
      status: Status,
      isolation: Isolation,
      pid: t.number,
      createdAt: t.string,
      startedAt: t.union([t.string, t.null]),
      exitedAt: t.union([t.string, t.null]),
      exitCode: t.union([t.number, t.null]),
      owner: t.string,
      labels: t.array(NameValue),
    }),
    t.partial({
      /** Why `exitCode` is null although the container has ended. */
      exitUnknown: t.string,
      /** Present and true on a compute system that this home did not create (`list --all`). */
      foreign: t.boolean,
    }),
  ],
  'ContainerSummary',
);
export type ContainerSummary = t.TypeOf<typeof ContainerSummary>;

export const ExecSummary = t.intersection(
  [
    t.strict({
      execId: t.string,
      pid: t.number,
      status: t.keyof({ starting: null, running: null, stopped: null }),
      startedAt: t.union([t.string, t.null]),
      exitedAt: t.union([t.string, t.null]),
      exitCode: t.union([t.number, t.null]),
    }),
    t.partial({ exitUnknown: t.string }),
  ],
  'ExecSummary',
);
export type ExecSummary = t.TypeOf<typeof ExecSummary>;

/**
 * The program that a container was made for. Of its environment the names alone: values are secrets. `commandLine` is what Windows is
 * given; a Linux container has `args`.
 */
export const ProgramDetail = t.intersection(
  [
    t.strict({ cwd: t.string, terminal: t.boolean, environment: t.array(t.string) }),
    t.partial({ commandLine: t.string, args: t.array(t.string), user: t.string }),
  ],
  'ProgramDetail',
);
export type ProgramDetail = t.TypeOf<typeof ProgramDetail>;

/** The answer of `state`: the list item and more. */
export const ContainerDetail = t.intersection(
  [
    ContainerSummary,
    t.strict({
      epoch: t.string,
      bundle: t.union([t.string, t.null]),
      annotations: t.array(NameValue),
      execs: t.array(ExecSummary),
      lastError: t.union([t.string, t.null]),
    }),
    t.partial({
      /** Absent where the record has no process document. */
      program: ProgramDetail,
      /** Absent where none was given: HCS makes one up. */
      hostname: t.string,
    }),
  ],
  'ContainerDetail',
);
export type ContainerDetail = t.TypeOf<typeof ContainerDetail>;
