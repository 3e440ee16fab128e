/**
 * The only file that knows yargs. It gives command lines that are not plain to yargs, and has it write the help of a verb. The
 * tables of options are the same that `quick.ts` reads.
 */
import yargs, { type Options as YargsOption } from 'yargs';
import { invalidRequest } from '../core/errors.js';
import { flag, type Option, type Options } from './args/option.js';
import type { RawArgs } from './args/raw.js';
import { shown } from './args/decode.js';
import { OTHER_OPTIONS } from './args/otherTools.js';
import { longNames, nearest, usageLine } from './args/usage.js';
import type { AnyCommand } from './command.js';
import { globalOptions } from './globals.js';

/** Words that yargs would take for the value of the flag before them; hidden from it by a character that no argument has. */
const HIDE = '\uE000';
const BOOLEAN_WORD = /^(?:true|false)$/u;

const names = (option: Option): string[] => [
  ...(option.short === undefined ? [] : [option.short]),
  ...(option.aliases ?? []),
];

/** For help: what it takes stands before what it does, where yargs would say "[string]" behind it. */
const described = (option: Option, group: string): YargsOption => ({
  describe: `${option.kind === 'flag' ? '' : `${option.placeholder}: `}${option.describe}${option.kind === 'list' ? ' (may be given again)' : ''}`,
  group,
  alias: names(option),
});

const toYargs = (option: Option, group: string): YargsOption => ({
  group,
  ...(option.kind === 'flag'
    ? { type: 'boolean' as const }
    : { type: 'string' as const, nargs: 1, requiresArg: true, ...(option.kind === 'list' ? { array: false } : {}) }),
  alias: names(option),
});

const instance = (options: Options, halt: boolean, entry = toYargs): ReturnType<typeof yargs> => {
  const made = yargs([])
    .scriptName('hcs')
    .locale('en')
    .help(false)
    .version(false)
    .exitProcess(false)
    .parserConfiguration({
      'halt-at-non-option': halt,
      'populate--': true,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'boolean-negation': false,
      'duplicate-arguments-array': true,
      'flatten-duplicate-arrays': true,
      'greedy-arrays': false,
      'nargs-eats-options': true,
      'strip-aliased': true,
      'short-option-groups': true,
    });
  for (const [key, option] of Object.entries(options)) {
    const global = Object.hasOwn(globalOptions, key);
    made.option(key, entry(option, global ? 'Options of every verb:' : 'Options:'));
  }
  const help = flag('show this help', { short: 'h', aliases: ['?'] });
  return made.option('help', entry(help, 'Options of every verb:'));
};

export interface Read {
  readonly raw: RawArgs;
  readonly help: boolean;
}

function texts(given: unknown): readonly string[] {
  return (Array.isArray(given) ? (given as unknown[]) : [given]).map((text) => String(text).replace(HIDE, ''));
}

/** The options of the verb alone: those of every verb would hide them. */
const ownNames = (options: Options): string =>
  Object.keys(options)
    .filter((key) => !Object.hasOwn(globalOptions, key))
    .map((key) => `--${key}`)
    .join(', ');

/** `-rm` for `--rm`: yargs takes its letters apart. */
const longWithOneDash = (letter: string, options: Options, argv: readonly string[]): string | undefined =>
  longNames(options).find((long) => long.includes(letter) && argv.includes(`-${long}`));

function unknownOption(name: string, options: Options, hint: string, argv: readonly string[] = []): Error {
  const short = name.length === 1 || /^\d/u.test(name);
  const long = short ? longWithOneDash(name, options, argv) : undefined;
  const dashed = short ? `-${long ?? name}` : `--${name}`;
  const near = short ? long : nearest(name, longNames(options));
  const suggestion = near === undefined ? '' : `, did you mean --${near}?`;
  const own = ownNames(options);
  const known = near === undefined && own !== '' ? `it takes ${own}, and what every verb takes; ${hint}` : hint;
  return invalidRequest(
    `unknown option ${dashed}${suggestion}`,
    [{ path: dashed, expected: near === undefined ? own || 'no option of its own' : `--${near}`, got: dashed }],
    (Object.hasOwn(options, 'network') && Object.hasOwn(OTHER_OPTIONS, name) ? OTHER_OPTIONS[name] : undefined) ??
      known,
  );
}

/** `--rm=false` is no `--rm`; yargs takes any other word after the sign for that, too. */
function refuseFlagValue(name: string, argv: readonly string[], hint: string): void {
  const start = `--${name}=`;
  const words = argv.filter((arg) => arg.startsWith(start)).map((arg) => arg.slice(start.length));
  const wrong = words.find((word) => !BOOLEAN_WORD.test(word));
  if (wrong === undefined) return;
  throw invalidRequest(
    `--${name} takes no value`,
    [{ path: `--${name}`, expected: 'nothing after it', got: shown(wrong) }],
    hint,
  );
}

/** Reads `argv` with yargs, strictly. Throws invalidRequest with a suggestion. */
export function readArgs(options: Options, argv: readonly string[], halt: boolean, hint: string): Read {
  let failure: string | undefined;
  const parsed = instance(options, halt)
    .fail((message: string, error?: Error) => {
      failure ??= message === '' ? error?.message : message;
    })
    .parse(argv.map((arg) => (BOOLEAN_WORD.test(arg) ? HIDE + arg : arg))) as Readonly<Record<string, unknown>>;
  const found: Record<string, true | readonly string[]> = {};
  for (const [name, given] of Object.entries(parsed)) {
    if (name === '_' || name === '$0' || name === '--' || name === 'help') continue;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option === undefined) throw unknownOption(name, options, hint, argv);
    if (given === undefined) continue;
    if (option.kind === 'flag') {
      if (given === true) found[name] = true;
      else refuseFlagValue(name, argv, hint);
    } else found[name] = texts(given);
  }
  if (failure !== undefined) {
    const name = /: (\S+)$/u.exec(failure)?.[1];
    const message =
      failure.startsWith('Not enough arguments') && name !== undefined ? `--${name} needs a value` : failure;
    throw invalidRequest(
      message.charAt(0).toLowerCase() + message.slice(1),
      [{ path: name === undefined ? 'arguments' : `--${name}`, expected: 'a value', got: 'nothing' }],
      hint,
    );
  }
  const words = texts(parsed['_']);
  const after = parsed['--'] === undefined ? [] : texts(parsed['--']);
  // To yargs -9 is a number, and so a word; where options end at the first word, it stands with those after the dashes.
  const ours = halt && argv.at(-after.length - 1) !== '--' ? after.slice(0, 1) : words;
  const number = ours.find((word) => /^-\d/u.test(word));
  if (number !== undefined) throw unknownOption(number.slice(1), options, hint);
  return { raw: { options: found, positionals: [...words, ...after] }, help: parsed['help'] === true };
}

/** The help of one verb, `columns` wide but for examples, which are there to be copied. */
export async function commandHelp(command: AnyCommand, columns: number): Promise<string> {
  const { options, describe, aliases, positionals, examples, notes } = command;
  const help = await instance({ ...options, ...globalOptions }, false, described)
    .wrap(Math.min(columns, 120))
    .usage(
      [
        usageLine(command),
        describe,
        ...(aliases === undefined ? [] : [`Other names: hcs ${aliases.join(', hcs ')}`]),
        ...positionals.map((word) => `  ${word.name.toUpperCase()}: ${word.describe}`),
        ...(notes ?? []),
      ].join('\n\n'),
    )
    .getHelp();
  const lines = examples.map(
    ({ shell, line, about }) => `  ${about}${shell === 'powershell' ? ' (PowerShell)' : ''}:\n    ${line}`,
  );
  return [help, 'Examples:', ...lines].join('\n');
}
