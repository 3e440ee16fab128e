/**
 * argv -> exit status. Nothing in here ends the process; the entry does, so that tests can call this. Only what every verb needs is
 * imported at the top: the rest is loaded when a verb asks for it.
 */
import { decodeArgs } from './args/decode.js';
import { guessMode } from './args/guessMode.js';
import type { Options } from './args/option.js';
import { quick } from './args/quick.js';
import type { RawArgs } from './args/raw.js';
import { splitLine } from './args/split.js';
import { usageLine } from './args/usage.js';
import type { AnyCommand } from './command.js';
import { findEntry, GROUPS_OF_VERBS, type Entry } from './commands/index.js';
import type { Host } from './context.js';
import { globalOptions } from './globals.js';
import { isClosedPipe } from './output/write.js';
import type { Log } from './output/logFile.js';
import type { FailureManner } from './output/report.js';
import { render } from './output/render.js';
import { openSession } from './session.js';

/** A reader that went away (`hcs list | head -1`) is no failure of ours. */
const READER_GONE = 0;

const VERSION_FLAG = new Set(['--version', '-v']);
const HELP_FLAG = new Set(['--help', '-h', '-?']);

async function failed(e: unknown, manner: FailureManner, host: Host): Promise<number> {
  if (isClosedPipe(e)) return READER_GONE;
  const { reportFailure } = await import('./output/report.js');
  return reportFailure(e, manner, host);
}

async function help(command: AnyCommand | string | undefined, host: Host): Promise<number> {
  const { showHelp } = await import('./commands/help.js');
  return showHelp(command, host);
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
  const guessed = guessMode(line, host.isTerminal, command);
  const program = command.streams === 'program';
  const hint = `see: hcs help ${command.name}`;
  let log: Log | undefined;
  let manner: FailureManner = { mode: guessed.mode, document: !program || guessed.asked, hint };
  try {
    const { raw, help: helpAsked } = await cutUp(command, line);
    if (helpAsked) return await help(command, host);
    const args = decodeArgs({ ...command.options, ...globalOptions }, command.positionals, raw);
    if ('issues' in args) {
      const { invalidRequest } = await import('../core/errors.js');
      throw invalidRequest(args.message, args.issues, `usage: ${usageLine(command)}`);
    }
    const { verbose, 'log-file': logFile } = args.options;
    if (logFile !== undefined) log = (await import('./output/logFile.js')).openLogFile(logFile, command.name, host);
    const session = openSession(args.options, host, log);
    const { context } = session;
    // From here on a failure is one of doing, no longer one of asking.
    manner = {
      mode: context.mode,
      document: !program || context.modeAsked || command.apart?.(args.options) === true,
      verbose,
      own: command.failureStatus,
      hint,
      verb: command.name,
    };
    try {
      const outcome = await command.handler(args as never, context);
      const status = await render(outcome, context.mode, host);
      log?.(`ends with status ${status}`);
      return status;
    } finally {
      await session.close();
    }
  } catch (e) {
    log?.(`fails: ${e instanceof Error ? e.message : String(e)}`);
    return await failed(e, manner, host);
  }
}

/** Runs the command line `argv` (without node and script) and answers the exit status. Never throws. */
export async function main(argv: readonly string[], host: Host): Promise<number> {
  const { before, verb, after } = splitLine(argv, GROUPS_OF_VERBS);
  try {
    const found = findEntry(verb.join(' '));
    if (before.some((arg) => HELP_FLAG.has(arg))) return await help(await found?.load(), host);
    if (found !== undefined) return await runVerb(found, before, after, host);
    const [first] = verb;
    if (first === undefined) {
      const instead = findEntry(before.some((arg) => VERSION_FLAG.has(arg)) ? 'version' : 'help');
      const options = before.filter((arg) => !VERSION_FLAG.has(arg));
      if (instead !== undefined) return await runVerb(instead, options, [], host);
    } else if (GROUPS_OF_VERBS.has(first) && after.some((arg) => HELP_FLAG.has(arg))) return await help(first, host);
    const { unknownVerb } = await import('./args/unknownVerb.js');
    throw unknownVerb(verb);
  } catch (e) {
    return failed(e, { mode: guessMode(argv, host.isTerminal).mode, document: true }, host);
  }
}
