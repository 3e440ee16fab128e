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

function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** The nearest of `known` if it is near enough to be meant: at most a third of its letters differ (at least two may). */
export function nearest(given: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const word of known) {
    const d = word.startsWith(given) && given.length >= 2 ? 0.5 : distance(given.toLowerCase(), word);
    if (d < bestDistance && d <= Math.max(2, Math.floor(word.length / 3)) && d < word.length) {
      best = word;
      bestDistance = d;
    }
  }
  return best;
}

/** Long names and aliases of a table of options. */
export const longNames = (options: Options): string[] =>
  Object.entries(options).flatMap(([key, option]) => [key, ...(option.aliases ?? [])]);
