/**
 * Errors that reach a person or a program: one class, a closed set of codes, one table of exit statuses and
 * JSON-RPC codes (design 7). Everything that core, bridge, store, rpc and cli throw on purpose is a RuntimeError.
 * No codec is loaded with it: `errorDocument.ts` has them.
 */
import type { ErrorDocument, Issue } from './errorDocument.js';

/** code -> CLI exit status and JSON-RPC error code. `processCannotStart` is 126 (cannot be run) or 127 (not found). */
export const ERROR_TABLE = {
  invalidRequest: { status: 2, rpc: -32602 },
  notFound: { status: 3, rpc: 1001 },
  alreadyExists: { status: 4, rpc: 1002 },
  failedPrecondition: { status: 4, rpc: 1003 },
  processCannotStart: { status: 127, rpc: 1004 },
  timeout: { status: 124, rpc: 1005 },
  unavailable: { status: 5, rpc: 1006 },
  hcsFailure: { status: 1, rpc: 1007 },
  permissionDenied: { status: 6, rpc: 1008 },
  unsupported: { status: 4, rpc: 1009 },
  versionMismatch: { status: 5, rpc: 1010 },
  cancelled: { status: 130, rpc: -32800 },
  internal: { status: 1, rpc: -32603 },
} as const;
export type ErrorCode = keyof typeof ERROR_TABLE;

export type { ErrorDocument, Issue };

export type ErrorDetails = Omit<ErrorDocument, 'code' | 'message'>;

const BRAND = Symbol.for('hostcompute.RuntimeError');

/**
 * An expected failure. Message: lower-case start, no full stop, with the id and the value concerned, no secrets.
 * Use {@link isRuntimeError}, not `instanceof`: several copies of this module may be loaded (bundles).
 */
export class RuntimeError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'RuntimeError';
    this.code = code;
    this.details = details;
    Object.defineProperty(this, BRAND, { value: true });
  }

  toDocument(): ErrorDocument {
    return { code: this.code, message: this.message, ...this.details };
  }
}

export function isRuntimeError(e: unknown): e is RuntimeError {
  return typeof e === 'object' && e !== null && (e as Record<symbol, unknown>)[BRAND] === true;
}

/** The system's errors for a disk, or a user's share of it, that is full. */
export function isNoRoom(e: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((e as { readonly code?: string } | null)?.code ?? '');
}

/** Any thrown value as a RuntimeError: one passes through, a full disk is `unavailable`, everything else `internal`. */
export function toRuntimeError(e: unknown): RuntimeError {
  if (isRuntimeError(e)) return e;
  const message = e instanceof Error ? e.message : String(e);
  if (isNoRoom(e)) return new RuntimeError('unavailable', message, { hint: 'free space on the disk' }, { cause: e });
  return new RuntimeError('internal', message, {}, { cause: e });
}

/** Exit status of a command that failed with this error, `run` and `exec` apart (design 7). */
export function exitStatusOf(error: ErrorDocument): number {
  return error.code === 'processCannotStart' && error.exitStatus !== undefined
    ? error.exitStatus
    : ERROR_TABLE[error.code].status;
}

export const invalidRequest = (message: string, issues: readonly Issue[], hint?: string): RuntimeError =>
  new RuntimeError('invalidRequest', message, { issues: [...issues], ...(hint === undefined ? {} : { hint }) });
