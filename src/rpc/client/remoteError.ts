/** JSON-RPC error -> the RuntimeError that the other side threw. */
import { ERROR_TABLE, isRuntimeError, RuntimeError, toRuntimeError } from '../../core/errors.js';
import type { ErrorCode, ErrorDocument } from '../../core/errors.js';
import { RPC } from '../protocol/constants.js';

/** The error member of an answer, as it came. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  constructor(
    readonly code: number,
    message: string,
    readonly data: unknown,
  ) {
    super(message);
  }
}

const BY_RPC = new Map<number, ErrorCode>(
  (Object.keys(ERROR_TABLE) as ErrorCode[]).map((code) => [ERROR_TABLE[code].rpc, code]),
);
const FOREIGN = new Map<number, ErrorCode>([
  [RPC.method, 'unsupported'],
  [RPC.request, 'failedPrecondition'],
  [RPC.notInitialized, 'failedPrecondition'],
]);

/** `read` answers the error document that the data holds; null when it holds none. */
export function fromRemote(error: unknown, read: (data: unknown) => ErrorDocument | null): RuntimeError {
  if (isRuntimeError(error)) return error;
  if (!(error instanceof RemoteError)) return toRuntimeError(error);
  const found = read(error.data);
  if (found === null) {
    const code = BY_RPC.get(error.code) ?? FOREIGN.get(error.code) ?? 'internal';
    return new RuntimeError(code, error.message, {}, { cause: error });
  }
  const { code, message, ...details } = found;
  return new RuntimeError(code, message, details, { cause: error });
}
