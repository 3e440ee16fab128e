/**
 * HCS's refusals as RuntimeErrors. Wraps once, at the place that knows the container; a RuntimeError passes through.
 */
import { isRuntimeError, RuntimeError, type ErrorCode, type ErrorDetails } from '../errors.js';
import {
  hexOf,
  isAccessDenied,
  isAlreadyExists,
  isProgramNotFound,
  isServiceLost,
  isTimeout,
  canonical,
} from '../hresult.js';
import { HcsError, type HcsFailure } from '../ports.js';

export const IMAGE_MISMATCH = 0xc0370101;
export const HYPERV_NOT_INSTALLED = 0xc0370102;
export const UNEXPECTED_EXIT = 0xc0370106;

/** By shape, since bundles may hold several copies of the class. */
export function failureOf(e: unknown): HcsFailure | null {
  if (e instanceof HcsError) return e.failure;
  const failure = (e as { failure?: Partial<HcsFailure> } | null | undefined)?.failure;
  return typeof failure?.hresult === 'number' ? (failure as HcsFailure) : null;
}

/** True when an error says that the service is gone, whoever says it. */
export function saysServiceLost(e: unknown): boolean {
  const failure = failureOf(e);
  return failure !== null && isServiceLost(failure.hresult);
}

const HINTS: ReadonlyMap<number, string> = new Map([
  [
    IMAGE_MISMATCH,
    'the image was built for another Windows build: choose one that fits the host, or Hyper-V isolation',
  ],
  [HYPERV_NOT_INSTALLED, 'turn the Hyper-V feature on, or use process isolation'],
  [UNEXPECTED_EXIT, 'compare the Windows builds of image and host; with Hyper-V isolation also the Hyper-V feature'],
  [0x800705aa, 'Windows has run out of container resources; a restart of the host frees them'],
]);

function codeOf(hresult: number): ErrorCode {
  if (isServiceLost(hresult)) return 'unavailable';
  if (isAccessDenied(hresult)) return 'permissionDenied';
  if (isAlreadyExists(hresult)) return 'alreadyExists';
  if (isTimeout(hresult)) return 'timeout';
  return 'hcsFailure';
}

export interface Around {
  readonly id?: string;
  /** What was being done, for people: `create`, `start`, `pause` ... */
  readonly doing: string;
  /** Texts that must not show: values of the environment, credentials. */
  readonly secrets?: readonly string[];
  readonly leftovers?: readonly string[];
  /** HCS no longer knows the handle: it was restarted, and has or has not carried out what was asked. */
  readonly handleDied?: boolean;
}

/** Any thrown value as a RuntimeError about `around`. */
export function failed(e: unknown, around: Around): RuntimeError {
  const leftovers =
    around.leftovers === undefined || around.leftovers.length === 0 ? {} : { leftovers: [...around.leftovers] };
  if (isRuntimeError(e)) {
    if (!('leftovers' in leftovers)) return e;
    return new RuntimeError(e.code, e.message, { ...e.details, ...leftovers }, { cause: e });
  }
  const failure = failureOf(e);
  const prefix = around.id === undefined ? around.doing : `${around.doing} container ${around.id}`;
  if (failure === null) {
    const message = `${prefix}: ${e instanceof Error ? e.message : String(e)}`;
    return new RuntimeError('internal', conceal(message, around.secrets), leftovers, { cause: e });
  }
  const died = around.handleDied === true;
  return new RuntimeError(
    died ? 'unavailable' : codeOf(failure.hresult),
    `${prefix}: ${failureText(failure, around.secrets)}`,
    { ...failureDetails(failure, around.id), ...(died ? { hint: RESTARTED } : {}), ...leftovers },
    { cause: e },
  );
}

/** `HcsStartComputeSystem: ERROR_... (0x...): first event's message`. */
export function failureText(failure: HcsFailure, secrets?: readonly string[]): string {
  const event = failure.events.find((entry) => entry.message !== undefined && entry.message !== '')?.message;
  const symbol = failure.symbol === hexOf(failure.hresult) ? '' : `${failure.symbol} `;
  const text = `${failure.operation}: ${symbol}(${hexOf(failure.hresult)})`;
  return event === undefined ? text : `${text}: ${conceal(event.trim(), secrets)}`;
}

const RESTARTED = 'the Host Compute Service was restarted meanwhile: try again';

const ELEVATE =
  'the Host Compute Service takes orders of administrators only: use an elevated prompt ("Run as administrator")';

/** Access to a compute system, not to a program or a layer in it. */
const refusesTheUser = ({ operation, hresult }: HcsFailure): boolean =>
  isAccessDenied(hresult) && operation.endsWith('ComputeSystem');

export function failureDetails(failure: HcsFailure, id?: string): ErrorDetails {
  const hint = HINTS.get(canonical(failure.hresult)) ?? (refusesTheUser(failure) ? ELEVATE : undefined);
  return {
    hresult: hexOf(failure.hresult),
    symbol: failure.symbol,
    phase: failure.operation,
    ...(id === undefined ? {} : { containerId: id }),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** Status 127 when the program was not found, 126 for every other reason. */
export function processCannotStart(e: unknown, around: Around): RuntimeError {
  const failure = failureOf(e);
  if (failure === null) return failed(e, around);
  const exitStatus = isProgramNotFound(failure.hresult) ? 127 : 126;
  const why = exitStatus === 127 ? 'the program or its folder does not exist' : 'the program cannot be run';
  return new RuntimeError(
    'processCannotStart',
    `${around.doing} container ${around.id ?? ''}: ${why}: ${failureText(failure, around.secrets)}`,
    { ...failureDetails(failure, around.id), exitStatus },
    { cause: e },
  );
}

/** Where a call did not come through: for teardown, log lines and `lastError`. Holds no secrets: only operation and code. */
export function brief(e: unknown): string {
  const failure = failureOf(e);
  if (failure !== null) return `${failure.operation}: ${failure.symbol} (${hexOf(failure.hresult)})`;
  return e instanceof Error ? e.message : String(e);
}

/** Replaces every secret of 4 or more characters by `***`, the longest first. */
export function conceal(text: string, secrets: readonly string[] = []): string {
  let out = text;
  for (const secret of [...new Set(secrets)].filter((s) => s.length >= 4).sort((a, b) => b.length - a.length))
    out = out.split(secret).join('***');
  return out;
}
