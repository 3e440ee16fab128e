/**
 * `home/engine.json`: how a client reaches the engine and proves itself. Who can read it may connect, hence 0600 in a 0700 home.
 */
import { readFileSync, rmSync } from 'node:fs';
import { writeAtomic } from './writeAtomic.js';

export interface EngineFile {
  /** Newest protocol version that this engine speaks. */
  readonly protocol: number;
  readonly pid: number;
  /** Socket path or `\\.\pipe\` name, new for each engine. */
  readonly endpoint: string;
  /** 64 hex digits: both sides prove that they know it before any other message. Empty in a standalone engine's file. */
  readonly key: string;
  /** Version of the package. */
  readonly version: string;
  readonly startedAt: string;
  readonly backend: 'hcs' | 'simulator';
  /** A private engine of one command: nobody else may connect. */
  readonly standalone: boolean;
}

const KINDS: { readonly [Name in keyof EngineFile]: 'number' | 'string' | 'boolean' } = {
  protocol: 'number',
  pid: 'number',
  endpoint: 'string',
  key: 'string',
  version: 'string',
  startedAt: 'string',
  backend: 'string',
  standalone: 'boolean',
};

/** Without a codec library: every command reads this file before it does anything else. */
export function isEngineFile(value: unknown): value is EngineFile {
  if (typeof value !== 'object' || value === null) return false;
  const file = value as Readonly<Record<string, unknown>>;
  return (
    Object.entries(KINDS).every(([name, kind]) => typeof file[name] === kind) &&
    (file['backend'] === 'hcs' || file['backend'] === 'simulator')
  );
}

/** The engine file, or null when there is none or it cannot be understood (then an engine of another age wrote it). */
export function readEngineFile(path: string): EngineFile | null {
  try {
    const file: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isEngineFile(file) ? file : null;
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
