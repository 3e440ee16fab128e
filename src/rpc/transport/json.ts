/**
 * JSON with 64-bit integers: an integer that a double cannot hold arrives as bigint and leaves as a plain JSON number.
 * Everything else is JSON.parse and JSON.stringify, which messages without such integers get directly.
 */
import { stringify } from 'lossless-json';
import { parseJson } from '../../core/json/lossless.js';

const LONG_DIGITS = /\d{16}/;

/** What a host reads: refuses nesting that would exhaust the stack of whoever walks the value. */
export const parseUntrusted = (text: string): unknown => parseJson(text, 'message');

/** What a client reads from the host that it chose: no check beyond JSON itself, for the rate of event batches. */
export const parseTrusted = (text: string): unknown =>
  LONG_DIGITS.test(text) ? parseJson(text, 'message') : JSON.parse(text);

export function stringifyJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // JSON.stringify refuses a bigint with a TypeError; a cycle is one too, and throws again here.
    if (!(error instanceof TypeError) || !error.message.includes('BigInt')) throw error;
    return stringify(value) ?? 'null';
  }
}
