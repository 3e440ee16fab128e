/** JSON out: no parser, no codecs. */

/**
 * Compact, pure ASCII JSON for our outputs (design 7): other characters as `\uXXXX`, integers beyond 2^53-1, whether number or
 * bigint, as decimal strings; members that are undefined left out.
 */
export function asciiJson(value: unknown): string {
  const text = stringify(value);
  return text.replace(/[^\u0000-\u007e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A replacer makes JSON.stringify several times slower, and most values need none. */
function stringify(value: unknown): string {
  try {
    const text = JSON.stringify(value);
    if (!/\d{16}|\de\+/.test(text)) return text;
  } catch (error) {
    // A bigint; anything else (a cycle) fails again below.
    if (!(error instanceof TypeError)) throw error;
  }
  return JSON.stringify(value, (_key, item: unknown) => printable(item));
}

function printable(item: unknown): unknown {
  if (typeof item === 'bigint') {
    const plain = plainNumber(item);
    return typeof plain === 'number' ? plain : plain.toString();
  }
  return typeof item === 'number' && Number.isInteger(item) && !Number.isSafeInteger(item)
    ? BigInt(item).toString()
    : item;
}

/** A bigint that a number can hold exactly becomes one, so that one value has one form. */
export function plainNumber(value: number | bigint): number | bigint {
  return typeof value === 'bigint' && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
    ? Number(value)
    : value;
}
