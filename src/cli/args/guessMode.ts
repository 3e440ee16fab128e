import type { Mode } from '../output/render.js';
import type { AnyCommand } from '../command.js';

const isMode = (text: string | undefined): text is Mode =>
  text === 'json' || text === 'ndjson' || text === 'table' || text === 'quiet';

/**
 * `--output` as far as it can be told of a command line that is not understood: the failure to understand it must be told, too.
 * The words of a program (run, exec) are not ours to look at.
 */
export function guessMode(
  argv: readonly string[],
  terminal: boolean,
  command?: Pick<AnyCommand, 'halt'>,
): { readonly mode: Mode; readonly asked: boolean } {
  let mode: Mode | undefined;
  for (const [i, arg] of argv.entries()) {
    if (arg === '--') break;
    // The first word that is no option, nor looks like the value of one: from here on the program's.
    if (command?.halt === true && !arg.startsWith('-') && argv[i - 1]?.startsWith('-') !== true) break;
    const given = /^--output=(.*)$/u.exec(arg)?.[1] ?? (arg === '--output' || arg === '-o' ? argv[i + 1] : undefined);
    if (arg === '--json') mode = 'json';
    else if (arg === '--quiet' || arg === '-q') mode = 'quiet';
    else if (isMode(given)) mode = given;
  }
  return { mode: mode ?? (terminal ? 'table' : 'json'), asked: mode !== undefined };
}
