import type { Parse } from '../args/option.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** `K=V`, or `K` alone, which takes the value that the caller's own environment has (docker's rule; unset: left out). */
export const variable: Parse<string> = (text) =>
  text === '' || text.startsWith('=') ? { expected: 'KEY=VALUE, or KEY to pass on your own value' } : { value: text };

/** `K` becomes `K=<own value>`; undefined when the caller has none. */
export function passOn(entry: string, env: Environment): string | undefined {
  if (entry.includes('=')) return entry;
  const own = env[entry];
  return own === undefined ? undefined : `${entry}=${own}`;
}

/**
 * Lines of an environment file, docker's format: one `K=V` or `K` a line, `#` starts a comment line, nothing is unquoted.
 * Answers the entries, or the number of the first line that is none.
 */
export function envFileEntries(text: string): { readonly entries: readonly string[] } | { readonly badLine: number } {
  const entries: string[] = [];
  for (const [i, raw] of text.split(/\r\n|\n|\r/u).entries()) {
    const line = raw.trimStart();
    if (line === '' || line.startsWith('#')) continue;
    const name = line.split('=', 1)[0] ?? '';
    if (name === '' || /\s/u.test(name)) return { badLine: i + 1 };
    entries.push(line);
  }
  return { entries };
}

/** Later entries replace earlier ones of the same name; names are compared without case, as Windows does. */
export function mergeEnvironment(...lists: readonly (readonly string[])[]): string[] {
  const merged = new Map<string, string>();
  for (const entry of lists.flat()) merged.set((entry.split('=', 1)[0] ?? '').toLowerCase(), entry);
  return [...merged.values()];
}
