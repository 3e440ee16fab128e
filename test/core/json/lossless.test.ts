import fc from 'fast-check';
import test from 'ava';
import { isRuntimeError } from '#src/core/errors.js';
import { asciiJson, parseJson } from '#src/core/json/lossless.js';

test('integers beyond 2^53-1 become bigints, all else stays a number', (t) => {
  t.deepEqual(
    parseJson(
      '[9007199254740991,9007199254740992,-9223372036854775808,18446744073709551615,0.1234567890123456789,1e30]',
    ),
    [9007199254740991, 9007199254740992n, -9223372036854775808n, 18446744073709551615n, 0.12345678901234568, 1e30],
  );
});

test('a long digit run inside a string changes nothing', (t) => {
  const value = { a: '123456789012345678901234567890', b: [1, 2.5, null, true] };
  t.deepEqual(parseJson(JSON.stringify(value)), value);
});

for (const long of ['', ' 12345678901234567890']) {
  const tail = long === '' ? '' : `,"n":${long}`;
  test(`of two equal keys the last counts${long === '' ? '' : ', also beside a long number'}`, (t) => {
    t.is((parseJson(`{"a":1,"a":{"b":2}${tail}}`) as { a: { b: number } }).a.b, 2);
  });
  test(`__proto__ is a key like any other${long === '' ? '' : ', also beside a long number'}`, (t) => {
    const parsed = parseJson(`{"__proto__":{"x":1}${tail}}`) as object;
    t.true(Object.hasOwn(parsed, '__proto__'));
    t.false('x' in parsed);
  });
}

test('a byte order mark is skipped', (t) => {
  t.deepEqual(parseJson('\ufeff{}'), {});
});

for (const [text, line, column, offset] of [
  ['', 1, 1, 0],
  ['{"a":1,\n  "b" 2}', 2, 7, 14],
  ['{"a":"C:\\data"}', 1, 9, 8],
  ['[1,2', 1, 5, 4],
  ["{'a':1}", 1, 2, 1],
  ['{"a":12345678901234567890\n,,}', 2, 2, 27],
  ['{"a":1}}', 1, 8, 7],
] as const) {
  test(`the error in ${JSON.stringify(text)} is found at line ${line}, column ${column}`, (t) => {
    const error = t.throws(() => parseJson(text, 'spec.json'));
    t.true(isRuntimeError(error));
    if (!isRuntimeError(error)) return;
    t.is(error.code, 'invalidRequest');
    t.true(
      error.message.startsWith(`spec.json is not valid JSON: line ${line}, column ${column} (offset ${offset}): `),
    );
    t.is(error.details.issues?.[0]?.path, `spec.json:${line}:${column}`);
    t.truthy(error.details.hint);
  });
}

test('a backslash that is not doubled gets a hint', (t) => {
  const error = t.throws(() => parseJson('{"a":"C:\\data"}'));
  t.true(isRuntimeError(error) && (error.details.hint ?? '').includes('Backslashes'));
});

test('a syntax error shows one character of the input at most', (t) => {
  const error = t.throws(() => parseJson('{"env":["PASSWORD=hunter2" "x"]}'));
  t.false(isRuntimeError(error) && JSON.stringify(error.toDocument()).includes('hunter2'));
});

for (const text of [
  '['.repeat(100_000),
  '['.repeat(2000) + ']'.repeat(2000),
  '[1234567890123456,' + '['.repeat(50_000),
]) {
  test(`input that is nested too deep is refused (${text.length} characters)`, (t) => {
    const error = t.throws(() => parseJson(text));
    t.true(isRuntimeError(error) && error.code === 'invalidRequest');
  });
}

test('any JSON text is read as JSON.parse reads it, but for long integers', (t) => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const flattened = JSON.stringify(parseJson(text), (_key, item: unknown) =>
        typeof item === 'bigint' ? Number(item) : item,
      );
      t.is(flattened, JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('output is ASCII, compact, with long integers as strings', (t) => {
  t.is(
    asciiJson({
      a: 'Ü\u{1f4e6}\ud800',
      b: 2n ** 64n - 1n,
      c: 2 ** 53,
      d: 5n,
      e: undefined,
      f: 1.5,
      g: 9007199254740991,
    }),
    '{"a":"\\u00dc\\ud83d\\udce6\\ud800","b":"18446744073709551615","c":"9007199254740992","d":5,"f":1.5,"g":9007199254740991}',
  );
  t.is(
    asciiJson({ text: '12345678901234567890', n: 1e21 }),
    '{"text":"12345678901234567890","n":"1000000000000000000000"}',
  );
});

test('output reads back as the same value', (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: 'medium' }), (value) => {
      const text = asciiJson(value);
      t.regex(text, /^[ -~]*$/);
      if (!/e\+|\d{16}/.test(JSON.stringify(value))) t.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
    }),
  );
});
