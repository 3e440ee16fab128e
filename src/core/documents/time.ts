/**
 * Times of HCS documents: RFC 3339 with up to nine digits of a second (hcs-facts 3.0).
 */
import * as t from 'io-ts';
import { GoType } from './goTypes.js';

const RFC3339 = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Go's zero time, which HCS and its Go clients use for "none". */
const NONE = '0001-01-01T00:00:00Z';

/** The same time in UTC with every digit kept, null for Go's zero time, undefined for what is no RFC 3339 time. */
export function utcTime(text: string): string | null | undefined {
  const [, seconds, fraction = '', zone = ''] = RFC3339.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  const time = new Date(`${seconds.toUpperCase()}${zone.toUpperCase()}`);
  if (Number.isNaN(time.getTime())) return undefined;
  const digits = fraction.replace(/\.?0+$/, '');
  const utc = `${time.toISOString().slice(0, 19)}${digits}Z`;
  return utc === NONE ? null : utc;
}

/** A time, decoded to UTC text; null stands for the zero time. */
export const time = new GoType<string | null>(
  'RFC 3339 time',
  (u): u is string | null => u === null || typeof u === 'string',
  (u, c) => {
    const utc = typeof u === 'string' ? utcTime(u) : undefined;
    return utc === undefined ? t.failure(u, c) : t.success(utc);
  },
  (a) => a ?? NONE,
  () => NONE,
  () => null,
  { kind: 'string' },
);
