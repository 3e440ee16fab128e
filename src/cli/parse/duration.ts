import type { Parse } from '../args/option.js';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** What a timer can hold. */
const MAX_MS = 2_147_483_647;

const expected = 'a duration such as 10s, 500ms, 2m, 1h30m or plain seconds, at most 24 days';

/** `10s`, `500ms`, `2m`, `1h30m`, or a plain number of seconds, as milliseconds (rounded up, so that no bound becomes 0 by rounding). */
export const duration: Parse<number> = (text) => {
  const trimmed = text.trim();
  let ms = 0;
  if (/^\d+(\.\d+)?$/u.test(trimmed)) ms = Number(trimmed) * 1000;
  else {
    const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/gu)];
    if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== trimmed) return { expected };
    for (const [, amount, unit] of parts) ms += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  }
  const whole = Math.ceil(ms);
  return whole > MAX_MS ? { expected } : { value: whole };
};

/** As {@link duration}, but not zero: the bound of an operation. */
export const positiveDuration: Parse<number> = (text) => {
  const parsed = duration(text);
  return 'value' in parsed && parsed.value === 0 ? { expected: `${expected}, more than zero` } : parsed;
};
