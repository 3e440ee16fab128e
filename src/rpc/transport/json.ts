/**
 * JSON with 64-bit integers: an integer that a double cannot hold arrives as bigint and leaves as a plain JSON number.
 * Everything else is JSON.parse and JSON.stringify, which messages without such integers get directly.
 */
import { stringify } from 'lossless-json';
import { parseJson } from '../../core/json/lossless.js';

const LONG_DIGITS = /\d{16}/;
/** How a host begins such a message. Its only number is an offset. */
const STREAM_DATA = '{"jsonrpc":"2.0","method":"stream/data"';

/** What a host reads: refuses nesting that would exhaust the stack of whoever walks the value. */
export const parseUntrusted = (text: string): unknown => parseJson(text, 'message');

/** What a client reads from the host that it chose: no check beyond JSON itself, for the rate of event batches and of bytes. */
export const parseTrusted = (text: string): unknown =>
  !text.startsWith(STREAM_DATA) && LONG_DIGITS.test(text) ? parseJson(text, 'message') : JSON.parse(text);

export function stringifyJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // JSON.stringify refuses a bigint with a TypeError; a cycle is one too, and throws again here.
    if (!(error instanceof TypeError) || !error.message.includes('BigInt')) throw error;
    return stringify(value) ?? 'null';
  }
}

/** Parameters of `stream/data` as JSON text. Nothing in base64 has to be escaped, so JSON.stringify need not look for it, which took longer than the rest. */
export function streamDataJson(streamId: string, bytes: Uint8Array, offset?: number): string {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const place = offset === undefined ? '' : `,"offset":${offset}`;
  return `{"streamId":${JSON.stringify(streamId)}${place},"data":"${data}"}`;
}
