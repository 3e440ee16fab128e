/** Codecs that several messages share. */
import * as t from 'io-ts';
import { Exit } from '../../core/model/exit.js';
import { fields, integer, words } from './define.js';

/** Milliseconds; up to what a timer can hold (24.8 days). */
export const Milliseconds = integer(1, 2_147_483_647);

/** Bound of each HCS operation that the request needs; absent: the operation's own default. */
export const timeout = { timeoutMs: Milliseconds };

/** A progress token: when given, the host reports `$/progress {token, value}` until the answer. */
export const ProgressToken = t.union([t.string, t.number]);

/** What every request may carry besides its own parameters. */
export const always = { ...timeout, workDoneToken: ProgressToken };

export const OutputStream = words('stdout', 'stderr');
export const StdStream = words('stdin', 'stdout', 'stderr');

/** What the caller of start and exec will hold itself. */
export const stdioOptions = {
  /** Keep stdin open. Otherwise it is closed as soon as the process runs. */
  stdin: t.boolean,
  /** Streams that the caller reads with back-pressure (private pipe, or `stream/open {foreground: true}`). */
  foreground: t.array(OutputStream),
};

/** Connect to `path` (Unix socket, named pipe), write the 64 characters of `token`, then raw bytes follow. One reader, once. */
export const PrivatePipe = t.strict({ path: t.string, token: t.string }, 'PrivatePipe');

/** Only useful on the host's machine; others use `stream/open`. */
export const StartedStdio = fields(
  {},
  { stdin: PrivatePipe, stdout: PrivatePipe, stderr: PrivatePipe },
  'StartedStdio',
);

export const ExitReport = t.intersection(
  [
    Exit,
    fields(
      { exitedAt: t.string },
      {
        /** When the process had started; absent where none has, or it is not known. */
        startedAt: t.string,
        output: fields({}, { stdout: t.number, stderr: t.number }),
      },
    ),
  ],
  'ExitReport',
);

/** An answer with nothing to say; members may be added. */
export const Empty = t.strict({}, 'Empty');
