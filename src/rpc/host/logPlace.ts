/** `next` and `after` of container/logs: a log cursor as text that means nothing to clients. */
import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { RuntimeError } from '../../core/errors.js';
import type { LogCursor } from '../../core/ports.js';
import { fields, integer } from '../protocol/define.js';

const Place = fields(
  { segment: integer(0), position: integer(0) },
  { skip: integer(0), offsets: t.partial({ stdout: integer(0), stderr: integer(0) }) },
);

export const encodePlace = (cursor: LogCursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** Throws invalidRequest on anything that {@link encodePlace} has not made. */
export function decodePlace(text: string): LogCursor {
  let value: unknown = null;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    // Refused below.
  }
  const decoded = Place.decode(value);
  if (isLeft(decoded)) {
    throw new RuntimeError('invalidRequest', '`after` is not the `next` of an earlier answer', {
      issues: [{ path: 'after', expected: '`next` of an earlier answer', got: `string of ${text.length} characters` }],
    });
  }
  return decoded.right;
}
