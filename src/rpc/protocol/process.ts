/** process/*: init (no `execId`) or an exec. */
import * as t from 'io-ts';
import { always, Empty, ExitReport } from './common.js';
import { fields, integer, request } from './define.js';

const target = { id: t.string };
const execId = { execId: t.string };

export const processMethods = {
  'process/resize': request(
    'Size of the terminal in characters.',
    fields({ ...target, width: integer(1, 65_535), height: integer(1, 65_535) }, { ...execId, ...always }),
    Empty,
    { cli: 'resize', operations: 1 },
  ),
  'process/closeStdin': request('End of input for the program.', fields(target, { ...execId, ...always }), Empty, {
    cli: 'close-stdin',
    operations: 1,
  }),
  'process/signal': request(
    'As `container/kill`, but the signal must be named.',
    fields({ ...target, signal: t.union([t.string, t.number]) }, { ...execId, ...always }),
    Empty,
    { cli: 'kill', operations: 1 },
  ),
  'process/wait': request('Answers when the process has ended.', fields(target, { ...execId, ...always }), ExitReport, {
    cli: 'wait --for init',
  }),
  'process/log': request(
    'Where the log of a process lies on the host (docs/logs.md) and whether it is still written.',
    fields(target, { ...execId, ...always }),
    fields({ folder: t.string, open: t.boolean }, {}),
  ),
};
