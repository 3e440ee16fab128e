/** What is told about members that a spec should not have. */
import { strangeMembers, type StrangeMember } from '../../core/documents/strangeMembers.js';
import { invalidRequest, isRuntimeError, RuntimeError, type Issue } from '../../core/errors.js';
import { nearest } from '../args/usage.js';

const meant = ({ name, known }: StrangeMember): string | undefined => nearest(name, known);

/** A warning for each, taken from the spec alone: the RPC's methods ignore such members, as Go does. */
export const strangeTexts = (given: unknown): readonly string[] =>
  strangeMembers(given).map((member) => {
    const near = meant(member);
    return `${member.path} is no member of a spec that is known here, and ignored${near === undefined ? '' : `: did you mean ${near}?`}`;
  });

const issue = (member: StrangeMember): Issue => ({
  path: member.path,
  expected: meant(member) ?? 'no such member',
  got: member.name,
});

/** For `--strict`. Throws invalidRequest when there are any. */
export function refuseStrange(given: unknown): void {
  const issues = strangeMembers(given).map(issue);
  if (issues.length === 0) return;
  throw invalidRequest(
    'the spec has members that are not known here',
    issues,
    'correct them, or leave --strict out: then they are ignored with a warning',
  );
}

/** A refusal for want of something that was given under another name says so. */
export function withStrange(e: unknown, given: unknown): unknown {
  const strange = strangeMembers(given);
  if (strange.length === 0 || !isRuntimeError(e) || e.code !== 'invalidRequest') return e;
  const { hint, issues = [] } = e.details;
  const said = strangeTexts(given).map((text) => (text.endsWith('?') ? text : `${text}.`));
  return new RuntimeError(
    e.code,
    e.message,
    { ...e.details, issues: [...issues, ...strange.map(issue)], hint: [...said, hint ?? []].flat().join(' ') },
    { cause: e },
  );
}
