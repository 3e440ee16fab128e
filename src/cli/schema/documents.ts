/** Every document that a verb prints, as a codec: what `hcs schema` shows, and what tests check real output against. */
import * as t from 'io-ts';
import { ErrorDocument } from '../../core/errorDocument.js';
import { ContainerDetail, ContainerSummary, ExecSummary } from '../../core/model/container.js';
import { HnsEndpoint, HnsNetwork } from '../../core/network/documents.js';
import { RuntimeEvent } from '../../core/model/event.js';
import { LogItem, ProcessItem, StatsReport } from '../../rpc/protocol/container.js';
import { ResyncEvent } from '../../rpc/protocol/events.js';

const id = { id: t.string };
const nullableString = t.union([t.string, t.null]);
const nullableNumber = t.union([t.number, t.null]);
const exit = t.intersection([
  t.type({ exitCode: nullableNumber, exitCodeHex: nullableString, exitedAt: t.string }),
  t.partial({ exitName: t.string, exitUnknown: t.string, execId: t.string, startedAt: t.string }),
]);
/** What the command line adds to an exit code. */
const spelling = t.intersection([t.type({ exitCodeHex: nullableString }), t.partial({ exitName: t.string })]);
const strings = t.array(t.string);
const items = (item: t.Mixed): t.Mixed => t.type({ items: t.array(item), warnings: strings });

/** Of several ids a list. */
const oneOrMore = (body: t.Mixed): t.Mixed => t.union([body, items(body)]);

const ran = t.intersection([
  t.type({ id: t.string, pid: t.number }),
  t.partial({
    execId: t.string,
    warnings: strings,
    exitCode: nullableNumber,
    exitCodeHex: nullableString,
    exitName: t.string,
    exitUnknown: t.string,
    startedAt: t.string,
    exitedAt: t.string,
    timedOut: t.boolean,
    /** Of a report: the exit status of the command, 124 when the program's time was over. */
    status: t.number,
    /** The signal at which the command ended the program. */
    interrupted: t.string,
    stdout: t.string,
    stderr: t.string,
    stdoutBase64: t.string,
    stderrBase64: t.string,
    stdoutBytes: t.number,
    stderrBytes: t.number,
    truncated: t.boolean,
  }),
]);

/** What `attach --report` writes. `left`: why it went away from a program that runs on. */
const attached = t.intersection([
  t.type(id),
  t.partial({
    execId: t.string,
    exitCode: nullableNumber,
    exitCodeHex: nullableString,
    exitName: t.string,
    exitUnknown: t.string,
    startedAt: t.string,
    exitedAt: t.string,
    timedOut: t.boolean,
    status: t.number,
    left: t.keyof({ stdin: null, timeout: null }),
  }),
]);

const OptionEntry = t.intersection([
  t.type({
    name: t.string,
    aliases: strings,
    kind: t.keyof({ flag: null, value: null, list: null }),
    describe: t.string,
  }),
  t.partial({ short: t.string, placeholder: t.string, choices: strings }),
]);
const CommandEntry = t.type({
  name: t.string,
  aliases: strings,
  describe: t.string,
  group: t.string,
  options: t.array(OptionEntry),
  positionals: t.array(
    t.intersection([
      t.type({ name: t.string, describe: t.string, kind: t.string, required: t.boolean, variadic: t.boolean }),
      t.partial({ choices: strings }),
    ]),
  ),
  halt: t.boolean,
  examples: t.array(t.type({ shell: t.string, line: t.string, about: t.string })),
  notes: strings,
});

const EngineStatus = t.intersection([
  t.type({
    running: t.boolean,
    pid: nullableNumber,
    version: nullableString,
    startedAt: nullableString,
    backend: nullableString,
    clients: t.number,
  }),
  t.partial({ containers: t.number, home: t.string }),
]);

const Restored = t.intersection([
  t.type({
    id: t.string,
    outcome: t.keyof({ running: null, stopped: null, terminated: null, gone: null, failed: null }),
  }),
  t.partial({
    exit: t.intersection([
      t.type({ exitCode: nullableNumber, exitedAt: t.string }),
      t.partial({ exitUnknown: t.string }),
    ]),
    error: t.string,
  }),
]);

const layerPath = t.type({ path: t.string });
const layerWithParents = t.type({ path: t.string, parents: strings });
const layerWithFolder = t.type({ path: t.string, folder: t.string, parents: strings });

const FoundLayer = t.type({
  path: t.string,
  source: t.string,
  parents: t.union([strings, t.null]),
  base: t.boolean,
  osBuild: nullableNumber,
  osVersion: nullableString,
  matches: t.union([t.boolean, t.null]),
  hasUtilityVM: t.boolean,
});
const LayerItem = t.type({
  path: t.string,
  kind: t.keyof({ scratch: null, base: null }),
  container: nullableString,
  exists: t.boolean,
  parents: t.union([strings, t.null]),
});
const NetworkItem = t.type({
  id: t.string,
  name: t.string,
  type: t.string,
  subnets: t.array(t.type({ addressPrefix: nullableString, gatewayAddress: nullableString })),
  hns: HnsNetwork,
});
const EndpointItem = t.type({
  id: t.string,
  name: t.string,
  networkId: t.string,
  networkName: t.string,
  ipAddress: nullableString,
  macAddress: nullableString,
  gatewayAddress: nullableString,
  state: t.string,
  containers: strings,
  hns: HnsEndpoint,
});

/** Bodies by noun: what stands beside `schema` and `ok`. Members may be added later, never taken away. */
export const BODIES: Readonly<Record<string, t.Mixed>> = {
  run: ran,
  exec: ran,
  attach: attached,
  create: t.type({ id: t.string, warnings: strings }),
  start: oneOrMore(t.type({ id: t.string, pid: t.number })),
  kill: oneOrMore(t.intersection([t.type({ id: t.string, signal: t.string }), t.partial({ execId: t.string })])),
  stop: oneOrMore(t.intersection([t.type(id), exit])),
  pause: oneOrMore(t.type(id)),
  resume: oneOrMore(t.type(id)),
  wait: oneOrMore(t.intersection([t.type(id), exit])),
  delete: oneOrMore(t.type(id)),
  'delete-task': oneOrMore(t.intersection([t.type(id), exit])),
  list: items(t.intersection([ContainerSummary, spelling])),
  state: t.intersection([
    ContainerDetail,
    spelling,
    t.type({ execs: t.array(t.intersection([ExecSummary, spelling])) }),
  ]),
  top: t.intersection([items(ProcessItem), t.type(id)]),
  stats: t.union([StatsReport, items(StatsReport)]),
  logs: t.intersection([items(LogItem), t.type(id)]),
  events: t.intersection([items(RuntimeEvent), t.type({ cursor: t.number, expired: t.boolean })]),
  resize: t.intersection([
    t.type({ id: t.string, width: t.number, height: t.number }),
    t.partial({ execId: t.string }),
  ]),
  'close-stdin': t.intersection([t.type(id), t.partial({ execId: t.string })]),
  update: t.type(id),
  restore: items(Restored),
  sweep: t.intersection([
    items(
      t.type({
        kind: t.keyof({ system: null, record: null, log: null, layer: null }),
        id: t.string,
        removed: t.boolean,
        why: t.string,
      }),
    ),
    t.type({ dryRun: t.boolean }),
  ]),
  'layer-id': items(t.type({ path: t.string, id: t.string })),
  'layer-find': t.intersection([items(FoundLayer), t.type({ hostBuild: t.number })]),
  'layer-list': items(LayerItem),
  'layer-scratch': layerWithParents,
  'layer-activate': layerPath,
  'layer-prepare': layerWithParents,
  'layer-mount-path': t.type({ path: t.string, mountPath: nullableString }),
  'layer-unprepare': layerPath,
  'layer-deactivate': layerPath,
  'layer-destroy': layerPath,
  'layer-import': layerWithFolder,
  'layer-export': layerWithFolder,
  'layer-grant': t.type({ path: t.string, vmId: t.string }),
  'network-list': items(NetworkItem),
  'network-create': NetworkItem,
  'network-delete': t.type(id),
  'endpoint-list': items(EndpointItem),
  'endpoint-create': EndpointItem,
  'endpoint-delete': t.type(id),
  plan: t.intersection([
    t.type({ container: t.type({ document: t.string }), warnings: strings }),
    t.partial({ process: t.type({ document: t.string }) }),
  ]),
  info: t.type({
    name: t.string,
    version: t.string,
    pid: t.number,
    backend: t.string,
    platform: t.string,
    home: t.string,
  }),
  doctor: t.intersection([
    t.type({
      checks: t.array(
        t.intersection([t.type({ name: t.string, ok: t.boolean, detail: t.string }), t.partial({ fix: t.string })]),
      ),
    }),
    t.partial({ bundle: t.type({ path: t.string, bytes: t.number }) }),
  ]),
  'engine-status': EngineStatus,
  'engine-start': EngineStatus,
  'engine-restart': EngineStatus,
  'engine-stop': t.type({ stopped: t.boolean }),
  'engine-logs': t.intersection([items(t.type({ line: t.string })), t.type({ file: t.string })]),
  'engine-uninstall': t.type({ stopped: t.boolean, purged: t.boolean, home: t.string }),
  'simulator-status': t.type({
    running: t.boolean,
    pid: nullableNumber,
    computeSystems: t.number,
    processes: t.number,
    handles: t.number,
    strings: t.number,
  }),
  'simulator-trace': items(t.type({ sequence: t.number, operation: t.string, hresult: nullableString, ms: t.number })),
  'simulator-fault': t.union([
    items(t.type({ id: t.number, struck: t.number, rule: t.UnknownRecord })),
    t.type({ id: t.number, rule: t.UnknownRecord }),
    t.type({ cleared: t.number }),
  ]),
  schema: t.type({ schemas: t.array(t.type({ noun: t.string, schema: t.UnknownRecord })) }),
  complete: items(t.type({ value: t.string, tooltip: t.string, kind: t.string })),
  completion: t.type({ shell: t.string, script: t.string }),
  help: t.type({ globals: t.array(OptionEntry), commands: t.array(CommandEntry) }),
  version: t.type({
    version: t.string,
    contractVersion: t.number,
    protocolVersions: t.array(t.number),
    node: t.string,
    platform: t.string,
    arch: t.string,
  }),
};

/** What a failing verb prints. */
export const ErrorBody: t.Mixed = t.intersection([
  t.type({ error: ErrorDocument }),
  // With several ids: each with its answer or its error.
  t.partial({
    items: t.array(t.intersection([t.type({ id: t.string, ok: t.boolean }), t.partial({ error: ErrorDocument })])),
  }),
]);
/** One line of `events --follow`, and of `logs --follow --json`: they have schemas of their own and no `ok`. */
export const LINES: Readonly<Record<string, t.Mixed>> = {
  event: t.union([RuntimeEvent, ResyncEvent]),
  log: LogItem,
};
