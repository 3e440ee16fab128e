/** Whether this is a place for colours and moving things, and how wide it is. */
import type { Writable } from 'node:stream';

export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}
export type Sink = Writable & Terminal;
type Environment = Readonly<Record<string, string | undefined>>;

const set = (value: string | undefined): boolean => value !== undefined && value !== '';

/** Colours: only on a terminal, and not with NO_COLOR (no-color.org) or a dumb terminal. */
export const hasColour = (sink: Terminal, env: Environment): boolean =>
  sink.isTTY === true && !set(env['NO_COLOR']) && env['TERM'] !== 'dumb';

/** Spinners: as colours, and never in CI. */
export const hasMotion = (sink: Terminal, env: Environment): boolean => hasColour(sink, env) && !set(env['CI']);

export interface Style {
  readonly width: number;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

const plain = (text: string): string => text;
const sgr =
  (on: number, off: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;

export function styleOf(sink: Terminal, env: Environment): Style {
  const width = sink.isTTY === true ? (sink.columns ?? 80) : Number.POSITIVE_INFINITY;
  return hasColour(sink, env)
    ? { width, bold: sgr(1, 22), dim: sgr(2, 22), good: sgr(32, 39), bad: sgr(31, 39) }
    : { width, bold: plain, dim: plain, good: plain, bad: plain };
}
