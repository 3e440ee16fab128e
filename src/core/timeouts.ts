/**
 * Every bound in one place: names, defaults, and which environment variable overrides which (hcs-facts 4.1).
 * Core reads no environment; `production.ts` passes the values in. All in milliseconds.
 */
export interface Timeouts {
  /** HcsCreateComputeSystem and its completion. */
  readonly systemCreate: number;
  /** HcsStartComputeSystem and its completion. */
  readonly systemStart: number;
  readonly systemPause: number;
  readonly systemResume: number;
  /** Any other native call. */
  readonly syscall: number;
  /** Import and export of a layer, which copy its files. */
  readonly layerCopy: number;
  /** From an accepted shutdown to the end of the system; then it is terminated. */
  readonly shutdown: number;
  /** From an accepted terminate to the end of the system; then the container is reported as stuck. */
  readonly terminate: number;
  /** The same for `restore --policy terminate`. */
  readonly restoreTerminate: number;
  /** How long a system of unproven origin must stay unstarted before it is taken for what a create of ours left. */
  readonly unstarted: number;
  /** Grace of `stop` where the caller names none. */
  readonly stopGrace: number;
  /** How long output may still flow after a process has ended: grandchildren may hold the pipe. */
  readonly drain: number;
  /** How long a process's own notification may lag behind the end of its system. */
  readonly exitLag: number;
  /** Reading an exit code, closing a handle, looking at a system: calls that HCS answers at once or never. */
  readonly quickCall: number;
  /** How long a foreground reader may take to connect. */
  readonly attach: number;
  /** First and longest pause between attempts to reopen a lost system or to end a stuck one. */
  readonly retryFirst: number;
  readonly retryLongest: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  systemCreate: 240_000,
  systemStart: 240_000,
  systemPause: 240_000,
  systemResume: 240_000,
  syscall: 240_000,
  layerCopy: 3_600_000,
  shutdown: 300_000,
  terminate: 300_000,
  restoreTerminate: 120_000,
  unstarted: 480_000,
  stopGrace: 10_000,
  drain: 2_000,
  exitLag: 1_000,
  quickCall: 10_000,
  attach: 10_000,
  retryFirst: 250,
  retryLongest: 30_000,
};

const VARIABLES: Readonly<Record<string, keyof Timeouts>> = {
  HCSSHIM_TIMEOUT_SYSTEMCREATE: 'systemCreate',
  HCSSHIM_TIMEOUT_SYSTEMSTART: 'systemStart',
  HCSSHIM_TIMEOUT_SYSTEMPAUSE: 'systemPause',
  HCSSHIM_TIMEOUT_SYSTEMRESUME: 'systemResume',
  HCSSHIM_TIMEOUT_SYSCALLWATCHER: 'syscall',
};

/** `HCS_TIMEOUT_QUICK_CALL_MS` for `quickCall`. */
const ownVariable = (name: string): string =>
  `HCS_TIMEOUT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}_MS`;

/**
 * Values as the environment has them. HCSSHIM_TIMEOUT_*: whole seconds above 0; anything else is ignored, as HCS's other clients do.
 * `HCS_TIMEOUT_<NAME>_MS`, one for each member: whole milliseconds above 0, ignored likewise; they win.
 */
export function timeoutsFrom(
  environment: Readonly<Record<string, string | undefined>>,
  overrides: Partial<Timeouts> = {},
): Timeouts {
  const fromEnvironment: Partial<Record<keyof Timeouts, number>> = {};
  const take = (variable: string, name: keyof Timeouts, unitMs: number): void => {
    const text = environment[variable];
    if (text !== undefined && /^\+?[0-9]{1,9}$/.test(text) && Number(text) > 0)
      fromEnvironment[name] = Number(text) * unitMs;
  };
  for (const [variable, name] of Object.entries(VARIABLES)) take(variable, name, 1000);
  for (const name of Object.keys(DEFAULT_TIMEOUTS) as (keyof Timeouts)[]) take(ownVariable(name), name, 1);
  return { ...DEFAULT_TIMEOUTS, ...fromEnvironment, ...overrides };
}
