/**
 * JSON text exactly as Go's encoding/json of the seed's day writes it (hcs-facts 3.0): HCS documents are compared byte for byte.
 * The caller gives fields in their order and leaves out what Go's `omitempty` would drop ({@link omitEmpty}).
 */

/** JSON text that is inserted as it is; the counterpart of json.RawMessage. The text must already be compact and escaped. */
export class RawJson {
  constructor(readonly text: string) {}
}

/**
 * What the writer takes. An object is a Go struct: keys in insertion order, members that are `undefined` left out. A Map is a Go
 * map: keys sorted by their UTF-8 bytes. A bigint is written in full.
 */
export type GoJson =
  | null
  | boolean
  | number
  | bigint
  | string
  | RawJson
  | readonly GoJson[]
  | ReadonlyMap<string, GoJson>
  | { readonly [key: string]: GoJson | undefined };

/** The text of `value`. Throws TypeError for NaN and infinities, which JSON cannot hold. */
export function goJson(value: GoJson): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return numberText(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return value === null ? 'null' : compound(value);
  }
}

function compound(value: Exclude<GoJson, null | boolean | number | bigint | string>): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${(value as readonly GoJson[]).map(goJson).join(',')}]`;
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<string, GoJson>)].sort(([a], [b]) => compareUtf8(a, b));
    return `{${entries.map(([key, item]) => `${quote(key)}:${goJson(item)}`).join(',')}}`;
  }
  const members = Object.entries(value as Readonly<Record<string, GoJson | undefined>>);
  const written = members.flatMap(([key, item]) => (item === undefined ? [] : [`${quote(key)}:${goJson(item)}`]));
  return `{${written.join(',')}}`;
}

/** Go's float64 text is the shortest one that reads back, with an exponent at the same magnitudes as JavaScript's. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`JSON has no number for ${value}`);
  return Object.is(value, -0) ? '-0' : String(value);
}

const ESCAPED = /["\\<>&\u0000-\u001f\u2028\u2029]|[\ud800-\udfff]/gu;
const SHORT: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** With the `u` flag the surrogate class meets lone surrogates only; Go writes what is not valid text as `\ufffd`. */
function quote(text: string): string {
  const body = text.replace(ESCAPED, (char) => {
    const code = char.charCodeAt(0);
    if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
    return SHORT[char] ?? `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${body}"`;
}

/** Order of code points, which is the order of UTF-8 bytes; the order of UTF-16 units puts astral characters before U+E000. */
export function compareUtf8(a: string, b: string): number {
  const left = Array.from(a, codePoint);
  const right = Array.from(b, codePoint);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const codePoint = (char: string): number => char.codePointAt(0) ?? 0;

/** `value`, or undefined where Go's `omitempty` drops it: false, 0, "", null, an empty list, an empty map. Objects are kept. */
export function omitEmpty<T extends GoJson>(value: T | undefined): T | undefined {
  if (value === undefined || value === null || value === false || value === 0 || value === 0n || value === '')
    return undefined;
  if (Array.isArray(value) && value.length === 0) return undefined;
  if (value instanceof Map && value.size === 0) return undefined;
  return value;
}
