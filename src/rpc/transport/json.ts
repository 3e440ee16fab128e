/**
 * JSON with 64-bit integers: an integer that a double cannot hold arrives as bigint and leaves as a plain JSON number.
 * Everything else is JSON.parse and JSON.stringify, which messages without such integers get directly.
 */
import { parse, stringify } from 'lossless-json';

const LONG_DIGITS = /\d{16}/;
const INTEGER = /^-?\d+$/;

function number(text: string): number | bigint {
  const value = Number(text);
  return INTEGER.test(text) && !Number.isSafeInteger(value) ? BigInt(text) : value;
}

/** Throws SyntaxError on anything but one JSON value. */
export function parseJson(text: string): unknown {
  if (!LONG_DIGITS.test(text)) return JSON.parse(text);
  return parse(text, undefined, { parseNumber: number });
}

export function stringifyJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // JSON.stringify refuses a bigint with a TypeError; a cycle is one too, and throws again here.
    if (!(error instanceof TypeError) || !error.message.includes('BigInt')) throw error;
    return stringify(value) ?? 'null';
  }
}
