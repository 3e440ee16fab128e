/**
 * Reads plain command lines without yargs, whose loading alone costs as much as starting node does. Anything that is not plain
 * (an unknown or misspelt option, a missing value, `--help`) makes it answer undefined, and `register.ts` decides. On all it does
 * read, both agree: test/cli/quick.test.ts compares them on random command lines.
 */
import { findOption, type Options } from './option.js';
import type { RawArgs } from './raw.js';

/** `halt`: options end at the first positional (run, create, exec). */
export function quick(options: Options, argv: readonly string[], halt: boolean): RawArgs | undefined {
  const found: Record<string, true | string[]> = {};
  const positionals: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i] ?? '';
    if (arg === '--') {
      positionals.push(...argv.slice(i + 1));
      break;
    }
    if (!arg.startsWith('-') || arg === '-') {
      if (halt) {
        positionals.push(...argv.slice(i));
        break;
      }
      positionals.push(arg);
      continue;
    }
    const long = /^--([a-z][a-z0-9-]+)(?:=(.*))?$/su.exec(arg);
    const letters = /^-([a-zA-Z]+)$/u.exec(arg)?.[1];
    const names = long?.[1] !== undefined ? [long[1]] : letters !== undefined ? Array.from(letters) : [];
    if (names.length === 0) return undefined;
    for (const [at, name] of names.entries()) {
      const match = findOption(options, name);
      if (match === undefined || (name.length === 1) === (long !== null)) return undefined;
      const { key, option } = match;
      if (option.kind === 'flag') {
        if (long?.[2] !== undefined) return undefined;
        found[key] = true;
        continue;
      }
      if (at !== names.length - 1) return undefined;
      const text = long?.[2] ?? argv[++i];
      if (text === undefined) return undefined;
      const before = found[key];
      if (Array.isArray(before)) before.push(text);
      else found[key] = [text];
    }
  }
  return { options: found, positionals };
}
