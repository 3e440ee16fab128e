/**
 * What a client makes of answers. Those of a host of another build are checked by the protocol's codecs (`checkedAnswers.ts`). An engine of this
 * very version has made its answers from the same table, and has proven the home's key: the command line takes them as they are, since
 * loading the codecs costs it half as much as starting node.
 */
import { ERROR_TABLE, type ErrorDocument, type RuntimeError } from '../../core/errors.js';
import type { Method, ResultOf } from '../protocol.js';
import { fromRemote } from './remoteError.js';

export interface Answers {
  /** Whether they are checked. */
  readonly checked: boolean;
  /** The result as its type says. Throws `internal` when it is not of the agreed shape. */
  result<M extends Method>(method: M, result: unknown): ResultOf<M>;
  error(error: unknown): RuntimeError;
  /** HCS operations that a request may take one after the other; its timeout holds for each. */
  operations(method: Method): number;
}

/** No request of the table takes more. */
export const MOST_OPERATIONS = 8;

const isDocument = (data: unknown): data is ErrorDocument =>
  typeof data === 'object' &&
  data !== null &&
  Object.hasOwn(ERROR_TABLE, String((data as Partial<ErrorDocument>).code)) &&
  typeof (data as Partial<ErrorDocument>).message === 'string';

export const trustedAnswers: Answers = {
  checked: false,
  result: <M extends Method>(_method: M, result: unknown) => result as ResultOf<M>,
  error: (error) => fromRemote(error, (data) => (isDocument(data) ? data : null)),
  operations: (method) => (method === 'initialize' ? 1 : MOST_OPERATIONS),
};
