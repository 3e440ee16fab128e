import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type * as t from 'io-ts';
import { isRight } from 'fp-ts/lib/Either.js';

/** What a file holds, or null when it is missing or is not of this type. */
export function readJson<A>(path: string, codec: t.Type<A, unknown>): A | null {
  try {
    const decoded = codec.decode(JSON.parse(readFileSync(path, 'utf8')));
    return isRight(decoded) ? decoded.right : null;
  } catch {
    return null;
  }
}

/** Replaces a file as a whole; readable by its owner only. */
export function writeJson(path: string, value: unknown): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}
