import type { Parse } from '../args/option.js';

/** A whole number within bounds, in decimal. */
export const integer =
  (minimum: number, maximum: number = Number.MAX_SAFE_INTEGER): Parse<number> =>
  (text) => {
    const number = /^\d{1,16}$/u.test(text) ? Number(text) : Number.NaN;
    return number >= minimum && number <= maximum
      ? { value: number }
      : { expected: `a whole number from ${minimum} to ${maximum}` };
  };

const MAX_UINT64 = 2n ** 64n - 1n;
const SHIFTS: Readonly<Record<string, bigint>> = { '': 0n, b: 0n, k: 10n, m: 20n, g: 30n, t: 40n };

/** Bytes with docker's units, which are powers of 1024: `512m`, `2g`, `1.5GiB`, `1073741824`. Up to 2^64-1. */
export const bytes: Parse<bigint> = (text) => {
  const expected = 'a size such as 512m, 2g or a number of bytes';
  const match = /^(\d{1,20})(?:\.(\d{1,9}))?\s*(b|[kmgt](?:i?b)?)?$/iu.exec(text.trim());
  if (match === null) return { expected };
  const [, whole = '0', fraction = '', unit = ''] = match;
  const shift = SHIFTS[unit.slice(0, 1).toLowerCase()] ?? 0n;
  const scale = 10n ** BigInt(fraction.length);
  const value = ((BigInt(whole) * scale + BigInt(fraction === '' ? '0' : fraction)) << shift) / scale;
  return value <= MAX_UINT64 ? { value } : { expected: `${expected}, below 2^64` };
};

/** How many processors: `2`, `0.5`. */
export const processors: Parse<number> = (text) => {
  const number = /^\d{1,4}(\.\d{1,9})?$/u.test(text) ? Number(text) : Number.NaN;
  return number > 0 ? { value: number } : { expected: 'a number of processors such as 2 or 0.5' };
};

/** Columns and rows: `120x30`. */
export const consoleSize: Parse<{ readonly width: number; readonly height: number }> = (text) => {
  const match = /^(\d{1,5})x(\d{1,5})$/iu.exec(text);
  const width = Number(match?.[1]);
  const height = Number(match?.[2]);
  return width >= 1 && height >= 1 && width <= 65_535 && height <= 65_535
    ? { value: { width, height } }
    : { expected: 'a size such as 120x30 (columns x rows, 1 to 65535)' };
};
