/** The engine's log: lines for people, three files of 10 MiB. */
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import type { Tracer } from './core/ports.js';

export const LOG_LEVELS = ['error', 'warn', 'info'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const MAX_BYTES = 10 * 1024 * 1024;
const KEPT = 3;

export interface EngineLog extends Tracer {
  close(): void;
}

/** One event on one line: control characters become JSON escapes. */
function line(level: string, message: string, fields: Readonly<Record<string, string | number | boolean>>): string {
  const parts = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  // A message may carry text from outside (a path, an HCS message).
  const text = JSON.stringify(message).slice(1, -1).replaceAll('\\"', '"').replaceAll('\\\\', '\\');
  return `${new Date().toISOString()} ${level} ${[text, ...parts].join(' ')}\n`;
}

/**
 * Appends to `path`, older files are `path.1` and `path.2`. A line that cannot be written (disk full) is lost: the engine goes on.
 * Written at once, so that the last lines before a crash are there.
 */
export function openEngineLog(path: string, level: LogLevel = 'info', maxBytes = MAX_BYTES): EngineLog {
  let fd = openSync(path, 'a', 0o600);
  let size = fstatSync(fd).size;
  const wanted = LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(level) + 1);

  const rotate = (): void => {
    for (let n = KEPT - 1; n > 0; n--) {
      try {
        renameSync(n === 1 ? path : `${path}.${n - 1}`, `${path}.${n}`);
      } catch {
        // Not there yet, or held by a reader (Windows): the next rotation tries again.
      }
    }
    closeSync(fd);
    fd = openSync(path, 'a', 0o600);
    size = fstatSync(fd).size;
  };

  return {
    log(of, message, fields = {}) {
      if (!wanted.includes(of)) return;
      try {
        if (size >= maxBytes) rotate();
        size += writeSync(fd, line(of, message, fields));
      } catch {
        // See above.
      }
    },
    close() {
      closeSync(fd);
    },
  };
}
