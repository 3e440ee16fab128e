import test from 'ava';
import fc from 'fast-check';
import {
  decodeCall,
  decodeNotify,
  decodeReply,
  encodeCall,
  encodeNotify,
  encodeReply,
  LengthSplitter,
  parseFrame,
  WireError,
  type DecodedValue,
  type Frame,
} from '#src/simulator/wire.js';
import { decodeListed } from '#src/simulator/siloWire.js';

const value = fc.oneof(
  fc.constant(null),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  // UTF-16 code units of any kind, lone surrogates too.
  fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
) as fc.Arbitrary<DecodedValue>;

/** Frames of a byte stream that comes in pieces of the given lengths. */
function split(stream: Buffer, pieces: readonly number[]): Frame[] {
  const splitter = new LengthSplitter(5);
  const frames: Frame[] = [];
  const take = (chunk: Buffer): void => {
    splitter.push(chunk, (body) => frames.push(parseFrame(Buffer.from(body))));
  };
  let at = 0;
  for (const length of pieces) {
    take(stream.subarray(at, at + length));
    at += length;
  }
  take(stream.subarray(at));
  return frames;
}

test('calls, answers and notifications come out as they went in, however the bytes are cut', (t) => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 20 }), fc.array(fc.nat(40)), fc.nat(0xffffffff), (values, pieces, n) => {
      const text = typeof values[0] === 'string' ? values[0] : null;
      const stream = Buffer.concat([
        encodeCall(n, { opcode: 17, thread: n, args: values }),
        encodeReply(n, n, values),
        encodeNotify(n, n, n, text),
      ]);
      const [call, reply, notify] = split(stream, pieces);
      t.deepEqual(decodeCall(call!.payload), { opcode: 17, thread: n, args: values });
      t.deepEqual(decodeReply(reply!.payload), { hresult: n, values });
      t.deepEqual(decodeNotify(notify!.payload), { type: n, status: n, data: text });
      t.deepEqual([call!.id, reply!.id, notify!.id], [n, n, n]);
    }),
  );
});

test('broken frames are refused and never read past their end', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const payload = Buffer.from(bytes);
      for (const decode of [decodeCall, decodeReply, decodeNotify]) {
        try {
          decode(payload);
        } catch (e) {
          t.true(e instanceof WireError);
        }
      }
    }),
  );
  t.throws(() => split(Buffer.from('ffffffff00', 'hex'), []), { instanceOf: WireError });
  t.throws(() => split(Buffer.from('0400000003000000', 'hex'), []), { instanceOf: WireError });
});

test('an answer to LIST is read with and without the times of what has ended', (t) => {
  const entry = Buffer.alloc(8 + 64);
  entry.writeUInt32LE(42, 0);
  entry.writeUInt32LE(1, 4);
  for (let i = 0; i < 8; i++) entry.writeBigUInt64LE(BigInt(100 + i), 8 + i * 8);
  const head = Buffer.from('0700000001000000', 'hex');
  const without = Buffer.concat([head, entry, Buffer.from('sh\0')]);
  const ended = Buffer.alloc(16);
  ended.writeBigUInt64LE(5n, 0);
  ended.writeBigUInt64LE(6n, 8);
  t.like(decodeListed(Buffer.concat([without, ended])), { sequence: 7, endedUser100ns: 5, endedKernel100ns: 6 });
  const plain = decodeListed(without);
  t.is(plain.endedUser100ns, 0);
  t.like(plain.processes[0], {
    pid: 42,
    parent: 1,
    user100ns: 100,
    kernel100ns: 101,
    residentBytes: 102,
    sharedBytes: 103,
    commitBytes: 104,
    started100ns: 105n,
    readBytes: 106,
    writtenBytes: 107,
    name: 'sh',
  });
});
