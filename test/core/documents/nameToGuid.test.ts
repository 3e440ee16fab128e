import { createHash } from 'node:crypto';
import fc from 'fast-check';
import test from 'ava';
import { nameToGuid } from '#src/core/documents/nameToGuid.js';
import { sha1 } from '#src/core/documents/sha1.js';
import { isRuntimeError } from '#src/core/errors.js';

/** hcs-facts 5: the first nine are layers in public logs of Docker hosts. */
const VECTORS = [
  ['65bf96e5760a09edf1790cb229e2dfb2dbd0fcdc0bf7451bae099106bfbfea0c', '18955d65-d45a-557b-bf1c-49d6dfefc526'],
  ['4e3c0eecb91d8fc28eda07ff06c6910a592b0ce4539476fb943b48e6934e9976', 'cd22d128-903e-550a-9d8f-aa8134ca1c9b'],
  ['e2a46135ff011a2ef9f193590ccddde95806850a0cdd7638b913e003c28e7fd0', '8f9dd02a-0f67-598e-921b-59884f08b5af'],
  ['3030b7a20c848d1553700c1ccf0369b0f5d9b3d9a4c37ea6652fd54809a60a07', '4d2dfb6d-2f3b-5926-adf1-4bd7e162b91f'],
  ['6f396a7e238abd9a472f797928e0d016a8de0561c914e5bb4de090d44f0a1424', 'b7dd4f52-64c9-59ea-b002-5a27a996f437'],
  ['afdec39615c3a4eca30e66cee7bad56c3069d863b260b3acc778389c7284287a', 'a52cbe57-40b9-5ea6-af7f-3bbc3e82ffce'],
  ['462466dfdee409ada51816edd7d8682a5ac64801c8c0d6217fb78d858f800d67', '636c30a3-6723-53e7-a419-2b53283931f3'],
  ['aac25173134312d04813f489bf421cc26516319f192cde9323dbd5712552ed79', '78af33f1-41e4-5040-9a34-379c196d67c6'],
  ['c9b6eb079932d9b5c24d0ef381ce2f6959d3de4052b6769b04bdf6760e154370', 'dd6d8738-07c4-5310-a2ff-71fc0483b87c'],
  ['', '62a9753f-ed70-52d8-ba49-d04390fe316f'],
  ['a', '97039944-6e83-562d-b280-77fa5622564e'],
  ['ABC.def', '3d139577-f84a-5a34-904a-aa9eaf48bf9c'],
  ['Ünïcödé', '4a847701-659c-5c71-aa92-9ba5af65db3f'],
  ['\u{1f4e6}', '67579390-42a1-560d-82cc-8f6996b1a336'],
] as const;

for (const [name, guid] of VECTORS) {
  test(`the layer id of "${name}" is ${guid}`, (t) => {
    t.is(nameToGuid(name), guid);
  });
}

test('a name with a NUL is refused', (t) => {
  const error = t.throws(() => nameToGuid('a\0b'));
  t.true(isRuntimeError(error) && error.code === 'invalidRequest');
});

test('SHA-1 is that of OpenSSL for messages of every length around the block size', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (message) => {
      t.deepEqual([...sha1(message)], [...createHash('sha1').update(message).digest()]);
    }),
    { numRuns: 300 },
  );
});
