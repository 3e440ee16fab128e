/**
 * How a process or container ended. There is no sentinel number: an exit code that is not known says so.
 */
import * as t from 'io-ts';

/** The process ended and HCS gave its code: unsigned 32 bits, as Windows has it. */
export const KnownExit = t.strict({ exitCode: t.number });
/** The process is gone, its code is not to be had; `exitUnknown` says why in one phrase. */
export const UnknownExit = t.strict({ exitCode: t.null, exitUnknown: t.string });

/** `{"exitCode":N}` or `{"exitCode":null,"exitUnknown":"<why>"}` (design 6); never 4294967295 for "unknown". */
export const Exit = t.union([KnownExit, UnknownExit], 'Exit');
export type Exit = t.TypeOf<typeof Exit>;

export const exitCode = (code: number): Exit => ({ exitCode: code >>> 0 });
export const exitUnknown = (why: string): Exit => ({ exitCode: null, exitUnknown: why });
