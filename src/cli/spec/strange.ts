/** What is told about members that a spec should not have. */
import { strangeMembers } from '../../core/documents/strangeMembers.js';
import { nearest } from '../args/usage.js';

/** A warning for each, taken from the spec alone: the RPC's methods ignore such members, as Go does. */
export const strangeTexts = (given: unknown): readonly string[] =>
  strangeMembers(given).map(({ path, name, known }) => {
    const near = nearest(name, known);
    return `${path} is no member of a spec that is known here, and ignored${near === undefined ? '' : `: did you mean ${near}?`}`;
  });
