/** Tells a failure in the manner that fits, and answers the exit status. */
import { asciiJson } from '../../core/json/ascii.js';
import { exitStatusOf, toRuntimeError, type ErrorDocument } from '../../core/errors.js';
import { advice } from './advice.js';
import { failureDocument, failureLine } from './failure.js';
import type { Mode } from './render.js';
import type { Sink } from './style.js';
import { write } from './write.js';

export interface FailureManner {
  readonly mode: Mode;
  /** False where stdout belongs to a program: then stderr alone tells. */
  readonly document: boolean;
  readonly verbose?: boolean;
  /** Status of our own failures beside a program (125 for run and exec), but for bad requests; absent: by ERROR_TABLE. */
  readonly own?: number | undefined;
  /** What to do about a bad request that says nothing better itself. */
  readonly hint?: string;
  /** The verb that failed; absent when none was understood. */
  readonly verb?: string;
}

/** Failures of `run` and `exec` that keep their own status: of the program, of the request, of somebody's Ctrl+C. */
const TOLD_APART: ReadonlySet<ErrorDocument['code']> = new Set(['processCannotStart', 'invalidRequest', 'cancelled']);

function hintFor(error: ErrorDocument, manner: FailureManner): string | undefined {
  if (error.hint !== undefined) return error.hint;
  return error.code === 'invalidRequest' ? manner.hint : advice(error, manner.verb);
}

/** `e` on stdout as a document (json, ndjson) and on stderr as one line. What cannot be written changes nothing. */
export async function reportFailure(
  e: unknown,
  manner: FailureManner,
  host: { readonly stdout: Sink; readonly stderr: Sink },
): Promise<number> {
  const error = toRuntimeError(e);
  const failure = failureDocument(error);
  const hint = hintFor(failure.error, manner);
  const document = { ...failure.error, ...(hint === undefined ? {} : { hint }) };
  const attempts = [];
  if (manner.document && (manner.mode === 'json' || manner.mode === 'ndjson')) {
    attempts.push(write(host.stdout, `${asciiJson({ ...failure, error: document })}\n`));
  }
  attempts.push(write(host.stderr, `${failureLine(document)}\n`));
  if (manner.verbose === true && error.code === 'internal' && error.stack !== undefined) {
    attempts.push(write(host.stderr, `${error.stack}\n`));
  }
  // Where even that cannot be written, the status is all that is left.
  await Promise.allSettled(attempts);
  return (TOLD_APART.has(error.code) ? undefined : manner.own) ?? exitStatusOf(document);
}
