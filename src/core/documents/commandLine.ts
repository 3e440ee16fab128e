/**
 * One Windows command line out of arguments, by the rule that CommandLineToArgvW and the C runtime undo (hcs-facts 10.2).
 */

/**
 * The arguments escaped and joined with a space. '' when there are none. Quotes are put around an argument that is empty or
 * holds a space or tab, and only then: a newline or vertical tab does not separate arguments on Windows.
 */
export const commandLine = (args: readonly string[]): string => args.map(escapeArgument).join(' ');

function escapeArgument(argument: string): string {
  if (argument === '') return '""';
  // Backslashes are literal unless a quote follows: the one in the text, or the closing one.
  const escaped = argument.replace(/(\\*)"/g, '$1$1\\"');
  return /[ \t]/.test(argument) ? `"${escaped.replace(/\\+$/, '$&$&')}"` : escaped;
}
