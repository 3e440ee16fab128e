/** Finds the verb: global options may stand before it. */
import { findOption } from './option.js';
import { globalOptions } from '../globals.js';

export interface SplitLine {
  /** Options before the verb. */
  readonly before: readonly string[];
  /** The verb's words, one or two; empty when there is none. */
  readonly verb: readonly string[];
  readonly after: readonly string[];
}

/** Whether `arg` is a global option that takes the next argument as its value. */
function takesNext(arg: string): boolean {
  const long = /^--([a-z][a-z0-9-]+)$/u.exec(arg)?.[1];
  const letter = /^-([a-zA-Z])$/u.exec(arg)?.[1];
  const match = findOption(globalOptions, long ?? letter ?? '');
  return match !== undefined && match.option.kind !== 'flag';
}

export function splitLine(argv: readonly string[], groups: ReadonlySet<string>): SplitLine {
  let at = 0;
  while (at < argv.length && argv[at]?.startsWith('-') === true && argv[at] !== '--') {
    at += takesNext(argv[at] ?? '') ? 2 : 1;
  }
  const before = argv.slice(0, at);
  const first = argv[at] === '--' ? argv[++at] : argv[at];
  if (first === undefined) return { before, verb: [], after: [] };
  const second = argv[at + 1];
  if (groups.has(first) && second !== undefined && !second.startsWith('-')) {
    return { before, verb: [first, second], after: argv.slice(at + 2) };
  }
  return { before, verb: [first], after: argv.slice(at + 1) };
}
