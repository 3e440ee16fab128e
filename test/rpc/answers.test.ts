/** Answers that are taken as they are, against those that are checked. */
import test from 'ava';
import fc from 'fast-check';
import { ERROR_TABLE, type ErrorCode } from '#src/core/errors.js';
import { MOST_OPERATIONS, trustedAnswers } from '#src/rpc/client/answers.js';
import { checkedAnswers } from '#src/rpc/client/checkedAnswers.js';
import { RemoteError } from '#src/rpc/client/remoteError.js';
import { METHODS, type Method } from '#src/rpc/protocol.js';

test('no request takes more operations than a client that does not look at the table allows for', (t) => {
  for (const method of Object.keys(METHODS) as Method[])
    t.true(trustedAnswers.operations(method) >= checkedAnswers.operations(method), method);
  t.is(trustedAnswers.operations('container/create'), MOST_OPERATIONS);
});

test('both make the same error of what an engine says', (t) => {
  const codes = Object.keys(ERROR_TABLE) as ErrorCode[];
  fc.assert(
    fc.property(
      fc.constantFrom(...codes),
      fc.string(),
      fc.option(fc.string(), { nil: undefined }),
      (code, message, hint) => {
        const data = { code, message, ...(hint === undefined ? {} : { hint }) };
        const error = new RemoteError(ERROR_TABLE[code].rpc, message, data);
        const [trusted, checked] = [trustedAnswers.error(error), checkedAnswers.error(error)];
        t.deepEqual([trusted.code, trusted.message, trusted.details], [checked.code, checked.message, checked.details]);
      },
    ),
  );
});

test('an error that is no document of ours is internal, checked or not', (t) => {
  for (const data of [undefined, null, 'x', {}, { code: 'nosuch', message: 'm' }, { code: 'notFound' }, []]) {
    const error = new RemoteError(-1, 'what the host said', data);
    t.is(trustedAnswers.error(error).code, checkedAnswers.error(error).code, JSON.stringify(data));
  }
});

test('an answer of another shape is refused where it is checked', (t) => {
  t.throws(() => checkedAnswers.result('container/start', { pid: 'x' }), { message: /not of the agreed shape/ });
  t.like(checkedAnswers.result('container/start', { pid: 7, more: 1 }), { pid: 7, more: 1 });
});
