/** RuntimeError <-> JSON-RPC error: code from ERROR_TABLE, `data` is the error document (design 7). */
import { isLeft } from 'fp-ts/lib/Either.js';
import { ResponseError } from 'vscode-jsonrpc/node';
import {
  ERROR_TABLE,
  ErrorDocument,
  isRuntimeError,
  RuntimeError,
  toRuntimeError,
  type ErrorCode,
} from '../core/errors.js';

/** Codes of JSON-RPC and LSP that have no code of ours. */
export const RPC = { parse: -32700, request: -32600, method: -32601, notInitialized: -32002 } as const;

export type WireError = ResponseError<ErrorDocument>;

export function toResponseError(error: unknown): WireError {
  if (error instanceof ResponseError) return error as WireError;
  const known = toRuntimeError(error);
  return new ResponseError(ERROR_TABLE[known.code].rpc, known.message, known.toDocument());
}

/** An error of the protocol itself: JSON-RPC's own code, our document in `data`. */
export function protocolError(rpc: number, code: ErrorCode, message: string, hint?: string): WireError {
  return new ResponseError(rpc, message, { code, message, ...(hint === undefined ? {} : { hint }) });
}

const BY_RPC = new Map<number, ErrorCode>(
  (Object.keys(ERROR_TABLE) as ErrorCode[]).map((code) => [ERROR_TABLE[code].rpc, code]),
);
const FOREIGN = new Map<number, ErrorCode>([
  [RPC.method, 'unsupported'],
  [RPC.request, 'failedPrecondition'],
  [RPC.notInitialized, 'failedPrecondition'],
  // vscode-jsonrpc's own: the message could not be written, read, or answered.
  [-32099, 'unavailable'],
  [-32098, 'unavailable'],
  [-32097, 'unavailable'],
  [-32096, 'unavailable'],
]);

/** What a request rejected with, as the RuntimeError that the other side threw. */
export function fromResponseError(error: unknown): RuntimeError {
  if (isRuntimeError(error)) return error;
  if (!(error instanceof ResponseError)) return toRuntimeError(error);
  const decoded = ErrorDocument.decode(error.data);
  if (isLeft(decoded)) {
    const code = BY_RPC.get(error.code) ?? FOREIGN.get(error.code) ?? 'internal';
    return new RuntimeError(code, error.message, {}, { cause: error });
  }
  const { code, message, ...details } = decoded.right;
  return new RuntimeError(code, message, details, { cause: error });
}
