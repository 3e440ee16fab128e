/** stream/*: bytes of a process, pulled by credit (design 8). */
import * as t from 'io-ts';
import { always, Empty, OutputStream, StdStream } from './common.js';
import { LogItem } from './container.js';
import { fields, integer, notification, request, words } from './define.js';

const streamId = { streamId: t.string };

export const streamMethods = {
  'stream/open': request(
    'stdout and stderr: from the log, at the byte `from` (default 0) or `"end"`, that is what is written after the answer at the latest; with `foreground: true` from the private pipe of a start or exec of this connection, with back-pressure to the program. stdin: one writer, of a process whose start or exec asked for it: this connection, or any other once the connection that asked is over and has not opened it. `credit` in the answer: bytes of stdin that may be sent now.',
    fields(
      { id: t.string, stream: StdStream },
      {
        execId: t.string,
        from: t.union([integer(0), words('end')]),
        foreground: t.boolean,
        /** Bytes that may be sent before the first `stream/credit`; default 0. */
        credit: integer(0),
        ...always,
      },
    ),
    fields(streamId, { credit: t.number }),
    { cli: 'attach' },
  ),
  'stream/credit': request(
    'Lets the host send so many bytes more.',
    fields({ ...streamId, bytes: integer(1) }, always),
    Empty,
    { unanswered: true },
  ),
  'stream/data': request(
    'Bytes for stdin. As a request it is answered when the program side has taken them; as a notification keep within the credit that the host gives.',
    fields({ ...streamId, data: t.string }, always),
    Empty,
    { unanswered: true },
  ),
  'stream/close': request(
    'stdin: end of input, or, with `keep`, none: it stays open for another writer, as it does when the connection of somebody who attached breaks. Others: no data follows the answer.',
    fields(streamId, { ...always, keep: t.boolean }),
    Empty,
    { unanswered: true },
  ),
};

export const streamNotifications = {
  'stream/data': notification(
    'both',
    'Bytes in base64; `offset` is the place of the first one within its stream.',
    fields({ ...streamId, data: t.string }, { offset: t.number }),
  ),
  'stream/gap': notification(
    'host',
    'Bytes that log rotation took before this client had read them.',
    fields({ ...streamId, droppedBytes: t.number }, { stream: OutputStream }),
  ),
  'stream/end': notification(
    'host',
    'The last message of a stream; `bytes` is its length in all (dropped bytes included). `error`: cut off, and why.',
    fields({ ...streamId, bytes: t.number }, { error: t.string }),
  ),
  'stream/credit': notification(
    'both',
    'Bytes of stdin that the client may send more.',
    fields({ ...streamId, bytes: t.number }, {}),
  ),
  'logs/chunk': notification(
    'host',
    'New pieces of a log followed by `container/logs {follow: true}`.',
    fields({ ...streamId, items: t.array(LogItem) }, {}),
  ),
};
