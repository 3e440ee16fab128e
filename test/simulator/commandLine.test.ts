import test from 'ava';
import fc from 'fast-check';
import { parseCommandLine } from '#src/simulator/commandLine.js';

/** The rule of hcs-facts 10.2 by which clients put arguments together. */
function escape(argument: string): string {
  if (argument === '') return '""';
  let out = '';
  let slashes = 0;
  for (const c of argument) {
    if (c === '\\') slashes++;
    else {
      if (c === '"') out += '\\'.repeat(slashes) + '\\';
      slashes = 0;
    }
    out += c;
  }
  return /[ \t]/.test(argument) ? `"${out}${'\\'.repeat(slashes)}"` : out;
}

test('the documented examples of the C runtime are split as documented', (t) => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['"abc" d e', ['abc', 'd', 'e']],
    ['x "a b c" d e', ['x', 'a b c', 'd', 'e']],
    ['x "ab\\"c" "\\\\" d', ['x', 'ab"c', '\\', 'd']],
    ['x a\\\\\\b d"e f"g h', ['x', 'a\\\\\\b', 'de fg', 'h']],
    ['x a\\\\\\"b c d', ['x', 'a\\"b', 'c', 'd']],
    ['x a\\\\\\\\"b c" d e', ['x', 'a\\\\b c', 'd', 'e']],
    ['x a"b"" c d', ['x', 'ab" c d']],
    ['"C:\\Program Files\\x\\" y', ['C:\\Program Files\\x\\', 'y']],
    ['  x\ty  ', ['x', 'y']],
    ['x ""', ['x', '']],
    ['', []],
    [' \t', []],
  ];
  for (const [line, args] of cases) t.deepEqual(parseCommandLine(line).args, args, line);
});

test('what follows the program is kept as it is', (t) => {
  t.is(parseCommandLine('"C:\\a b\\cmd.exe"   /c "echo  ""x"""').tail, '/c "echo  ""x"""');
  t.is(parseCommandLine('cmd').tail, '');
});

test('arguments put together by the rule come out again', (t) => {
  const argument = fc.string({ unit: fc.constantFrom('a', ' ', '\t', '"', '\\', 'é') });
  fc.assert(
    fc.property(fc.array(argument), (args) => {
      const line = ['program', ...args.map(escape)].join(' ');
      t.deepEqual(parseCommandLine(line).args, ['program', ...args]);
    }),
  );
  t.pass();
});
