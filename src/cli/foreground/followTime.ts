/** `--timeout` of what follows: it bounds the whole. What was asked for is no failure: no document, a line on stderr, and a status. */
import { ERROR_TABLE } from '../../core/errors.js';
import type { Context } from '../context.js';
import { status, type Outcome } from '../output/outcome.js';

export interface FollowTime {
  /** Aborted at Ctrl+C, and when the time is over. */
  readonly signal: AbortSignal;
  /** Whether it ended because the time is over: then that is told, and this is the outcome. */
  readonly outcome: () => Outcome | undefined;
}

export function followTime({ globals: { timeout }, signal, host }: Context): FollowTime {
  if (timeout === undefined) return { signal, outcome: () => undefined };
  const over = AbortSignal.timeout(timeout);
  return {
    signal: AbortSignal.any([signal, over]),
    outcome: () => {
      if (signal.aborted || !over.aborted) return undefined;
      host.stderr.write(`hcs: followed for ${timeout} ms, the time of --timeout\n`);
      return status(ERROR_TABLE.timeout.status);
    },
  };
}
