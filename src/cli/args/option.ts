/**
 * Options as data. A command lists them in an object; their keys are the long names, their values say what they take.
 * `register.ts` (yargs) and `quick.ts` read the same tables.
 */

/** A text that became a value, or the words for what it should have been. */
export type Parsed<T> = { readonly value: T } | { readonly expected: string };
export type Parse<T> = (text: string) => Parsed<T>;

interface Described {
  readonly describe: string;
  /** One letter. */
  readonly short?: string;
  /** Other long names. */
  readonly aliases?: readonly string[];
}
/** Present or not; never takes a value. */
export interface FlagOption extends Described {
  readonly kind: 'flag';
}
/** Takes the next argument, whatever that looks like, or the text after `=`. Given twice, the last one counts. */
export interface ValueOption<T> extends Described {
  readonly kind: 'value';
  readonly placeholder: string;
  readonly parse: Parse<T>;
  readonly choices?: readonly string[];
}
/** As a value, and may be given again: all of them count, in order. */
export interface ListOption<T> extends Described {
  readonly kind: 'list';
  readonly placeholder: string;
  readonly parse: Parse<T>;
  /** Offered by completion; `parse` may take others. */
  readonly choices?: readonly string[];
}
export type Option = FlagOption | ValueOption<unknown> | ListOption<unknown>;
export type Options = Readonly<Record<string, Option>>;

type OptionValue<O> = O extends FlagOption
  ? boolean
  : O extends ListOption<infer T>
    ? readonly T[]
    : O extends ValueOption<infer T>
      ? T | undefined
      : never;
/** What a handler gets for a table of options: flags are booleans, values may be absent, lists may be empty. */
export type OptionValues<O extends Options> = { readonly [K in keyof O]: OptionValue<O[K]> };

type Extra = Omit<Described, 'describe'>;

const text: Parse<string> = (value) => ({ value });

export const flag = (describe: string, extra: Extra = {}): FlagOption => ({ kind: 'flag', describe, ...extra });

export function value(placeholder: string, describe: string, extra?: Extra): ValueOption<string>;
export function value<T>(
  placeholder: string,
  describe: string,
  extra: Extra & { readonly parse: Parse<T> },
): ValueOption<T>;
export function value<T>(
  placeholder: string,
  describe: string,
  extra: Extra & { readonly parse?: Parse<T> } = {},
): ValueOption<T | string> {
  return { kind: 'value', placeholder, describe, parse: text, ...extra };
}

export const choice = <const C extends readonly string[]>(
  choices: C,
  describe: string,
  extra: Extra = {},
): ValueOption<C[number]> => ({
  kind: 'value',
  placeholder: choices.join('|'),
  describe,
  choices,
  parse: (given) => (choices.includes(given) ? { value: given } : { expected: `one of ${choices.join(', ')}` }),
  ...extra,
});

export function list(placeholder: string, describe: string, extra?: Extra): ListOption<string>;
export function list<T>(
  placeholder: string,
  describe: string,
  extra: Extra & { readonly parse: Parse<T>; readonly choices?: readonly string[] },
): ListOption<T>;
export function list<T>(
  placeholder: string,
  describe: string,
  extra: Extra & { readonly parse?: Parse<T> } = {},
): ListOption<T | string> {
  return { kind: 'list', placeholder, describe, parse: text, ...extra };
}

/** The option called `name` (a long name, an alias or a letter) and its long name; undefined when there is none. */
export function findOption(
  options: Options,
  name: string,
): { readonly key: string; readonly option: Option } | undefined {
  const direct = Object.hasOwn(options, name) ? options[name] : undefined;
  if (direct !== undefined && name.length > 1) return { key: name, option: direct };
  for (const [key, option] of Object.entries(options)) {
    if (option.short === name || option.aliases?.includes(name) === true) return { key, option };
  }
  return undefined;
}
