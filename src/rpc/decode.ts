/** Unknown input -> typed value, or an `invalidRequest` that names each place. */
import { isLeft } from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { invalidRequest, type Issue } from '../core/errors.js';

const MAX_ISSUES = 20;

/** Throws RuntimeError `invalidRequest` with issues `{path, expected, got}`; `what` names the input in the message. */
export function decodeOrThrow<C extends t.Mixed>(codec: C, input: unknown, what: string): t.TypeOf<C> {
  const decoded = codec.decode(input) as ReturnType<t.Type<t.TypeOf<C>>['decode']>;
  if (isLeft(decoded)) throw invalidRequest(summary(what, decoded.left), issuesOf(decoded.left));
  return decoded.right;
}

function summary(what: string, errors: t.Errors): string {
  const [first] = issuesOf(errors);
  return first === undefined
    ? `invalid ${what}`
    : `invalid ${what}: ${first.path || 'value'} must be ${first.expected}`;
}

/** One issue a place; a union's members at the same place are joined. */
export function issuesOf(errors: t.Errors): readonly Issue[] {
  const byPath = new Map<string, Issue>();
  for (const error of errors) {
    const path = pathOf(error.context);
    const expected = error.message ?? expectedOf(error.context);
    const before = byPath.get(path);
    if (before === undefined) byPath.set(path, { path, expected, got: describe(error.value) });
    else if (!before.expected.split(' or ').includes(expected)) {
      byPath.set(path, { ...before, expected: `${before.expected} or ${expected}` });
    }
    if (byPath.size === MAX_ISSUES) break;
  }
  return [...byPath.values()];
}

/** Members of unions and intersections have their index as key, which is no place in the input. */
function pathOf(context: t.Context): string {
  const keys = context.flatMap(({ key }, i) => (i === 0 || hasMembers(context[i - 1]?.type) ? [] : [key]));
  return keys.join('.');
}

function hasMembers(type: unknown): boolean {
  const tagged = type as { readonly _tag?: string; readonly type?: unknown } | undefined;
  // An exact codec stands in the context for the one that it wraps.
  if (tagged?._tag === 'ExactType') return hasMembers(tagged.type);
  return tagged?._tag === 'UnionType' || tagged?._tag === 'IntersectionType';
}

function expectedOf(context: t.Context): string {
  return context[context.length - 1]?.type.name ?? 'another value';
}

/** Kind and size, never the text: it may be a secret. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `array of ${value.length}`;
  if (typeof value === 'string') return `string of ${value.length} characters`;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return typeof value;
}
