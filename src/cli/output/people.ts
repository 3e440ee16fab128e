/** Small texts for people: times, sizes, ends of programs. */
import type { Exit } from '../../core/model/exit.js';
import { describeCode, hex } from '../../core/exitCodes.js';

const STEPS: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
];

/** `3d`, `5h`, `12m`, `8s`: how long ago, in the largest unit that fits. */
export function age(time: string | null, now: number): string {
  if (time === null) return '-';
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  const [unit, size] = STEPS.find(([, step]) => seconds >= step) ?? ['s', 1];
  return `${Math.floor(seconds / size)}${unit}`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `512 B`, `1.5 MiB`. */
export function size(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1024 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${unit === 0 ? amount : amount.toFixed(1)} ${UNITS[unit] ?? ''}`;
}

/** Seconds of 100 ns units. */
export const seconds = (units100ns: number): string => `${(units100ns / 10_000_000).toFixed(1)}s`;

/** `0`, `0xC000013A (STATUS_CONTROL_C_EXIT)`, `unknown (why)`. */
export const exitText = (exit: { readonly exitCode: number | null; readonly exitUnknown?: string }): string =>
  exit.exitCode === null ? `unknown (${exit.exitUnknown ?? 'not recorded'})` : describeCode(exit.exitCode);

/** An end as documents have it: the code, and for known ones its Windows spelling too. */
export function exitFields(exit: Exit): Readonly<Record<string, unknown>> {
  return exit.exitCode === null
    ? { exitCode: null, exitCodeHex: null, exitUnknown: exit.exitUnknown }
    : { exitCode: exit.exitCode, exitCodeHex: hex(exit.exitCode) };
}
