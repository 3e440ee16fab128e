/** Small texts for people: times, sizes, ends of programs. */
import type { Exit } from '../../core/model/exit.js';
import { codeName, hex } from '../../core/exitCodes.js';
import type { ExitReport } from '../../core/runtime.js';

export { age, exitText } from '../../core/model/inWords.js';

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

/** When it had started, where that is told, and when it ended. */
export const exitTimes = ({ startedAt, exitedAt }: ExitReport): Readonly<Record<string, string>> => ({
  ...(startedAt === undefined ? {} : { startedAt }),
  exitedAt,
});

/** How Windows spells a code, and what it calls it, where it has a name. Null: there is none, or it is not known. */
export function exitSpelling(exitCode: number | null): {
  readonly exitCodeHex: string | null;
  readonly exitName?: string;
} {
  const name = exitCode === null ? undefined : codeName(exitCode);
  return {
    exitCodeHex: exitCode === null ? null : hex(exitCode),
    ...(name === undefined ? {} : { exitName: name }),
  };
}

/** An end as documents have it. */
export function exitFields(exit: Exit): Readonly<Record<string, unknown>> {
  return exit.exitCode === null
    ? { exitCode: null, exitCodeHex: null, exitUnknown: exit.exitUnknown }
    : { exitCode: exit.exitCode, ...exitSpelling(exit.exitCode) };
}
