/** Exit codes as people who know Windows read them. */
import { codeName, hexCode } from 'hostcompute/client';

/** `0`, `7`, `0xC000013A STATUS_CONTROL_C_EXIT`, `1067 ERROR_PROCESS_ABORTED`: hex where the number is large, and the name where there is one. */
export function describeExit(exit: {
  readonly exitCode: number | null;
  readonly exitUnknown?: string | undefined;
}): string {
  const { exitCode } = exit;
  if (exitCode === null) return exit.exitUnknown === undefined ? 'unknown' : `unknown: ${exit.exitUnknown}`;
  const name = codeName(exitCode);
  const number = exitCode > 0xffff ? hexCode(exitCode) : String(exitCode);
  return name === undefined ? number : `${number} ${name}`;
}

/** The same with both ways to write the number, for a tooltip: `3221225786 (0xC000013A, STATUS_CONTROL_C_EXIT)`. */
export function explainExit(exit: {
  readonly exitCode: number | null;
  readonly exitUnknown?: string | undefined;
}): string {
  const { exitCode } = exit;
  if (exitCode === null) return describeExit(exit);
  const name = codeName(exitCode);
  return `${exitCode} (${hexCode(exitCode)}${name === undefined ? '' : `, ${name}`})`;
}
