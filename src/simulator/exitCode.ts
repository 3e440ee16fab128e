import { constants } from 'node:os';

/** ERROR_PROCESS_ABORTED: what a process that HCS terminated reports (field-notes F.3). */
export const PROCESS_ABORTED = 1067;
export const CONTROL_C_EXIT = 0xc000013a;

const s = constants.signals;
const BY_SIGNAL: ReadonlyMap<number, number> = new Map([
  [s.SIGSEGV, 0xc0000005],
  [s.SIGABRT, 0xc0000409],
  [s.SIGFPE, 0xc0000094],
  [s.SIGILL, 0xc000001d],
  [s.SIGBUS, 0xc0000006],
  [s.SIGTRAP, 0x80000003],
  [s.SIGINT, CONTROL_C_EXIT],
  [s.SIGTERM, CONTROL_C_EXIT],
  [s.SIGHUP, CONTROL_C_EXIT],
  [s.SIGQUIT, CONTROL_C_EXIT],
]);

/** The exit code, unsigned 32 bits, that Windows would give where a host program ended by `signal`. */
export const exitCodeOfSignal = (signal: number): number => BY_SIGNAL.get(signal) ?? PROCESS_ABORTED;
