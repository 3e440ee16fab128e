/** The quick reader against yargs: where it answers at all, both must say the same. */
import test from 'ava';
import fc from 'fast-check';
import type { Options } from '#src/cli/args/option.js';
import { quick } from '#src/cli/args/quick.js';
import type { RawArgs } from '#src/cli/args/raw.js';
import { ENTRIES } from '#src/cli/commands/index.js';
import { globalOptions } from '#src/cli/globals.js';
import { readArgs } from '#src/cli/register.js';

const commands = await Promise.all(ENTRIES.map((entry) => entry.load()));
const run = commands.find(({ name }) => name === 'run')!;
const runOptions: Options = { ...run.options, ...globalOptions };

/** Reads with yargs; undefined when it refuses. */
function slow(options: Options, argv: readonly string[], halt: boolean): RawArgs | undefined {
  try {
    const { raw, help } = readArgs(options, argv, halt, 'usage');
    return help ? undefined : raw;
  } catch {
    return undefined;
  }
}

const text = fc.oneof(
  fc.constantFrom(
    'true',
    'false',
    '--',
    '-',
    '--rm',
    '-e',
    '--env=A=B',
    '',
    'a b',
    '1',
    '-1',
    '0x10',
    '1e3',
    'x.y',
    '"q"',
  ),
  fc.stringMatching(/^[a-z0-9=.:\\/-]{1,8}$/),
  fc.string({ maxLength: 6 }),
);

function argument(options: Options): fc.Arbitrary<readonly string[]> {
  const entries = Object.entries(options);
  return fc.oneof(
    text.map((word) => [word]),
    fc
      .tuple(fc.constantFrom(...entries), text, fc.boolean(), fc.boolean())
      .map(([[key, option], value, long, joined]) => {
        const name = long || option.short === undefined ? `--${key}` : `-${option.short}`;
        if (option.kind === 'flag') return [name];
        return joined && name.startsWith('--') ? [`${name}=${value}`] : [name, value];
      }),
    fc.constantFrom(['-it'], ['-itd'], ['-ie', 'A=B'], ['--name', 'x'], ['--cwd=/x']),
  );
}

for (const halt of [true, false]) {
  test(`where the quick reader answers yargs says the same, options ${halt ? 'ending at the first word' : 'anywhere'}`, (t) => {
    let answered = 0;
    fc.assert(
      fc.property(fc.array(argument(runOptions), { maxLength: 6 }), (parts) => {
        const argv = parts.flat();
        const fast = quick(runOptions, argv, halt);
        if (fast === undefined) return;
        answered++;
        t.deepEqual(fast, slow(runOptions, argv, halt), JSON.stringify(argv));
      }),
      { numRuns: 400 },
    );
    // The property says nothing when hardly anything is answered.
    t.true(answered > 100, `${answered} answered`);
  });
}

test('words after the first belong to the program, whatever they look like', (t) => {
  const argv = ['--rm', 'sh', '-c', 'echo $0', '--rm', '--', '--json', 'true'];
  const expected = { options: { rm: true }, positionals: argv.slice(1) };
  t.deepEqual(quick(runOptions, argv, true), expected as RawArgs);
  t.deepEqual(slow(runOptions, argv, true), expected as RawArgs);
});

test('the words true and false are words after a flag', (t) => {
  for (const word of ['true', 'false']) {
    const expected = { options: { rm: true }, positionals: [word] };
    t.deepEqual(quick(runOptions, ['--rm', word], true), expected as RawArgs);
    t.deepEqual(slow(runOptions, ['--rm', word], true), expected as RawArgs);
  }
});

test('what is not plain is left to yargs', (t) => {
  for (const argv of [
    ['--bogus'],
    ['--rm=1'],
    ['-x'],
    ['-et', 'A'],
    ['--help'],
    ['-h'],
    ['--env'],
    ['---'],
    ['-1'],
    ['--ENV', 'A=B'],
  ]) {
    t.is(quick(runOptions, argv, true), undefined, argv.join(' '));
  }
});

test('a flag can be said to be off', (t) => {
  t.deepEqual(slow(runOptions, ['--rm=false', '-d'], true), { options: { detach: true }, positionals: [] });
  t.deepEqual(slow(runOptions, ['--rm=true'], true), { options: { rm: true }, positionals: [] });
});

test('yargs refuses what is wrong, and says what it is', (t) => {
  for (const [argv, message] of [
    [['--bogus'], /unknown option --bogus/],
    [['--detatch'], /did you mean --detach/],
    [['--env'], /--env needs a value/],
    [['-x'], /unknown option -x/],
    [['--rm=1'], /--rm takes no value/],
    [['--rm='], /--rm takes no value/],
  ] as const) {
    t.throws(() => readArgs(runOptions, argv, true, 'usage'), { message }, argv.join(' '));
  }
});

test('every example of every verb can be read, and each verb has two, one of them PowerShell', async (t) => {
  for (const command of commands) {
    t.true(command.examples.length >= 2, command.name);
    t.true(
      command.examples.some(({ shell }) => shell === 'powershell'),
      command.name,
    );
    t.true(
      command.examples.some(({ shell }) => shell === 'sh'),
      command.name,
    );
    for (const { shell, line } of command.examples) {
      const words = `hcs ${command.name}`;
      t.true(line.includes(words), `${command.name}: ${line}`);
      if (shell !== 'sh') continue;
      t.true(line.startsWith(words), line);
      const argv = (line.slice(words.length).match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));
      t.not(quick({ ...command.options, ...globalOptions }, argv, command.halt === true), undefined, line);
    }
  }
  t.is(
    new Set(ENTRIES.flatMap(({ name, aliases }) => [name, ...(aliases ?? [])])).size,
    ENTRIES.flatMap(({ name, aliases }) => [name, ...(aliases ?? [])]).length,
  );
  for (const [i, entry] of ENTRIES.entries()) {
    t.is(commands[i]?.name, entry.name);
    t.deepEqual(commands[i]?.aliases ?? [], entry.aliases ?? []);
  }
  await Promise.resolve();
});

test('no option of a verb has the name or the letter of a global one', (t) => {
  const taken = new Set(Object.entries(globalOptions).flatMap(([key, option]) => [key, option.short ?? key]));
  taken.add('help').add('h');
  for (const { name, options } of commands) {
    const names = Object.entries(options).flatMap(([key, option]) => [
      key,
      ...(option.aliases ?? []),
      ...(option.short === undefined ? [] : [option.short]),
    ]);
    for (const one of names) t.false(taken.has(one), `${name} ${one}`);
    t.is(new Set(names).size, names.length, name);
  }
});
