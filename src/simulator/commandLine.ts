/**
 * Splits a Windows command line into arguments by the rules of the Microsoft C runtime, which most Windows programs use and
 * which Go's escaping (hcs-facts 10.2, "Command line") is the inverse of.
 */

const isBlank = (c: string | undefined): boolean => c === ' ' || c === '\t';

/** The program's name, in which backslashes are ordinary and quotes only group; and where the rest begins. */
function programName(line: string): { readonly name: string; readonly end: number } {
  let name = '';
  let quoted = false;
  let at = 0;
  for (; at < line.length; at++) {
    const c = line[at] as string;
    if (c === '"') quoted = !quoted;
    else if (!quoted && isBlank(c)) break;
    else name += c;
  }
  return { name, end: at };
}

/** One argument from `at`, which is not blank. 2n backslashes before a quote are n, 2n+1 are n and a quote; `""` in quotes is a quote. */
function argument(line: string, start: number): { readonly text: string; readonly end: number } {
  let text = '';
  let quoted = false;
  let at = start;
  while (at < line.length && (quoted || !isBlank(line[at]))) {
    let slashes = 0;
    while (line[at] === '\\') {
      slashes++;
      at++;
    }
    if (line[at] === '"') {
      text += '\\'.repeat(slashes >> 1);
      if (slashes % 2 === 1) text += '"';
      else if (quoted && line[at + 1] === '"') {
        text += '"';
        at++;
      } else quoted = !quoted;
      at++;
    } else {
      text += '\\'.repeat(slashes);
      if (at < line.length && (quoted || !isBlank(line[at]))) text += line[at++] as string;
    }
  }
  return { text, end: at };
}

export interface CommandLine {
  /** Arguments, the program's name first; empty for a blank line. */
  readonly args: readonly string[];
  /** What follows the program's name, blanks in front removed: what `cmd.exe` looks at. */
  readonly tail: string;
}

export function parseCommandLine(text: string): CommandLine {
  const line = text.replace(/^[ \t]+/, '');
  if (line === '') return { args: [], tail: '' };
  const program = programName(line);
  const args = [program.name];
  let at = program.end;
  for (;;) {
    while (isBlank(line[at])) at++;
    if (at >= line.length) break;
    const next = argument(line, at);
    args.push(next.text);
    at = next.end;
  }
  return { args, tail: line.slice(program.end).replace(/^[ \t]+/, '') };
}
