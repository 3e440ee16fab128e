/** container/*: the lifecycle. */
import * as t from 'io-ts';
import { ContainerDetail, ContainerSummary, NameValue, Status } from '../../core/model/container.js';
import { always, Empty, ExitReport, Milliseconds, OutputStream, StartedStdio, stdioOptions } from './common.js';
import { fields, integer, request, words } from './define.js';

const id = { id: t.string };
const execId = { execId: t.string };

/** `init` when absent. */
export const WaitFor = words('init', 'container');

export const ProcessItem = fields(
  {
    pid: t.number,
    imageName: t.string,
    createdAt: t.union([t.string, t.null]),
    userTime100ns: t.number,
    kernelTime100ns: t.number,
    memoryCommitBytes: t.number,
    memoryWorkingSetPrivateBytes: t.number,
    memoryWorkingSetSharedBytes: t.number,
    processId: t.union([t.string, t.null]),
  },
  {},
  'ProcessItem',
);

export const StatsReport = fields(
  {
    id: t.string,
    readAt: t.string,
    containerStartedAt: t.union([t.string, t.null]),
    uptime100ns: t.number,
    memory: t.strict({ commitBytes: t.number, commitPeakBytes: t.number, privateWorkingSetBytes: t.number }),
    processor: t.strict({ total100ns: t.number, user100ns: t.number, kernel100ns: t.number }),
    storage: t.strict({ readCount: t.number, readBytes: t.number, writeCount: t.number, writeBytes: t.number }),
    network: t.array(
      t.strict({
        endpointId: t.string,
        bytesReceived: t.number,
        bytesSent: t.number,
        packetsReceived: t.number,
        packetsSent: t.number,
        droppedIncoming: t.number,
        droppedOutgoing: t.number,
      }),
    ),
  },
  {},
  'StatsReport',
);

export const PlanHost = fields({ build: integer(0), cpus: integer(1), directories: t.array(t.string) }, {}, 'PlanHost');

export const PlanReport = fields(
  { container: t.strict({ document: t.string }), warnings: t.array(t.string) },
  { process: t.strict({ document: t.string }) },
  'PlanReport',
);

export const RestoreReport = fields(
  { id: t.string, outcome: words('running', 'stopped', 'terminated', 'gone', 'failed') },
  { exit: ExitReport, error: t.string },
  'RestoreReport',
);

/** A piece of a log. Exactly one of `text` (whole UTF-8) and `base64` is there. */
export const LogItem = fields(
  { stream: OutputStream, time: t.string, offset: t.number },
  { text: t.string, base64: t.string },
  'LogItem',
);

export const LogsParams = fields(
  id,
  {
    ...execId,
    /** Only the last so many lines of both streams. */
    tail: integer(0),
    /** RFC 3339: only what was written at or after it. */
    since: t.string,
    /** Go on with what is written from now on: `logs/chunk` by credit, then `stream/end`. */
    follow: t.boolean,
    /** Items always carry their time; kept for symmetry with the command line. */
    timestamps: t.boolean,
    /** `base64`: always base64. `text` (default): text where the bytes are UTF-8. */
    encoding: words('text', 'base64'),
    /** Bytes of log in one answer; default 1 MiB. */
    maxBytes: integer(1, 8 * 1024 * 1024),
    /** `next` of an earlier answer: continue there. */
    after: t.string,
    /** With follow: bytes that may be sent before the first `stream/credit`. */
    credit: integer(0),
    ...always,
  },
  'LogsParams',
);

export const LogsResult = fields(
  {
    items: t.array(LogItem),
    /** Pass it as `after` to go on from here. */
    next: t.string,
    /** More is kept than fitted into this answer. */
    truncated: t.boolean,
    /** Bytes that log rotation took before they could be read, since `after`. */
    droppedBytes: t.number,
  },
  { streamId: t.string },
  'LogsResult',
);

export const containerMethods = {
  'container/create': request(
    'Creates and starts the compute system; init is made by `container/start`. Rolled back when a step fails.',
    fields(
      { spec: t.UnknownRecord },
      {
        ...id,
        builtinBase: t.boolean,
        owner: t.string,
        labels: t.array(NameValue),
        bundle: t.string,
        layer: t.string,
        network: t.string,
        runtimeOptions: t.unknown,
        ...always,
      },
    ),
    fields({ id: t.string }, { warnings: t.array(t.string) }),
    { cli: 'create', operations: 4 },
  ),
  'container/start': request(
    'Creates init.',
    fields(id, { ...stdioOptions, ...always }),
    fields({ pid: t.number }, { stdio: StartedStdio }),
    { cli: 'start', operations: 3 },
  ),
  'container/exec': request(
    'Runs a further process. `inherit`: over the environment and user of init; else it has only those of `process`.',
    fields({ ...id, process: t.UnknownRecord }, { ...execId, inherit: t.boolean, ...stdioOptions, ...always }),
    fields({ execId: t.string, pid: t.number }, { stdio: StartedStdio }),
    { cli: 'exec', operations: 2 },
  ),
  'container/kill': request(
    'init: KILL terminates, any other signal asks for shutdown; an exec: any signal ends it. Already stopped is success.',
    fields(id, { ...execId, signal: t.union([t.string, t.number]), ...always }),
    Empty,
    { cli: 'kill', operations: 1 },
  ),
  'container/stop': request(
    'Shutdown, then terminate; answers when the container is stopped. Here `timeoutMs` is the time between the two (default 10 s), unless `graceMs` says it.',
    fields(id, { graceMs: integer(0, 2_147_483_647), timeoutMs: Milliseconds, workDoneToken: always.workDoneToken }),
    ExitReport,
    { cli: 'stop', operations: 3 },
  ),
  'container/pause': request('Hyper-V isolation only.', fields(id, always), Empty, { cli: 'pause', operations: 1 }),
  'container/resume': request('Hyper-V isolation only.', fields(id, always), Empty, { cli: 'resume', operations: 1 }),
  'container/wait': request(
    'Answers at the end of the container (default), of init (`for: "init"`), or of an exec. `tether` is for a program in the foreground: when this connection is lost before the answer, the process is ended (`kill`), or the container removed (`delete`); not when the request is cancelled, nor when the engine ends. `output`: bytes of each stream, if the end of all of them was seen: who has read so many by private pipe has read all.',
    fields(id, { ...execId, for: WaitFor, tether: words('kill', 'delete'), ...always }),
    ExitReport,
    { cli: 'wait' },
  ),
  'container/delete': request(
    '`created` is shut down first; running or paused is failedPrecondition unless `force` (kill, wait, delete).',
    fields(id, { force: t.boolean, ...always }),
    Empty,
    { cli: 'delete', operations: 4 },
  ),
  'container/deleteTask': request(
    'Exit code and time of an ended container; the record stays.',
    fields(id, always),
    ExitReport,
    { cli: 'delete-task', operations: 2 },
  ),
  'container/list': request(
    'All containers of this home; `all` adds compute systems that others created. `statuses` and `prefix` (of the id, in any case) leave only some. With `lines` the answer is `lines` instead of `items`, which is empty: a line for each, `ID<TAB>TOOLTIP<LF>`, for menus.',
    fields({}, { all: t.boolean, statuses: t.array(Status), prefix: t.string, lines: t.boolean, ...always }),
    fields({ items: t.array(ContainerSummary) }, { warnings: t.array(t.string), lines: t.string }),
    { cli: 'list' },
  ),
  'container/state': request('One container: the list item and more.', fields(id, always), ContainerDetail, {
    cli: 'state',
  }),
  'container/processes': request(
    'Processes inside a container.',
    fields(id, always),
    fields({ items: t.array(ProcessItem) }, {}),
    { cli: 'top' },
  ),
  'container/stats': request('Figures of now.', fields(id, always), StatsReport, { cli: 'stats' }),
  'container/logs': request('What a process has written, in order of time.', LogsParams, LogsResult, { cli: 'logs' }),
  'container/update': request(
    'v1 can update only the network; anything else is `unsupported`.',
    fields({ ...id, resources: t.unknown }, always),
    Empty,
    { cli: 'update', operations: 1 },
  ),
  'container/checkpoint': request('Always `unsupported`, with its reason.', fields(id, always), Empty, {
    cli: 'checkpoint',
  }),
  'container/plan': request(
    'The exact documents that HCS would be given, without touching HCS.',
    fields(
      { spec: t.UnknownRecord },
      {
        host: PlanHost,
        id: t.string,
        builtinBase: t.boolean,
        owner: t.string,
        layer: t.string,
        network: t.string,
        runtimeOptions: t.unknown,
        exec: t.UnknownRecord,
        ...always,
      },
    ),
    PlanReport,
    { cli: 'plan' },
  ),
  'container/restore': request(
    'Takes up recorded containers again (`reattach`, default) or ends them (`terminate`).',
    fields({}, { ...id, policy: words('reattach', 'terminate'), ...always }),
    fields({ items: t.array(RestoreReport) }, {}),
    { cli: 'restore', operations: 4 },
  ),
};
