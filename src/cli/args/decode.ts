/** From a cut-up command line to what a handler gets: every wrong value is named, not only the first. */
import type { Issue } from '../../core/errors.js';
import type { Positional } from '../command.js';
import { containerId, execId } from '../parse/names.js';
import type { Options, OptionValues } from './option.js';
import type { RawArgs } from './raw.js';

const SHOWN = 80;
/** What was given, shortened: an issue is no place for whole files or secrets. */
export const shown = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text);

export interface DecodedArgs<O extends Options> {
  readonly options: OptionValues<O>;
  readonly words: Readonly<Record<string, string>>;
  readonly rest: readonly string[];
}

function decodeOptions(options: Options, raw: RawArgs, issues: Issue[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(options)) {
    const given = raw.options[key];
    if (option.kind === 'flag') {
      values[key] = given === true;
      continue;
    }
    const texts = given === undefined || given === true ? [] : given;
    const parsed: unknown[] = [];
    for (const text of option.kind === 'list' ? texts : texts.slice(-1)) {
      const result = option.parse(text);
      if ('value' in result) parsed.push(result.value);
      else issues.push({ path: `--${key}`, expected: result.expected, got: shown(text) });
    }
    values[key] = option.kind === 'list' ? parsed : parsed[0];
  }
  return values;
}

const PARSERS = { id: containerId, execId, text: undefined, path: undefined, network: undefined, endpoint: undefined };

function check({ name, kind = 'text' }: Positional, text: string, issues: Issue[]): void {
  const parsed = PARSERS[kind]?.(text);
  if (parsed !== undefined && 'expected' in parsed) {
    issues.push({ path: name, expected: parsed.expected, got: shown(text) });
  }
}

/** What is wrong with a command line, as data: the error class and its codecs are loaded only then. */
export interface Refused {
  readonly message: string;
  readonly issues: readonly Issue[];
}

export function decodeArgs<O extends Options>(
  options: O,
  positionals: readonly Positional[],
  raw: RawArgs,
): DecodedArgs<O> | Refused {
  const issues: Issue[] = [];
  const values = decodeOptions(options, raw, issues);
  const words: Record<string, string> = {};
  const left = [...raw.positionals];
  let rest: readonly string[] = [];
  for (const positional of positionals) {
    if (positional.required === true && left.length === 0) {
      issues.push({ path: positional.name, expected: positional.describe, got: 'nothing' });
    } else if (positional.variadic === true) {
      // `exec web -- cmd`: the dashes part our words from the program's. Where options end earlier the parser has dropped them.
      if (left[0] === '--' && left.length < raw.positionals.length) left.shift();
      rest = left.splice(0);
      for (const text of rest) check(positional, text, issues);
    } else {
      const text = left.shift();
      if (text === undefined) continue;
      words[positional.name] = text;
      check(positional, text, issues);
    }
  }
  for (const extra of left) issues.push({ path: 'arguments', expected: 'no further argument', got: shown(extra) });
  const first = issues[0];
  if (first !== undefined) {
    const message =
      first.got === 'nothing'
        ? `${first.path} is missing`
        : first.path === 'arguments'
          ? `unexpected argument "${first.got}"`
          : `${first.path}: expected ${first.expected}, got "${first.got}"`;
    return { message, issues };
  }
  // Each member was made by the parser that the option's type names.
  return { options: values as OptionValues<O>, words, rest };
}
