import type { Options } from './option.js';
import type { AnyCommand } from '../command.js';

/** `hcs run [options] [COMMAND [ARG...]]`. */
export function usageLine(command: Pick<AnyCommand, 'name' | 'options' | 'positionals'>): string {
  const words = command.positionals.map((positional) => {
    const name = `${positional.name.toUpperCase()}${positional.variadic === true ? '...' : ''}`;
    return positional.required === true ? name : `[${name}]`;
  });
  const options = Object.keys(command.options).length > 0 ? ['[options]'] : [];
  return ['hcs', command.name, ...options, ...words].join(' ');
}

/** Letters that were left out, added, changed, or swapped with the next one. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? (beforeLast[j - 2] ?? 0) + 1
          : Number.POSITIVE_INFINITY;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, changed, swapped));
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

/** How many mistakes a word may have and still be meant: one of four letters may, of longer ones two, or a third of them. */
const mistakes = ({ length }: string): number => (length <= 4 ? 1 : Math.max(2, Math.floor(length / 3)));

/** The nearest of `known` if it is near enough to be meant. */
export function nearest(given: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const word of known) {
    const d = word.startsWith(given) && given.length >= 2 ? 0.5 : distance(given.toLowerCase(), word);
    if (d < bestDistance && d <= mistakes(word) && d < word.length) {
      best = word;
      bestDistance = d;
    }
  }
  return best;
}

/** Long names and aliases of a table of options. */
export const longNames = (options: Options): string[] =>
  Object.entries(options).flatMap(([key, option]) => [key, ...(option.aliases ?? [])]);
