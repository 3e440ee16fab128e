/** What `list` and `state` tell, from the record alone: they never wait for a container. */
import type { ContainerDetail, ContainerSummary, ExecSummary, ProgramDetail } from '../model/container.js';
import type { ContainerRecord } from '../model/record.js';
import type { Cell } from './cell.js';

const PUBLIC_STATUS = {
  creating: 'created',
  created: 'created',
  starting: 'created',
  running: 'running',
  paused: 'paused',
  stopping: 'stopping',
  stopped: 'stopped',
  lost: 'lost',
  failed: 'failed',
} as const;

export function summaryOf(record: ContainerRecord): ContainerSummary {
  const { state } = record;
  const exit = state.kind === 'stopped' ? state.exit : null;
  return {
    id: record.id,
    status: PUBLIC_STATUS[state.kind],
    isolation: record.isolation,
    pid: 'pid' in state ? state.pid : 0,
    createdAt: record.createdAt,
    startedAt: 'startedAt' in state ? state.startedAt : null,
    exitedAt: exit?.exitedAt ?? (state.kind === 'failed' ? state.failedAt : null),
    exitCode: exit?.exitCode ?? null,
    ...(exit !== null && 'exitUnknown' in exit ? { exitUnknown: exit.exitUnknown } : {}),
    owner: record.owner,
    labels: record.labels,
  };
}

/** What a process document tells of its program, but for the values of the environment. */
interface Parameters {
  readonly CommandLine?: string;
  readonly CommandArgs?: readonly string[];
  readonly User?: string;
  readonly Environment?: Readonly<Record<string, string>>;
}

function programOf({ process }: ContainerRecord): ProgramDetail | undefined {
  if (process.document === null) return undefined;
  const { CommandLine, CommandArgs, User, Environment } = JSON.parse(process.document) as Parameters;
  return {
    ...(CommandLine === undefined ? {} : { commandLine: CommandLine }),
    ...(CommandArgs === undefined ? {} : { args: [...CommandArgs] }),
    cwd: process.cwd,
    ...(User === undefined ? {} : { user: User }),
    terminal: process.terminal,
    environment: Object.keys(Environment ?? {}),
  };
}

export function detailOf(cell: Cell): ContainerDetail {
  const { record } = cell;
  const { state } = record;
  const program = programOf(record);
  return {
    ...summaryOf(record),
    ...(program === undefined ? {} : { program }),
    ...(typeof record.hostname === 'string' ? { hostname: record.hostname } : {}),
    epoch: record.epoch,
    bundle: record.bundle,
    annotations: record.annotations,
    execs: [...record.execs.map(execOf), ...adding(cell)],
    lastError: state.kind === 'failed' ? state.reason : state.kind === 'lost' ? state.reason : record.lastError,
  };
}

function execOf(exec: ContainerRecord['execs'][number]): ExecSummary {
  return {
    execId: exec.execId,
    pid: exec.pid,
    status: exec.exit === null ? 'running' : 'stopped',
    startedAt: exec.startedAt,
    exitedAt: exec.exit?.exitedAt ?? null,
    exitCode: exec.exit?.exitCode ?? null,
    ...(exec.exit !== null && 'exitUnknown' in exec.exit ? { exitUnknown: exec.exit.exitUnknown } : {}),
  };
}

const adding = (cell: Cell): readonly ExecSummary[] =>
  [...cell.execs.values()]
    .filter((exec) => exec.state.kind === 'adding')
    .map((exec) => ({ execId: exec.id, pid: 0, status: 'starting', startedAt: null, exitedAt: null, exitCode: null }));
