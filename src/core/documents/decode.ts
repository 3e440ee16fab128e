/**
 * Decoding errors as issues that a person can act on: where, what was expected, what was got, and why PowerShell made it so.
 */
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { invalidRequest, type Issue } from '../errors.js';

/** Decodes `input` or throws RuntimeError invalidRequest; `path` is the name of the input in issues. */
export function decodeAs<A>(codec: t.Type<A, unknown>, input: unknown, path: string): A {
  const decoded = codec.decode(input);
  if (E.isRight(decoded)) return decoded.right;
  const issues = decoded.left.map((error) => issueOf(error, path));
  const hint = decoded.left.map(({ value, context }) => hintFor(value, context)).find((text) => text !== undefined);
  throw invalidRequest(
    summary(issues),
    issues,
    hint ?? 'Correct what is named; "hcs plan" checks a spec without touching HCS.',
  );
}

/** One line for several issues: the first, and how many more there are. */
export function summary(issues: readonly Issue[]): string {
  const [first] = issues;
  if (first === undefined) return 'invalid input';
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return `${first.path}: expected ${first.expected}, got ${first.got}${more}`;
}

function issueOf({ value, context }: t.ValidationError, path: string): Issue {
  const keys = context.slice(1).map((entry) => entry.key);
  const expected = context.at(-1)?.type.name ?? 'something else';
  const place = context.reduce(
    (text, entry, i) => (i === 0 ? text : text + step(entry.key, isArray(context[i - 1]?.actual))),
    path,
  );
  return { path: place, expected, got: isSecret(keys) ? kindOf(value) : describe(value) };
}

const isArray = (value: unknown): boolean => Array.isArray(value);

const step = (key: string, inList: boolean): string =>
  inList ? `[${key}]` : /^[A-Za-z_$][\w$-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;

/** Members whose values may be passwords or credentials: only their type is told. */
const SECRET = new Set(['env', 'credentialspec', 'args', 'commandline', 'annotations', 'labels']);
const isSecret = (keys: readonly string[]): boolean => keys.some((key) => SECRET.has(key.toLowerCase()));

/** What a value is, for `got`: its type, and its text when that is short. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'number':
    case 'bigint':
    case 'boolean':
      return `${kindOf(value)} ${value}`;
    case 'string':
      return `string ${JSON.stringify(shorten(value))}`;
    default:
      return kindOf(value);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'bigint') return 'integer';
  return typeof value;
}

/** At most 60 characters. */
export const shorten = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 57)}...`);

/**
 * ConvertTo-Json cuts at depth 2 unless told otherwise: what lies deeper becomes its .NET type name, `@{...}`, or a list
 * joined by spaces.
 */
function hintFor(value: unknown, context: t.Context): string | undefined {
  const expected = context.at(-1)?.type.name ?? '';
  if (typeof value === 'string' && /^(System\.|@\{)/.test(value))
    return 'The text looks like PowerShell output cut off by ConvertTo-Json: pass -Depth 20.';
  if (typeof value === 'string' && expected.startsWith('list of'))
    return 'From PowerShell, wrap a single element as @(...) and pass -Depth 20 to ConvertTo-Json, which otherwise flattens inner lists.';
  if (typeof value === 'string' && expected.startsWith('integer')) return 'Write the number without quotes.';
  if (typeof value === 'number' && expected.startsWith('integer') && Math.abs(value) > Number.MAX_SAFE_INTEGER)
    return 'The number has lost digits: pass JSON text, or a bigint, for integers beyond 2^53-1.';
  return undefined;
}
