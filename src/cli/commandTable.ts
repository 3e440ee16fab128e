/**
 * The commands as plain data: what `hcs help --json`, the pages under docs/cli and completion are made from. The build writes it
 * beside the bundled command (`commands.json`), so that a completion reads one small file instead of loading every verb.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Option, Options } from './args/option.js';
import type { AnyCommand, Example, Group, Positional } from './command.js';
import { ENTRIES } from './commands/index.js';
import { globalOptions } from './globals.js';
import { distFolder } from './packageRoot.js';

export interface OptionEntry {
  readonly name: string;
  readonly short?: string;
  readonly aliases: readonly string[];
  /** A flag takes no value, a list may be given again. */
  readonly kind: Option['kind'];
  readonly placeholder?: string;
  readonly choices?: readonly string[];
  readonly describe: string;
}

export interface PositionalEntry {
  readonly name: string;
  readonly describe: string;
  readonly kind: NonNullable<Positional['kind']>;
  readonly required: boolean;
  readonly variadic: boolean;
  readonly choices?: readonly string[];
}

export interface CommandEntry {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly describe: string;
  readonly group: Group;
  readonly options: readonly OptionEntry[];
  readonly positionals: readonly PositionalEntry[];
  /** Options end at the first positional; what follows belongs to a program. */
  readonly halt: boolean;
  readonly examples: readonly Example[];
  readonly notes: readonly string[];
}

export interface CommandTable {
  readonly globals: readonly OptionEntry[];
  readonly commands: readonly CommandEntry[];
}

const optionEntries = (options: Options): readonly OptionEntry[] =>
  Object.entries(options).map(([name, option]) => ({
    name,
    ...(option.short === undefined ? {} : { short: option.short }),
    aliases: option.aliases ?? [],
    kind: option.kind,
    ...(option.kind === 'flag' ? {} : { placeholder: option.placeholder }),
    ...(option.kind !== 'flag' && option.choices !== undefined ? { choices: option.choices } : {}),
    describe: option.describe,
  }));

const commandEntry = (command: AnyCommand): CommandEntry => ({
  name: command.name,
  aliases: command.aliases ?? [],
  describe: command.describe,
  group: command.group,
  options: optionEntries(command.options),
  positionals: command.positionals.map(({ name, describe, kind, required, variadic, choices }) => ({
    name,
    describe,
    kind: kind ?? 'text',
    required: required === true,
    variadic: variadic === true,
    ...(choices === undefined ? {} : { choices }),
  })),
  halt: command.halt === true,
  examples: command.examples,
  notes: command.notes ?? [],
});

/** Loads every verb. */
export async function commandTable(): Promise<CommandTable> {
  const commands = await Promise.all(ENTRIES.map((known) => known.load()));
  return { globals: optionEntries(globalOptions), commands: commands.map(commandEntry) };
}

/** Where the build leaves the table, under `dist`. */
export const TABLE_FILE = join('bin', 'commands.json');

/** The table as the build left it; without a build, from the verbs. */
export async function builtCommandTable(): Promise<CommandTable> {
  let text: string;
  try {
    text = readFileSync(join(distFolder(), TABLE_FILE), 'utf8');
  } catch {
    return commandTable();
  }
  return JSON.parse(text) as CommandTable;
}
