/** Answers under the codecs of the protocol. */
import { isLeft } from 'fp-ts/lib/Either.js';
import { ErrorDocument } from '../../core/errorDocument.js';
import { RuntimeError } from '../../core/errors.js';
import { issuesOf } from '../decode.js';
import { METHODS, type Method, type RequestDefinition, type ResultOf } from '../protocol.js';
import type { Answers } from './answers.js';
import { fromRemote } from './remoteError.js';

/** Answers whose items may be of a newer kind than this client knows. */
const UNCHECKED: ReadonlySet<Method> = new Set<Method>(['events/list', 'rpc.discover']);

const definitionOf = (method: Method): RequestDefinition => METHODS[method];

export const checkedAnswers: Answers = {
  checked: true,
  /** Members that this client does not know are kept: answers grow only by addition. */
  result<M extends Method>(method: M, result: unknown): ResultOf<M> {
    const definition = definitionOf(method);
    if (UNCHECKED.has(method) || definition.result.is(result)) return result as ResultOf<M>;
    const decoded = definition.result.decode(result);
    throw new RuntimeError('internal', `${method}: the host's answer is not of the agreed shape`, {
      issues: isLeft(decoded) ? [...issuesOf(decoded.left)] : [],
    });
  },
  error: (error) =>
    fromRemote(error, (data) => {
      const decoded = ErrorDocument.decode(data);
      return isLeft(decoded) ? null : decoded.right;
    }),
  operations: (method) => definitionOf(method).operations ?? 1,
};
