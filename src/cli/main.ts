/**
 * argv -> exit status. Nothing in here ends the process; `bin.ts` does, so that tests can call this. Only what every verb needs is
 * imported at the top: the rest is loaded when a verb asks for it.
 */
import { decodeArgs } from './args/decode.js';
import type { Options } from './args/option.js';
import { quick } from './args/quick.js';
import type { RawArgs } from './args/raw.js';
import { splitLine } from './args/split.js';
import { nearest, usageLine } from './args/usage.js';
import type { AnyCommand } from './command.js';
import { ENTRIES, findEntry, GROUPS_OF_VERBS, type Entry } from './commands/index.js';
import type { Host } from './context.js';
import { globalOptions } from './globals.js';
import { isClosedPipe } from './output/write.js';
import { reportFailure, type FailureManner } from './output/report.js';
import { render, type Mode } from './output/render.js';
import { openSession } from './session.js';
import { exitStatusOf, invalidRequest, toRuntimeError } from '../core/errors.js';

/** A reader that went away (`hcs list | head -1`) is no failure of ours. */
const READER_GONE = 0;

const HELP_FLAG = new Set(['--help', '-h', '-?']);

function unknownVerb(words: readonly string[]): Error {
  const given = words.join(' ');
  const group = GROUPS_OF_VERBS.has(words[0] ?? '') ? words[0] : undefined;
  const verbs = ENTRIES.filter((known) => group === undefined || known.name.startsWith(`${group} `));
  const near = nearest(
    given,
    verbs.flatMap((known) => [known.name, ...(known.aliases ?? [])]),
  );
  const missing = group !== undefined && words.length === 1;
  const choices = verbs.map((known) => known.name.split(' ').at(-1)).join(', ');
  return invalidRequest(
    missing
      ? `${given} needs one of: ${choices}`
      : `unknown verb "${given}"${near === undefined ? '' : `, did you mean "${near}"?`}`,
    [{ path: 'verb', expected: near ?? (group === undefined ? 'a verb' : choices), got: given }],
    'see: hcs help',
  );
}

/** `--output` as far as it can be told before the command line was understood: a failure to do so must be told too. */
export function guessMode(
  argv: readonly string[],
  terminal: boolean,
): { readonly mode: Mode; readonly asked: boolean } {
  let mode: Mode | undefined;
  for (const [i, arg] of argv.entries()) {
    if (arg === '--') break;
    const given = /^--output=(.*)$/u.exec(arg)?.[1] ?? (arg === '--output' || arg === '-o' ? argv[i + 1] : undefined);
    if (arg === '--json') mode = 'json';
    else if (given === 'json' || given === 'ndjson' || given === 'table' || given === 'quiet') mode = given;
  }
  return { mode: mode ?? (terminal ? 'table' : 'json'), asked: mode !== undefined };
}

/** The command line of one verb, cut up: quickly when it is plain, else by yargs. `help`: its help was asked for. */
async function cutUp(command: AnyCommand, argv: readonly string[]): Promise<{ raw: RawArgs; help: boolean }> {
  const options: Options = { ...command.options, ...globalOptions };
  const halt = command.halt === true;
  const plain = quick(options, argv, halt);
  if (plain !== undefined) return { raw: plain, help: false };
  const { readArgs } = await import('./register.js');
  return readArgs(options, argv, halt, `usage: ${usageLine(command)}`);
}

/** Runs one verb. `before`: the options that stood before it. */
async function runVerb(found: Entry, before: readonly string[], after: readonly string[], host: Host): Promise<number> {
  const command = await found.load();
  const line = [...before, ...after];
  const guessed = guessMode(command.halt === true ? before : line, host.stdout.isTTY === true);
  const program = command.streams === 'program';
  let manner: FailureManner = { mode: guessed.mode, document: !program || guessed.asked };
  try {
    const { raw, help } = await cutUp(command, line);
    if (help) {
      const { showHelp } = await import('./commands/help.js');
      return await showHelp(command, host);
    }
    const args = decodeArgs(
      { ...command.options, ...globalOptions },
      command.positionals,
      raw,
      `usage: ${usageLine(command)}`,
    );
    const session = openSession(args.options, host);
    manner = {
      mode: session.context.mode,
      document: !program || session.context.modeAsked,
      verbose: args.options.verbose,
    };
    try {
      const outcome = await command.handler(args as never, session.context);
      return await render(outcome, session.context.mode, host.stdout, host.stderr, host.env);
    } catch (e) {
      if (isClosedPipe(e)) throw e;
      const own = command.failureStatus;
      const error = toRuntimeError(e);
      const status = own === undefined || error.code === 'processCannotStart' ? exitStatusOf(error.toDocument()) : own;
      return await reportFailure(error, { ...manner, status }, host);
    } finally {
      await session.close();
    }
  } catch (e) {
    if (isClosedPipe(e)) return READER_GONE;
    return await reportFailure(toRuntimeError(e), manner, host);
  }
}

/** Runs the command line `argv` (without node and script) and answers the exit status. Never throws. */
export async function main(argv: readonly string[], host: Host): Promise<number> {
  const { before, verb, after } = splitLine(argv, GROUPS_OF_VERBS);
  try {
    if (before.some((arg) => HELP_FLAG.has(arg)) || (verb.length === 0 && !before.includes('--version'))) {
      const { showHelp } = await import('./commands/help.js');
      return await showHelp(
        findEntry(verb.join(' ')) === undefined ? undefined : await findEntry(verb.join(' '))?.load(),
        host,
      );
    }
    if (verb.length === 0)
      return await runVerb(
        findEntry('version') as Entry,
        before.filter((a) => a !== '--version'),
        [],
        host,
      );
    const found = findEntry(verb.join(' '));
    if (found !== undefined) return await runVerb(found, before, after, host);
    if (verb.length === 1 && GROUPS_OF_VERBS.has(verb[0] ?? '') && after.some((arg) => HELP_FLAG.has(arg))) {
      const { showHelp } = await import('./commands/help.js');
      return await showHelp(undefined, host);
    }
    throw unknownVerb(verb);
  } catch (e) {
    if (isClosedPipe(e)) return READER_GONE;
    const { mode } = guessMode(argv, host.stdout.isTTY === true);
    return await reportFailure(toRuntimeError(e), { mode, document: true }, host);
  }
}
