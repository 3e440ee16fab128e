/** Every verb, by its own table of options and words, with what is missing, too much, wrong or hostile. */
import { isRight } from 'fp-ts/lib/Either.js';
import test, { type ExecutionContext } from 'ava';
import type { Option, Options } from '#src/cli/args/option.js';
import type { AnyCommand } from '#src/cli/command.js';
import { ENTRIES } from '#src/cli/commands/index.js';
import { globalOptions } from '#src/cli/globals.js';
import { ErrorBody } from '#src/cli/schema/documents.js';
import { cli, type CliHost } from '../helpers/cli.js';

interface ErrorReport {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
    readonly issues: readonly { readonly path: string; readonly expected: string; readonly got: string }[];
  };
}

const MEGABYTE = 'x'.repeat(1 << 20);

/** No id is any of these, and none may be taken for a path, an option's value, or a part of a document. */
const HOSTILE_IDS = [
  '../web',
  '..\\web',
  '/etc/passwd',
  'C:\\Windows',
  '\\\\.\\pipe\\x',
  '.',
  '..',
  '',
  ' ',
  'web ',
  'a/b',
  'a\0b',
  'a\nb',
  '\u001b[2Jweb',
  'größe',
  '\u202eweb',
  '{"id":"web"}',
  '_web',
  'x'.repeat(129),
  MEGABYTE,
];

/** What no option but a text takes; a parser that takes one of them has nothing to do with it. */
const HOSTILE_VALUES = ['', '\0', '-1', '1e999', 'NaN', '99999999999999999999999', '0x', '../..', '漢字', MEGABYTE];

/** A word for each positional that is required. */
const words = (command: AnyCommand): string[] =>
  command.positionals.filter(({ required }) => required === true).map(() => 'web');

/** Refused with one document and one line that fit on a screen, and no engine was asked. Answers the error. */
async function refused(
  t: ExecutionContext,
  argv: readonly string[],
  stdin: Uint8Array | string = '',
): Promise<ErrorReport['error']> {
  let host: CliHost | undefined;
  const ran = await cli(t, argv, {
    stdin,
    onHost: (made) => {
      host = made;
    },
  });
  const line = argv.map((word) => JSON.stringify(word.slice(0, 200))).join(' ');
  t.is(ran.status, 2, `${line}: ${ran.stdout}`);
  t.regex(ran.stdout, /^[\x20-\x7e]{1,4000}\n$/, line);
  t.regex(ran.stderr, /^hcs: [^\x00-\x1f\x7f]{1,2000}\n$/, line);
  const document = JSON.parse(ran.stdout) as ErrorReport;
  t.true(isRight(ErrorBody.decode(document)), line);
  t.is(document.error.code, 'invalidRequest', line);
  t.truthy(document.error.issues[0]?.path, line);
  t.truthy(document.error.hint, line);
  t.deepEqual(host?.connections, [], line);
  return document.error;
}

const takesValue = (option: Option): boolean => option.kind !== 'flag';
const wrongValues = (option: Option): string[] =>
  option.kind === 'flag' ? [] : HOSTILE_VALUES.filter((value) => 'expected' in option.parse(value));
/** `--optin`: its last letter but one is missing. */
const mistype = (name: string): string => `--${name.slice(0, -2)}${name.slice(-1)}`;

for (const entry of ENTRIES) {
  const { name } = entry;
  const verb = name.split(' ');

  test(`${name}: an option that does not exist, or is mistyped, is refused with the near one`, async (t) => {
    const command = await entry.load();
    const options: Options = { ...command.options, ...globalOptions };
    await refused(t, ['--json', ...verb, '--bogus-thing', ...words(command)]);
    await refused(t, ['--json', ...verb, '-9', ...words(command)]);
    for (const option of Object.keys(options).filter((key) => key.length > 4)) {
      const error = await refused(t, ['--json', ...verb, mistype(option), ...words(command)]);
      const [, near = ''] = /did you mean --([a-z-]+)\?/u.exec(error.message) ?? [];
      t.true(Object.hasOwn(options, near), `${mistype(option)}: ${error.message}`);
    }
  });

  test(`${name}: an option without its value, or with a wrong one, is refused by name`, async (t) => {
    const command = await entry.load();
    const options: Options = { ...command.options, ...globalOptions };
    for (const [key, option] of Object.entries(options)) {
      if (takesValue(option)) {
        const missing = await refused(t, ['--json', ...verb, `--${key}`]);
        t.true(missing.message.includes(`--${key} needs a value`), missing.message);
      } else {
        await refused(t, ['--json', ...verb, `--${key}=maybe`, ...words(command)]);
      }
      for (const value of wrongValues(option)) {
        const error = await refused(t, ['--json', ...verb, `--${key}=${value}`, ...words(command)]);
        t.true(error.issues.some(({ path }) => path === `--${key}`));
      }
    }
  });

  test(`${name}: each word that is missing, too much, or no id is refused`, async (t) => {
    const command = await entry.load();
    t.true(command.positionals.every(({ variadic }, at) => variadic !== true || at === command.positionals.length - 1));
    const required = words(command);
    for (const [at, positional] of command.positionals.entries()) {
      if (positional.required === true) {
        const error = await refused(t, ['--json', ...verb, ...required.slice(0, at)]);
        t.is(error.issues[0]?.path, positional.name);
      }
      if (positional.kind !== 'id') continue;
      for (const id of HOSTILE_IDS) {
        const line = [...required.slice(0, at), id, ...required.slice(at + 1)];
        await refused(t, ['--json', ...verb, '--', ...line]);
      }
    }
    if (command.positionals.some(({ variadic }) => variadic === true)) return;
    const full = command.positionals.map(({ name: word, choices }) => choices?.[0] ?? word);
    const error = await refused(t, ['--json', ...verb, ...full, 'toomuch']);
    t.is(error.message, 'unexpected argument "toomuch"');
    await refused(t, ['--json', ...verb, '--', ...full, '--', '--json']);
  });
}

const SPEC = '{"root":{"path":"C:\\\\größe"},"process":{"args":["cmd"],"cwd":"C:\\\\"}}';
const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const refusedSpec = (t: ExecutionContext, stdin: Uint8Array | string): Promise<ErrorReport['error']> =>
  refused(t, ['--json', 'create', '--spec', '-'], stdin);

test('a spec in UTF-8, with a mark or without, and in UTF-16 with one, is read; the letters are right', async (t) => {
  for (const bytes of [
    Buffer.from(SPEC),
    Buffer.from(`\ufeff${SPEC}`),
    Buffer.from(`\ufeff${SPEC}`, 'utf16le'),
    bigEndian(`\ufeff${SPEC}`),
  ]) {
    let spec: unknown;
    const ran = await cli(t, ['create', '--spec', '-'], {
      stdin: bytes,
      runtime: {
        create: (request) => {
          spec = request.spec;
          return Promise.resolve({ id: 'web', warnings: [] });
        },
      },
    });
    t.is(ran.status, 0, ran.stdout);
    t.like(spec, { root: { path: 'C:\\größe' } });
  }
});

test('a spec in UTF-16 without its mark, cut in a character, or in bytes that are no text is refused with the place', async (t) => {
  t.regex((await refusedSpec(t, Buffer.from(SPEC, 'utf16le'))).message, /NUL at byte 1/);
  t.regex((await refusedSpec(t, Buffer.from(SPEC).subarray(0, 24))).message, /invalid UTF-8 at byte 23/);
  t.regex(
    (await refusedSpec(t, Buffer.concat([Buffer.from(SPEC), Buffer.from([0xc3, 0x28])]))).message,
    new RegExp(`at byte ${Buffer.byteLength(SPEC)}$`),
  );
  t.regex((await refusedSpec(t, Buffer.from([0xff, 0xfe, 0x00, 0xd8]))).message, /invalid utf-16le/);
});

test('a spec that ConvertTo-Json has cut off at depth 2 is refused with what to do, wherever it was cut', async (t) => {
  const program = { args: ['cmd'], cwd: 'C:\\' };
  for (const spec of [
    { process: 'System.Collections.Hashtable' },
    { process: '@{args=System.Object[]; cwd=C:\\}' },
    { process: { args: 'cmd /c ver', cwd: 'C:\\' } },
    { process: { ...program, consoleSize: 'System.Collections.Specialized.OrderedDictionary' } },
    { process: program, windows: { layerFolders: 'System.Object[]' } },
    { process: program, windows: { resources: { memory: 'System.Collections.Hashtable' } } },
    { process: program, mounts: ['@{source=C:\\x; destination=C:\\y}'] },
    { process: program, annotations: '@{a=b}' },
  ]) {
    const error = await refusedSpec(t, JSON.stringify(spec));
    t.regex(error.hint ?? '', /-Depth 20/, JSON.stringify(spec));
  }
});

test('documents that are no spec, nested too deep or with numbers out of range are refused', async (t) => {
  for (const text of ['', ' ', '[', 'null', '[]', '"x"', '7', '{"process":7}', '['.repeat(100_000)]) {
    await refusedSpec(t, text);
  }
  const memory = (limit: string): string =>
    `{"process":{"args":["x"]},"windows":{"resources":{"memory":{"limit":${limit}}}}}`;
  for (const limit of ['-1', '1.5', '18446744073709551616', '1e300', '"2g"']) await refusedSpec(t, memory(limit));
});
