/** RuntimeError -> JSON-RPC error: code from ERROR_TABLE, `data` is the error document (design 7). */
import { ResponseError } from 'vscode-jsonrpc/node';
import { ERROR_TABLE, toRuntimeError, type ErrorCode, type ErrorDocument } from '../core/errors.js';

export { RPC } from './protocol/constants.js';

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
