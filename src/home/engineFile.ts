/**
 * `home/engine.json`: how a client reaches the engine and proves itself. Who can read it may connect, hence 0600 in a 0700 home.
 */
import * as t from 'io-ts';
import { isRight } from 'fp-ts/lib/Either.js';
import { readFileSync, rmSync } from 'node:fs';
import { writeAtomic } from './writeAtomic.js';

export const EngineFile = t.strict(
  {
    /** Newest protocol version that this engine speaks. */
    protocol: t.number,
    pid: t.number,
    /** Socket path or `\\.\pipe\` name, new for each engine. */
    endpoint: t.string,
    /** 64 hex digits: both sides prove that they know it before any other message. Empty in a standalone engine's file. */
    key: t.string,
    /** Version of the package. */
    version: t.string,
    startedAt: t.string,
    backend: t.keyof({ hcs: null, simulator: null }),
    /** A private engine of one command: nobody else may connect. */
    standalone: t.boolean,
  },
  'EngineFile',
);
export type EngineFile = t.TypeOf<typeof EngineFile>;

/** The engine file, or null when there is none or it cannot be understood (then an engine of another age wrote it). */
export function readEngineFile(path: string): EngineFile | null {
  try {
    const decoded = EngineFile.decode(JSON.parse(readFileSync(path, 'utf8')));
    return isRight(decoded) ? decoded.right : null;
  } catch {
    return null;
  }
}

export function writeEngineFile(path: string, file: EngineFile): void {
  writeAtomic(path, JSON.stringify(file));
}

/** Removes the file if it is still the one of process `pid`. Only the holder of the home lock may write it, so nothing races. */
export function removeEngineFile(path: string, pid: number): void {
  if (readEngineFile(path)?.pid === pid) rmSync(path, { force: true });
}
