/** initialize to exit, as in LSP. */
import * as t from 'io-ts';
import { always, Empty, ProgressToken } from './common.js';
import { fields, integer, notification, request, words } from './define.js';

/** What a client can take; absent means no. */
export const ClientCapabilities = fields(
  {},
  {
    events: fields(
      {},
      {
        /** Send `events/batch` instead of one `events/event` each. */
        batch: t.boolean,
      },
    ),
  },
  'ClientCapabilities',
);

export const InitializeParams = fields(
  {
    /** Protocol versions that the client speaks, in any order; the host picks the highest that it speaks too. */
    protocolVersions: t.array(integer(0)),
  },
  {
    /** The host ends (serve --stdio) when this process dies; null: not watched. */
    processId: t.union([integer(0, 4_294_967_295), t.null]),
    clientInfo: fields(
      { name: t.string },
      {
        version: t.string,
        /** Version of `hostcompute/client` that the client is made with: an older engine that is in use says so in `warnings`. */
        hostcompute: t.string,
      },
    ),
    capabilities: ClientCapabilities,
    ...always,
  },
  'InitializeParams',
);

export const HostCapabilities = fields(
  {
    events: t.strict({ batch: t.boolean, resync: t.boolean }),
    streams: t.strict({ stdin: t.boolean, foreground: t.boolean, privatePipes: t.boolean }),
    cancel: t.boolean,
    progress: t.boolean,
  },
  {},
  'HostCapabilities',
);

export const ServerInfo = fields({ name: t.string, version: t.string, pid: t.number }, {}, 'ServerInfo');

export const InitializeResult = fields(
  { protocolVersion: t.number, serverInfo: ServerInfo, backend: t.string, capabilities: HostCapabilities },
  {
    /** For people, e.g. that a busy engine is older than the client. */
    warnings: t.array(t.string),
  },
  'InitializeResult',
);

export const sessionMethods = {
  initialize: request(
    'First request of a connection; everything else before it answers -32002.',
    InitializeParams,
    InitializeResult,
  ),
  shutdown: request(
    'Ends the session: only `exit` may follow. Containers and the engine live on.',
    fields({}, always),
    Empty,
  ),
  'rpc.discover': request('This protocol as an OpenRPC document.', fields({}, always), t.UnknownRecord),
};

export const sessionNotifications = {
  initialized: notification('client', 'The client has taken the answer of `initialize`. Optional.', fields({}, {})),
  exit: notification(
    'client',
    'Closes the connection; `serve --stdio` ends with 0 after `shutdown`, else 1.',
    fields({}, {}),
  ),
  '$/cancelRequest': notification(
    'client',
    'The request answers -32800 at once; what HCS still does is cleaned up when it returns.',
    fields({ id: t.union([t.string, t.number]) }, {}),
  ),
  '$/setTrace': notification(
    'client',
    'Turns `$/logTrace` on or off. Parameters are never traced: they may hold secrets.',
    fields({ value: words('off', 'messages', 'compact', 'verbose') }, {}),
  ),
  '$/logTrace': notification(
    'host',
    'One line for each request served.',
    fields({ message: t.string }, { verbose: t.string }),
  ),
  '$/progress': notification(
    'host',
    'Progress of a request that carried `workDoneToken`.',
    fields(
      {
        token: ProgressToken,
        value: fields(
          { kind: words('begin', 'report', 'end') },
          { title: t.string, message: t.string, percentage: integer(0, 100), elapsedMs: t.number },
        ),
      },
      {},
    ),
  ),
};
