import fc from 'fast-check';
import test from 'ava';
import { commandLine } from '#src/core/documents/commandLine.js';

/**
 * CommandLineToArgvW as Microsoft documents it: the program's name ends at the next quote or blank and knows no escapes; in the
 * rest 2n backslashes and a quote are n backslashes and a quotation mark, 2n+1 are n backslashes and a literal quote, and a
 * second quote within quotes is literal.
 */
function commandLineToArgv(line: string): string[] {
  const program = /^(?:"([^"]*)"?|([^ \t]*))/.exec(line);
  const argv = [program?.[1] ?? program?.[2] ?? ''];
  let at = program?.[0].length ?? 0;
  while (at < line.length) {
    while (/[ \t]/.test(line.charAt(at))) at++;
    if (at >= line.length) break;
    let argument = '';
    let quoted = false;
    while (at < line.length && (quoted || !/[ \t]/.test(line.charAt(at)))) {
      const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
      at += slashes;
      if (line.charAt(at) !== '"') {
        argument += '\\'.repeat(slashes);
        if (slashes === 0) argument += line.charAt(at++);
        continue;
      }
      argument += '\\'.repeat(Math.floor(slashes / 2));
      at++;
      if (slashes % 2 === 1) argument += '"';
      else if (quoted && line.charAt(at) === '"') {
        argument += '"';
        at++;
      } else quoted = !quoted;
    }
    argv.push(argument);
  }
  return argv;
}

for (const [args, line] of [
  [[], ''],
  [[''], '""'],
  [['cmd', '/c', 'echo "hi"'], 'cmd /c "echo \\"hi\\""'],
  [['a b\\'], '"a b\\\\"'],
  [['a\\'], 'a\\'],
  [['a\\"b'], 'a\\\\\\"b'],
  [['C:\\Program Files\\x.exe', 'C:\\'], '"C:\\Program Files\\x.exe" C:\\'],
  [['tab\there', 'line\nfeed'], '"tab\there" line\nfeed'],
  [['"'], '\\"'],
  [['\\\\server\\a b'], '"\\\\server\\a b"'],
  [['no\u00a0break'], 'no\u00a0break'],
] as const) {
  test(`the arguments ${JSON.stringify(args)} make the line ${JSON.stringify(line)}`, (t) => {
    t.is(commandLine(args), line);
  });
}

test('Windows takes every command line apart into the arguments it was made of', (t) => {
  const char = fc.constantFrom('a', ' ', '\t', '"', '\\', "'", '%', '\n', 'Ü');
  const argument = fc.oneof(fc.string({ unit: char, maxLength: 8 }), fc.string());
  // No escape can bring a quote into the name of a program.
  const program = argument.filter((text) => text !== '' && !text.includes('"') && !/[ \t].*\\$/s.test(text));
  fc.assert(
    fc.property(program, fc.array(argument, { maxLength: 5 }), (name, args) => {
      t.deepEqual(commandLineToArgv(commandLine([name, ...args])), [name, ...args]);
    }),
    { numRuns: 1000 },
  );
});
