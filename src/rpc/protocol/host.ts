/** host/* and engine/*: the machine and the process that serves. */
import * as t from 'io-ts';
import { always } from './common.js';
import { fields, request, words } from './define.js';

/** What a person or a script wants to know about the machine and the engine; made by whoever starts the host. */
export const HostInfo = fields(
  {
    name: t.string,
    version: t.string,
    pid: t.number,
    backend: words('hcs', 'simulator'),
    platform: t.string,
    arch: t.string,
    cpus: t.number,
    memoryBytes: t.number,
    home: t.string,
    node: t.string,
  },
  {
    /** Build number of Windows; absent elsewhere. */
    build: t.number,
    elevated: t.boolean,
    warnings: t.array(t.string),
  },
  'HostInfo',
);
export type HostInfo = t.TypeOf<typeof HostInfo>;

export const EngineStatus = fields(
  {
    running: t.boolean,
    pid: t.number,
    version: t.string,
    startedAt: t.string,
    backend: t.string,
    /** Connections, this one included. */
    clients: t.number,
  },
  { containers: t.number, home: t.string },
  'EngineStatus',
);
export type EngineStatus = t.TypeOf<typeof EngineStatus>;

export const SweepReport = fields(
  {
    items: t.array(
      t.strict({ kind: words('system', 'record', 'log', 'layer'), id: t.string, removed: t.boolean, why: t.string }),
    ),
  },
  {},
  'SweepReport',
);

export const hostMethods = {
  'host/info': request('The machine and the engine.', fields({}, always), HostInfo, { cli: 'info' }),
  'host/sweep': request(
    'Removes what nothing owns any more; `dryRun` only tells.',
    fields({}, { dryRun: t.boolean, ...always }),
    SweepReport,
    { cli: 'sweep', operations: 8 },
  ),
  'engine/status': request('The engine that answers.', fields({}, always), EngineStatus, { cli: 'engine status' }),
  'engine/stop': request(
    'The engine ends after this answer; containers live on. `force`: also when other clients are connected. `idle`: only when nothing runs in it either.',
    fields({}, { force: t.boolean, idle: t.boolean, ...always }),
    fields({ stopping: t.boolean }, {}),
    { cli: 'engine stop' },
  ),
};
