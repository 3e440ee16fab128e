/** `--log-file`: what a command did and how it ended, a line each. Arguments are not written: they may hold secrets. */
import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { invalidRequest } from '../../core/errors.js';
import type { Host } from '../context.js';
import { visible } from './visible.js';

export type Log = (text: string) => void;

/** Several commands may append to one file: a line is written at once. Throws invalidRequest when that cannot be done. */
export function openLogFile(file: string, verb: string, { cwd }: Pick<Host, 'cwd'>): Log {
  const path = resolve(cwd, file);
  const log: Log = (text) => {
    appendFileSync(path, `${new Date().toISOString()} hcs[${process.pid}] ${verb}: ${visible(text)}\n`, {
      mode: 0o600,
    });
  };
  try {
    log('begins');
  } catch (e) {
    const reason = (e as NodeJS.ErrnoException).code ?? String(e);
    throw invalidRequest(
      `--log-file ${file} cannot be written: ${reason}`,
      [{ path: '--log-file', expected: 'a file that can be appended to', got: reason }],
      'check the path',
    );
  }
  // A disk that fills up later is no reason to give up what is being done.
  return (text) => {
    try {
      log(text);
    } catch {
      // Told at the beginning that it can be written.
    }
  };
}
