import fc from 'fast-check';
import test from 'ava';
import { compareUtf8, goJson, omitEmpty, RawJson, type GoJson } from '#src/core/json/goJson.js';

const vectors: readonly (readonly [name: string, value: GoJson, text: string])[] = [
  ['HTML characters', '<a href="x">&', String.raw`"\u003ca href=\"x\"\u003e\u0026"`],
  ['line separators', '\u2028\u2029', String.raw`"\u2028\u2029"`],
  ['short escapes', '\n\r\t"\\', String.raw`"\n\r\t\"\\"`],
  ['backspace and form feed as in Go before 1.22', '\b\f', String.raw`"\u0008\u000c"`],
  ['other control characters', '\u0000\u0001\u001f\u007f', '"\\u0000\\u0001\\u001f\u007f"'],
  ['slash and apostrophe raw', "/'", `"/'"`],
  ['text beyond ASCII raw', 'Ünï\u{1f4e6}', '"Ünï\u{1f4e6}"'],
  ['half surrogate pairs', 'a\ud800b\udc00', String.raw`"a\ufffdb\ufffd"`],
  ['the replacement character itself raw', '\ufffd', '"\ufffd"'],
  ['the largest unsigned integer', 2n ** 64n - 1n, '18446744073709551615'],
  ['floats', [0.5, 1e21, 1e-7, 100, -0], '[0.5,1e+21,1e-7,100,-0]'],
  ['struct in the order given, absent members left out', { b: 1, a: undefined, c: null }, '{"b":1,"c":null}'],
  ['nested', [true, false, [], {}, new Map()], '[true,false,[],{},{}]'],
  ['raw text', { x: new RawJson('{"y":1}') }, '{"x":{"y":1}}'],
];

for (const [name, value, text] of vectors) {
  test(`Go writes ${name} like this`, (t) => {
    t.is(goJson(value), text);
  });
}

test('map keys are sorted by UTF-8 bytes, where U+1F4E6 follows U+FFFD', (t) => {
  const entries = ['\u{1f4e6}', '\ufffd', 'b', 'B', '', 'a=', 'a'].map((key): [string, GoJson] => [key, 1]);
  t.is(goJson(new Map(entries)), '{"":1,"B":1,"a":1,"a=":1,"b":1,"\ufffd":1,"\u{1f4e6}":1}');
});

test('the order of keys is that of their UTF-8 bytes', (t) => {
  const text = fc.string({ unit: 'binary', maxLength: 6 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      t.is(Math.sign(compareUtf8(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

test('what is written reads back as the same value', (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // Not over JSON.stringify, which writes -0 as 0.
      t.deepEqual(JSON.parse(goJson(value as GoJson)), value);
    }),
  );
});

test('what JSON has no number for throws', (t) => {
  t.throws(() => goJson(Number.NaN), { instanceOf: TypeError });
  t.throws(() => goJson(Infinity), { instanceOf: TypeError });
});

test('omitempty drops what Go drops and keeps objects', (t) => {
  for (const empty of [false, 0, 0n, '', null, [], new Map(), undefined]) t.is(omitEmpty(empty), undefined);
  for (const kept of [true, 1, '0', [0], {}, new Map([['a', 1]])]) t.is(omitEmpty(kept), kept);
});
