/** What a conformance check is. Checks know only the contracts of the command line and of JSON-RPC, no internals. */
import type { Target } from './target.js';

/** What a target must have for a check to mean anything; a check whose need is missing says skipped, and why. */
export type Need = 'container' | 'hyperv' | 'network' | 'simulator';

export interface Check {
  /** Stable name, `group/what-is-checked`. */
  readonly id: string;
  /** What a pass proves, one sentence. */
  readonly proves: string;
  /** Where the expected behaviour comes from. */
  readonly source: string;
  readonly needs: readonly Need[];
  run(target: Target): Promise<void>;
}

/** Makes the checks of one group: ids get the group's name in front, needs are shared. */
export function group(
  name: string,
  needs: readonly Need[],
  checks: readonly (readonly [id: string, proves: string, source: string, run: (target: Target) => Promise<void>])[],
): readonly Check[] {
  return checks.map(([id, proves, source, run]) => ({ id: `${name}/${id}`, proves, source, needs, run }));
}
