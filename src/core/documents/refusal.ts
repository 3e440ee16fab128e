/**
 * Collects what is wrong with a spec, so that a person sees all of it at once.
 */
import { invalidRequest, type Issue, type RuntimeError } from '../errors.js';
import { summary } from './decode.js';

/** An issue and what to do about it. */
export interface Refusal extends Issue {
  readonly hint?: string;
}

/** RuntimeError invalidRequest for these refusals; the hint is the first one's. */
export function refusal(refusals: readonly Refusal[]): RuntimeError {
  const issues = refusals.map(({ path, expected, got }) => ({ path, expected, got }));
  const hint = refusals.find((one) => one.hint !== undefined)?.hint;
  return invalidRequest(`HCS cannot be given this spec: ${summary(issues)}`, issues, hint);
}

/** Throws {@link refusal} when there is any. */
export function refuse(refusals: readonly Refusal[]): void {
  if (refusals.length > 0) throw refusal(refusals);
}
