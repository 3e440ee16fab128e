/**
 * What a half-written command line can go on with, as far as the table of commands tells. Pure: live names and files are only
 * named here, `candidates.ts` looks them up.
 */
import type { CommandEntry, CommandTable, OptionEntry, PositionalEntry } from '../commandTable.js';

export interface Candidate {
  readonly value: string;
  /** One line. */
  readonly tooltip: string;
  readonly kind: 'verb' | 'option' | 'value' | 'container' | 'exec' | 'network' | 'endpoint' | 'file' | 'folder';
  /** What may be written instead of `value`: an endpoint's name where its id must stand. */
  readonly alias?: string;
}

/** The kind of the empty line with which `complete --lines` says that the shell has nothing of its own to offer either. */
export const NO_FILES = 'none';

export type Want =
  | { readonly kind: 'these'; readonly candidates: readonly Candidate[] }
  /** Containers of which the verb can do its work (without a verb: all), but for those that were named already. */
  | { readonly kind: 'containers'; readonly verb: string | undefined; readonly but: readonly string[] }
  | { readonly kind: 'execs'; readonly container: string }
  /** `others`: also endpoints by id, and what else stands for a network where a container is made. */
  | { readonly kind: 'networks'; readonly others: boolean }
  /** Labels of the containers that there are: K=V. */
  | { readonly kind: 'labels' }
  /** `name`: those that can be deleted. */
  | { readonly kind: 'endpoints'; readonly by: 'id' | 'name' }
  | { readonly kind: 'files'; readonly only: 'any' | 'json' | 'folders' }
  /** Words of a program: what the shell offers by itself, files. */
  | { readonly kind: 'shell' }
  | { readonly kind: 'nothing' };

export interface Wanted {
  readonly want: Want;
  /** What is written of the word already, without `before`. */
  readonly prefix: string;
  /** Stands before each candidate: `--spec=`. */
  readonly before: string;
}

const NOTHING: Want = { kind: 'nothing' };
const SHELL: Want = { kind: 'shell' };

const longName = /^--([a-z][a-z0-9-]*)(=)?(.*)$/su;

const findOption = (options: readonly OptionEntry[], word: string): OptionEntry | undefined => {
  const long = longName.exec(word)?.[1];
  // In a group of letters (`-it`) only the last one can take the next word.
  const letter = long === undefined ? /^-[a-zA-Z]*([a-zA-Z])$/u.exec(word)?.[1] : undefined;
  return options.find(
    (option) =>
      (long !== undefined && (option.name === long || option.aliases.includes(long))) ||
      (letter !== undefined && option.short === letter),
  );
};

const choiceCandidates = (choices: readonly string[], tooltip: string): Want => ({
  kind: 'these',
  candidates: choices.map((value) => ({ value, tooltip, kind: 'value' })),
});

function optionValue(option: OptionEntry, container: string | undefined): Want {
  if (option.choices !== undefined) return choiceCandidates(option.choices, option.describe);
  if (option.name === 'exec-id' && container !== undefined) return { kind: 'execs', container };
  switch (option.placeholder) {
    case 'CONTAINER':
      return { kind: 'containers', verb: undefined, but: [] };
    case 'FILE|-':
      return { kind: 'files', only: 'json' };
    case 'FILE':
      return { kind: 'files', only: 'any' };
    case 'DIR':
      return { kind: 'files', only: 'folders' };
    default:
      return NOTHING;
  }
}

const whole = (wanted: Want, text: string): Wanted => ({ want: wanted, prefix: text, before: '' });

/** What comes after the last of `sign`, a single character, or all where there is none; what stands before it stays. */
const after = (sign: string, wanted: Want, text: string): Wanted => {
  const at = text.lastIndexOf(sign) + 1;
  return { want: wanted, prefix: text.slice(at), before: text.slice(0, at) };
};

const OF_CONTAINER = /^container:/u;
const LABEL = 'label=';

/** `text`: what is written of the value. */
function optionValueOf(option: OptionEntry, container: string | undefined, text: string): Wanted {
  if (option.placeholder === 'NET' && OF_CONTAINER.test(text))
    return after(':', { kind: 'containers', verb: undefined, but: [] }, text);
  if ((option.placeholder === 'NET' && text.includes(',')) || option.placeholder === 'ENDPOINT')
    return after(',', { kind: 'endpoints', by: 'id' }, text);
  if (option.placeholder === 'NET') return whole({ kind: 'networks', others: true }, text);
  if (option.placeholder === 'KEY=VALUE' && option.choices?.includes(LABEL) === true && text.startsWith(LABEL))
    return { want: { kind: 'labels' }, prefix: text.slice(LABEL.length), before: LABEL };
  return whole(optionValue(option, container), text);
}

function positionalValue(positional: PositionalEntry, verb: string, read: Read, table: CommandTable): Want {
  if (positional.kind === 'id') {
    return { kind: 'containers', verb: read.given.has('force') ? undefined : verb, but: read.positionals };
  }
  if (positional.choices !== undefined) return choiceCandidates(positional.choices, positional.describe);
  if (positional.name === 'verb') return verbs(table, []);
  if (positional.name === 'command') return SHELL;
  if (positional.kind === 'network') return { kind: 'networks', others: false };
  if (positional.kind === 'endpoint') return { kind: 'endpoints', by: 'name' };
  return positional.kind === 'path' ? { kind: 'files', only: 'folders' } : NOTHING;
}

/** First words of verbs, or the second ones after a group's name. */
function verbs({ commands }: CommandTable, before: readonly string[]): Want {
  const found = new Map<string, Candidate>();
  for (const { name, describe } of commands) {
    const [first = '', second] = name.split(' ');
    if (before.length === 0) {
      const known = found.get(first);
      const tooltip = second === undefined ? describe : known === undefined ? second : `${known.tooltip}, ${second}`;
      found.set(first, { value: first, tooltip, kind: 'verb' });
    } else if (first === before[0] && second !== undefined) {
      found.set(second, { value: second, tooltip: describe, kind: 'verb' });
    }
  }
  return { kind: 'these', candidates: [...found.values()] };
}

function optionNames(options: readonly OptionEntry[], given: ReadonlySet<string>): Want {
  const open = options.filter(({ name, kind }) => kind === 'list' || !given.has(name));
  return {
    kind: 'these',
    candidates: open.map(({ name, describe, placeholder }) => ({
      value: `--${name}`,
      tooltip: placeholder === undefined ? describe : `${placeholder}: ${describe}`,
      kind: 'option',
    })),
  };
}

interface Read {
  readonly command: CommandEntry | undefined;
  readonly verb: readonly string[];
  /** Words of the verb that are no options. */
  readonly positionals: readonly string[];
  readonly given: ReadonlySet<string>;
  /** The option whose value comes next. */
  readonly open: OptionEntry | undefined;
  /** Options are over: `--`, or the words of a program. */
  readonly over: boolean;
}

/** Reads the words that are whole already. */
function read(table: CommandTable, words: readonly string[]): Read {
  const groups = new Set(table.commands.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0] ?? ''] : [])));
  let command: CommandEntry | undefined;
  let open: OptionEntry | undefined;
  let over = false;
  const verb: string[] = [];
  const positionals: string[] = [];
  const given = new Set<string>();
  for (const word of words) {
    const options = [...(command?.options ?? []), ...table.globals];
    if (open !== undefined) open = undefined;
    else if (over) positionals.push(word);
    else if (word === '--') over = command !== undefined;
    else if (word.startsWith('-') && word !== '-') {
      const option = findOption(options, word);
      if (option === undefined) continue;
      given.add(option.name);
      if (option.kind !== 'flag' && longName.exec(word)?.[2] === undefined) open = option;
    } else if (command === undefined) {
      verb.push(word);
      if (verb.length === 1 && groups.has(word)) continue;
      const name = verb.join(' ');
      command = table.commands.find((known) => known.name === name || known.aliases.includes(name));
    } else {
      positionals.push(word);
      over = command.halt;
    }
  }
  return { command, verb, positionals, given, open, over };
}

/** `words`: whole words after `hcs`; `current`: what is written of the next one, often nothing. */
export function want(table: CommandTable, words: readonly string[], current: string): Wanted {
  const before = read(table, words);
  const { command, verb, positionals, given, open, over } = before;
  const options = [...(command?.options ?? []), ...table.globals];
  const container = positionals[0];
  const plain = (wanted: Want): Wanted => whole(wanted, current);
  if (open !== undefined) return optionValueOf(open, container, current);
  if (!over && current.startsWith('-')) {
    const [, , sign, value = ''] = longName.exec(current) ?? [];
    if (sign === undefined) return plain(optionNames(options, given));
    const option = findOption(options, current);
    if (option === undefined || option.kind === 'flag') return plain(NOTHING);
    const wanted = optionValueOf(option, container, value);
    return { ...wanted, before: `${current.slice(0, -value.length || undefined)}${wanted.before}` };
  }
  if (command === undefined) {
    const group = verb.length === 1 && table.commands.some(({ name }) => name.startsWith(`${verb[0] ?? ''} `));
    return plain(verb.length === 0 || group ? verbs(table, verb) : NOTHING);
  }
  const at = Math.min(positionals.length, command.positionals.length - 1);
  const next = command.positionals[at];
  const isOpen = next !== undefined && (positionals.length <= at || next.variadic);
  return plain(isOpen ? positionalValue(next, command.name, before, table) : NOTHING);
}

/** Whether a shell that got no candidate may offer its own, files. Where ids are expected they would only mislead. */
export const leavesToShell = ({ kind }: Want): boolean => kind === 'shell' || kind === 'files';
