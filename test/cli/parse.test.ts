import test from 'ava';
import fc from 'fast-check';
import type { Parse } from '#src/cli/args/option.js';
import { duration, positiveDuration } from '#src/cli/parse/duration.js';
import { envFileEntries, mergeEnvironment, passOn, variable } from '#src/cli/parse/environment.js';
import { mountOption } from '#src/cli/parse/mount.js';
import { containerId, execId, label, moment } from '#src/cli/parse/names.js';
import { bytes, consoleSize, integer, processors } from '#src/cli/parse/numbers.js';
import { decodeText } from '#src/cli/parse/textFile.js';
import { isRuntimeError } from '#src/core/errors.js';

/** The value, or undefined when the text was refused. */
const valueOf = <T>(parse: Parse<T>, text: string): T | undefined => {
  const parsed = parse(text);
  return 'value' in parsed ? parsed.value : undefined;
};

const tables: readonly {
  readonly what: string;
  readonly parse: Parse<unknown>;
  readonly good: readonly (readonly [string, unknown])[];
  readonly bad: readonly string[];
}[] = [
  {
    what: 'a duration',
    parse: duration,
    good: [
      ['10s', 10_000],
      ['500ms', 500],
      ['2m', 120_000],
      ['1h30m', 5_400_000],
      ['7', 7000],
      ['1.5', 1500],
      ['0.25s', 250],
      ['0', 0],
      ['0.0001', 1],
    ],
    bad: ['', 's', '10x', '-1s', '1 0s', '10s!', 'ten', '1e3', '600h', '99999999999'],
  },
  {
    what: 'a bound',
    parse: positiveDuration,
    good: [['1ms', 1]],
    bad: ['0', '0s', '0.0'],
  },
  {
    what: 'a size in bytes',
    parse: bytes,
    good: [
      ['512m', 536_870_912n],
      ['2g', 2_147_483_648n],
      ['2GB', 2_147_483_648n],
      ['1GiB', 1_073_741_824n],
      ['1.5k', 1536n],
      ['100', 100n],
      ['100b', 100n],
      ['18446744073709551615', 18_446_744_073_709_551_615n],
    ],
    bad: ['', 'm', '-1', '1x', '1.5.5m', '18446744073709551616', '99999999999g', '0x10'],
  },
  {
    what: 'a number of processors',
    parse: processors,
    good: [
      ['2', 2],
      ['0.5', 0.5],
    ],
    bad: ['0', '-1', '', 'two', '1e3'],
  },
  {
    what: 'a terminal size',
    parse: consoleSize,
    good: [['120x30', { width: 120, height: 30 }]],
    bad: ['120', 'x', '0x30', '120x0', '65536x1', '1x65536', '-1x2', '1x2x3'],
  },
  {
    what: 'a whole number',
    parse: integer(1, 10),
    good: [
      ['1', 1],
      ['10', 10],
    ],
    bad: ['0', '11', '1.0', '', ' 1', '0x1', '1e0'],
  },
  {
    what: 'a container id',
    parse: containerId,
    good: [
      ['web', 'web'],
      ['0.a_B-9', '0.a_B-9'],
      ['x'.repeat(128), 'x'.repeat(128)],
    ],
    bad: ['', '../up', 'a/b', 'a\\b', '.x', '-x', 'a b', 'größe', 'x'.repeat(129), 'a\n', 'a\0'],
  },
  { what: 'an exec id', parse: execId, good: [['job', 'job']], bad: ['init', 'INIT', 'a/b'] },
  {
    what: 'a label',
    parse: label,
    good: [
      ['tier=web=1', { name: 'tier', value: 'web=1' }],
      ['alone', { name: 'alone', value: '' }],
      ['a=', { name: 'a', value: '' }],
    ],
    bad: ['', '=x'],
  },
  { what: 'a variable', parse: variable, good: [['A=', 'A=']], bad: ['', '=x'] },
  {
    what: 'a moment',
    parse: moment(() => Date.UTC(2026, 0, 2), duration),
    good: [
      ['1h', '2026-01-01T23:00:00.000Z'],
      ['2025-12-31T00:00:00+01:00', '2025-12-30T23:00:00.000Z'],
    ],
    bad: ['', 'yesterday', '2026-13-01T00:00:00Z'],
  },
  {
    what: 'a mount',
    parse: mountOption,
    good: [
      ['type=bind,source=C:\\a,target=C:\\b,readonly', { source: 'C:\\a', destination: 'C:\\b', options: ['ro'] }],
      ['type=bind,src=/a,dst=/b,readonly=false', { source: '/a', destination: '/b' }],
      ['source=/a b,destination=C:\\x', { source: '/a b', destination: 'C:\\x' }],
      [
        'type=npipe,source=\\\\.\\pipe\\docker_engine,target=\\\\.\\pipe\\docker_engine',
        { source: '\\\\.\\pipe\\docker_engine', destination: '\\\\.\\pipe\\docker_engine' },
      ],
      ['/a:/b', { source: '/a', destination: '/b' }],
      ['/a:/b:ro', { source: '/a', destination: '/b', options: ['ro'] }],
      ['C:\\a:D:\\b', { source: 'C:\\a', destination: 'D:\\b' }],
      ['C:\\a:D:\\b:ro', { source: 'C:\\a', destination: 'D:\\b', options: ['ro'] }],
      ['c:/a:d:/b:rw', { source: 'c:/a', destination: 'd:/b' }],
      ['/a:C:\\b', { source: '/a', destination: 'C:\\b' }],
    ],
    bad: [
      '',
      '/a',
      'C:\\a',
      ':/b',
      '/a:',
      '/a:/b:xx',
      '/a:/b:ro:more',
      'type=volume,source=a,target=b',
      'type=bind,source=/a',
      'type=bind,target=/a',
      'type=bind,source=/a,target=/b,bogus=1',
      'type=bind,source=/a,target=/b,readonly=maybe',
    ],
  },
];

for (const { what, parse, good, bad } of tables) {
  test(`${what} is read as meant, and anything else is refused with what was expected`, (t) => {
    for (const [text, value] of good) t.deepEqual(valueOf(parse, text), value, text);
    for (const text of bad) {
      const parsed = parse(text);
      t.true('expected' in parsed && parsed.expected.length > 10, JSON.stringify(text));
    }
  });
}

test('no text makes a parser throw', (t) => {
  const parsers = tables.map(({ parse }) => parse);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const parse of parsers) parse(text);
    }),
  );
  t.pass();
});

test('a short mount of two drive paths is what went in', (t) => {
  const name = fc.stringMatching(/^[a-z0-9 ._-]{1,12}$/);
  fc.assert(
    fc.property(fc.constantFrom('C', 'd'), name, fc.constantFrom('X', 'y'), name, fc.boolean(), (a, p, b, q, ro) => {
      const [source, destination] = [`${a}:\\${p}`, `${b}:\\${q}`];
      t.deepEqual(valueOf(mountOption, `${source}:${destination}${ro ? ':ro' : ''}`), {
        source,
        destination,
        ...(ro ? { options: ['ro'] } : {}),
      });
    }),
  );
});

test('a name alone passes on the own value, and nothing when there is none', (t) => {
  t.is(passOn('A', { A: 'x=y' }), 'A=x=y');
  t.is(passOn('B', { A: '1' }), undefined);
  t.is(passOn('A=2', { A: '1' }), 'A=2');
});

test('later variables replace earlier ones, names without case, as Windows has them', (t) => {
  t.deepEqual(mergeEnvironment(['Path=a', 'X=1'], ['PATH=b', 'y=2']), ['PATH=b', 'X=1', 'y=2']);
});

test("an environment file is read by docker's rules", (t) => {
  t.deepEqual(envFileEntries('# note\r\nA=1\n\n  B="q" # kept\nC\nD=\n'), {
    entries: ['A=1', 'B="q" # kept', 'C', 'D='],
  });
  t.deepEqual(envFileEntries('A=1\nnot a name=2\n'), { badLine: 2 });
  t.deepEqual(envFileEntries('=x'), { badLine: 1 });
});

test('UTF-8 with and without a BOM and UTF-16 with one are the same text', (t) => {
  const text = '{"a":"größe \u{1f600}"}';
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
  for (const bytesOf of [Buffer.from(text), Buffer.from(`\ufeff${text}`), utf16, Buffer.from(utf16).swap16()]) {
    t.is(decodeText(bytesOf, 'x'), text);
  }
});

for (const [what, input, place] of [
  ['in the middle', [0x7b, 0x22, 0xff, 0x22, 0x7d], 2],
  ['at the start', [0xc0, 0x80], 0],
  ['after a long text', [...Buffer.from('é'.repeat(3000)), 0xfe, 0x41], 6000],
  ['cut off at the end', [...Buffer.from('abc'), 0xe2, 0x82], 3],
] as const) {
  test(`invalid UTF-8 ${what} is refused with the byte that is wrong`, (t) => {
    const error = t.throws(() => decodeText(Uint8Array.from(input), '--spec x.json'));
    t.true(isRuntimeError(error) && error.code === 'invalidRequest');
    t.regex(error.message, new RegExp(`byte ${place}$`));
  });
}

test('the byte named is the first that breaks a random text', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (before, after) => {
      const start = Buffer.from(before, 'utf8');
      const input = Buffer.concat([start, Buffer.from([0xff]), Buffer.from(after)]);
      // Such a start would say that it is UTF-16.
      fc.pre(!(start.length <= 1 && input[1] === 0xfe));
      const error = t.throws(() => decodeText(input, 'x'));
      t.regex(error.message, new RegExp(`byte ${start.length}$`));
    }),
    { numRuns: 50 },
  );
});

test('odd UTF-16 is refused', (t) => {
  t.throws(() => decodeText(Uint8Array.from([0xff, 0xfe, 0x41]), 'x'), { message: /utf-16le/ });
});
