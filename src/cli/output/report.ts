/** Tells a failure in the manner that fits, and answers the exit status. */
import { asciiJson } from '../../core/json/ascii.js';
import { exitStatusOf, RuntimeError, toRuntimeError } from '../../core/errors.js';
import { failureDocument, failureLine } from './failure.js';
import type { Mode } from './render.js';
import type { Sink } from './style.js';
import { isClosedPipe, write } from './write.js';

export interface FailureManner {
  readonly mode: Mode;
  /** False where stdout belongs to a program: then stderr alone tells. */
  readonly document: boolean;
  readonly verbose?: boolean;
  /** Status of our own failures beside a program (125 for run and exec), but for bad requests; absent: by ERROR_TABLE. */
  readonly own?: number | undefined;
  /** What to do about a bad request that says nothing better itself. */
  readonly hint?: string;
}

function withHint(error: RuntimeError, hint: string | undefined): RuntimeError {
  if (error.code !== 'invalidRequest' || error.details.hint !== undefined || hint === undefined) return error;
  return new RuntimeError(error.code, error.message, { ...error.details, hint }, { cause: error });
}

/** `e` on stdout as a document (json, ndjson) and on stderr as one line. A reader that went away changes nothing. */
export async function reportFailure(
  e: unknown,
  manner: FailureManner,
  host: { readonly stdout: Sink; readonly stderr: Sink },
): Promise<number> {
  const error = withHint(toRuntimeError(e), manner.hint);
  const document = error.toDocument();
  const attempts = [];
  if (manner.document && (manner.mode === 'json' || manner.mode === 'ndjson')) {
    attempts.push(write(host.stdout, `${asciiJson(failureDocument(error))}\n`));
  }
  attempts.push(write(host.stderr, `${failureLine(document)}\n`));
  if (manner.verbose === true && error.code === 'internal' && error.stack !== undefined) {
    attempts.push(write(host.stderr, `${error.stack}\n`));
  }
  for (const attempt of await Promise.allSettled(attempts)) {
    if (attempt.status === 'rejected' && !isClosedPipe(attempt.reason)) throw attempt.reason;
  }
  const own = error.code === 'processCannotStart' || error.code === 'invalidRequest' ? undefined : manner.own;
  return own ?? exitStatusOf(document);
}
