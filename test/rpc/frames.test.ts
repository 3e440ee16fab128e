import test from 'ava';
import fc from 'fast-check';
import { encodingOf, envelope, frameParser, FramingError, type Framing } from '#src/rpc/transport/frames.js';
import { parseTrusted, parseUntrusted, streamDataJson, stringifyJson } from '#src/rpc/transport/json.js';

const LIMITS = { headerBytes: 256, messageBytes: 4096 };

function frame(framing: Framing, body: Buffer): Buffer {
  const { head, tail } = envelope(framing, body.length);
  return Buffer.concat([Buffer.from(head), body, Buffer.from(tail)]);
}

/** Cuts bytes at the given places, taken modulo their length. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((p) => p % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
}

const body = fc.uint8Array({ maxLength: 600 }).map((a) => Buffer.from(a));
const line = fc.string({ minLength: 1, maxLength: 200 }).map((s) => Buffer.from(JSON.stringify(s)));
const places = fc.array(fc.nat(10_000), { maxLength: 12 });

for (const [framing, bodies] of [
  ['content-length', body],
  ['ndjson', line],
] as const) {
  test(`${framing}: messages come out as they went in, however they are cut`, (t) => {
    fc.assert(
      fc.property(fc.array(bodies, { maxLength: 8 }), places, (sent, at) => {
        const got: Buffer[] = [];
        const parser = frameParser(framing, LIMITS);
        const bytes = Buffer.concat(sent.map((b) => frame(framing, b)));
        for (const part of cut(bytes, at)) parser.push(part, (b) => got.push(Buffer.from(b)));
        t.false(parser.partial);
        t.deepEqual(got, sent);
      }),
      { numRuns: 300 },
    );
  });

  test(`${framing}: bytes of any kind give bodies within the limit or a FramingError, and nothing else`, (t) => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 300 }).map((a) => Buffer.from(a)),
            fc
              .constantFrom('Content-Length: 5\r\n\r\n', '\r\n\r\n', '\n', 'Content-Length: 99999', ': ', '{"a":1}')
              .map((s) => Buffer.from(s)),
          ),
          { maxLength: 20 },
        ),
        (parts) => {
          const parser = frameParser(framing, LIMITS);
          let over = false;
          for (const part of parts) {
            try {
              parser.push(part, (b) => {
                t.false(over);
                t.true(b.length <= LIMITS.messageBytes);
              });
            } catch (error) {
              over = true;
              if (!(error instanceof FramingError)) throw error;
              break;
            }
          }
          t.pass();
        },
      ),
      { numRuns: 500 },
    );
  });
}

test('a length of 2 GiB is refused before a byte of it has come', (t) => {
  const parser = frameParser('content-length');
  t.throws(
    () => {
      parser.push(Buffer.from('Content-Length: 2147483648\r\n\r\n'), () => t.fail());
    },
    { instanceOf: FramingError, message: /2147483648 bytes is over the limit of 16777216/ },
  );
});

test('the largest message allowed passes, one byte more does not', (t) => {
  const got: number[] = [];
  frameParser('content-length', LIMITS).push(frame('content-length', Buffer.alloc(4096)), (b) => got.push(b.length));
  t.deepEqual(got, [4096]);
  t.throws(
    () => {
      frameParser('content-length', LIMITS).push(frame('content-length', Buffer.alloc(4097)), () => t.fail());
    },
    { instanceOf: FramingError },
  );
  t.throws(
    () => {
      frameParser('ndjson', LIMITS).push(Buffer.alloc(4097, 0x41), () => t.fail());
    },
    { instanceOf: FramingError },
  );
});

test('headers are read whatever their case and order; an empty body is a body', (t) => {
  const got: string[] = [];
  frameParser('content-length').push(
    Buffer.from(
      'content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH:2\r\n\r\n{}Content-Length: 0\r\n\r\n',
    ),
    (b) => got.push(b.toString()),
  );
  t.deepEqual(got, ['{}', '']);
});

test('half a message is partial', (t) => {
  for (const framing of ['content-length', 'ndjson'] as const) {
    const parser = frameParser(framing);
    t.false(parser.partial);
    parser.push(frame(framing, Buffer.from('{"a":1}')).subarray(0, 3), () => t.fail());
    t.true(parser.partial);
  }
});

test('integers keep every digit both ways, and the rest is plain JSON', (t) => {
  const text =
    '{"a":18446744073709551615,"b":[-9223372036854775808,9007199254740993],"c":1e3,"d":0.5,"e":"18446744073709551615"}';
  for (const parse of [parseTrusted, parseUntrusted]) {
    const value = parse(text);
    t.deepEqual(value, {
      a: 18446744073709551615n,
      b: [-9223372036854775808n, 9007199254740993n],
      c: 1000,
      d: 0.5,
      e: '18446744073709551615',
    });
    t.is(stringifyJson(value), text.replace('1e3', '1000'));
  }
  t.is(stringifyJson({ a: undefined, b: 1n }), '{"b":1}');
});

test('any JSON value with 64-bit integers survives the way out and in', (t) => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      fc.bigInt({ min: 9007199254740992n, max: 18446744073709551615n }),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(
        fc.string().filter((s) => s !== '__proto__'),
        tie('any'),
        { maxKeys: 4 },
      ),
    ),
  })).any;
  fc.assert(
    fc.property(value, (v) => {
      t.deepEqual(parseTrusted(stringifyJson({ v })), { v });
    }),
    { numRuns: 300 },
  );
});

test('stream data is the JSON that JSON.stringify would make, whatever the bytes and the id', (t) => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.uint8Array(),
      fc.option(fc.maxSafeNat(), { nil: undefined }),
      (streamId, bytes, offset) => {
        const data = Buffer.from(bytes).toString('base64');
        const params = { streamId, data, ...(offset === undefined ? {} : { offset }) };
        const text = streamDataJson(streamId, bytes, offset);
        t.deepEqual(JSON.parse(text), params);
        t.deepEqual(parseTrusted(`{"jsonrpc":"2.0","method":"stream/data","params":${text}}`), {
          jsonrpc: '2.0',
          method: 'stream/data',
          params,
        });
      },
    ),
    { numRuns: 300 },
  );
});

test('text that is not ASCII is told to be encoded', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const encoding = encodingOf(text, Buffer.byteLength(text));
      t.deepEqual(Buffer.from(text, encoding), Buffer.from(text));
    }),
    { numRuns: 300 },
  );
});
