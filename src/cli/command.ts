/**
 * A command is data: its words, its options, its examples and a handler. `register.ts` shows it to yargs, `help.ts` prints it,
 * completion reads it. A handler gets decoded arguments and a {@link Context} and answers an {@link Outcome}; it never prints its
 * result itself and never ends the process.
 */
import type { Options, OptionValues } from './args/option.js';
import type { Context } from './context.js';
import type { Outcome } from './output/outcome.js';

/**
 * Words after the options. `id`: a container id, checked before the handler runs; `path`: a folder, `network` and `endpoint`: one of HNS's, by
 * name or id; these are offered by completion.
 */
export interface Positional {
  readonly name: string;
  readonly describe: string;
  readonly kind?: 'text' | 'id' | 'execId' | 'path' | 'network' | 'endpoint';
  /** Offered by completion; the handler refuses others. */
  readonly choices?: readonly string[];
  readonly required?: boolean;
  /** Takes all that is left; only the last one may. */
  readonly variadic?: boolean;
}

export interface Example {
  readonly shell: 'sh' | 'powershell';
  readonly line: string;
  readonly about: string;
}

export const GROUPS = ['Containers', 'Processes', 'Observing', 'Layers', 'Networks', 'Service', 'Tools'] as const;
export type Group = (typeof GROUPS)[number];

export interface Args<O extends Options> {
  readonly options: OptionValues<O>;
  /** Words by the positionals' names; variadic ones are in `rest`. */
  readonly words: Readonly<Record<string, string>>;
  readonly rest: readonly string[];
}

export interface Command<O extends Options = Options> {
  /** One word, or two for a group's verb (`engine status`). */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly describe: string;
  readonly group: Group;
  readonly options: O;
  readonly positionals: readonly Positional[];
  /** Options end at the first positional; the words after it belong to the program (run, create, exec). */
  readonly halt?: boolean;
  /** Stdout belongs to the program unless an output format was asked for; own failures are then told on stderr alone. */
  readonly streams?: 'program';
  /** Whether these options keep the program's output away from stdout after all (`run --detach`). */
  apart?(options: OptionValues<O>): boolean;
  /** Exit status of own failures but for bad requests (125 for run and exec); absent: by ERROR_TABLE. */
  readonly failureStatus?: number;
  /** At least two, one of them PowerShell. */
  readonly examples: readonly Example[];
  /** Paragraphs for `hcs help VERB` after the options. */
  readonly notes?: readonly string[];
  handler(args: Args<O>, context: Context): Promise<Outcome>;
}

/** Keeps the types of a command's options for its handler. */
export const defineCommand = <const O extends Options>(command: Command<O>): Command<O> => command;

/** A command whose option types are forgotten: what tables of commands hold. */
export type AnyCommand = Omit<Command, 'handler'> & {
  handler(args: Args<never>, context: Context): Promise<Outcome>;
};
