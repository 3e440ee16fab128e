/** Named checks of the suite, and where the built parts are. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { fileURLToPath } from 'node:url';
import type { Ran } from './wine.js';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const NATIVE = join(ROOT, 'dist/native/win32-x64');
export const SCRIPT = join(ROOT, 'dist/bin/hcs.cjs');

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
export const count = { passed: 0, failed: 0 };

export async function check(name: string, body: () => Promise<void> | void): Promise<void> {
  try {
    await body();
    count.passed++;
    say(`passed ${name}`);
  } catch (e) {
    count.failed++;
    say(`failed ${name}: ${(e instanceof Error ? e.message : String(e)).replaceAll('\n', ' | ')}`);
  }
}

export function same(what: string, got: unknown, expected: unknown): void {
  if (isDeepStrictEqual(got, expected)) return;
  throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`);
}

/** The document of a command that went well. */
export const told = (ran: Ran): unknown => {
  if (ran.code !== 0) throw new Error(`status ${ran.code}: ${ran.stderr}`);
  return JSON.parse(ran.stdout.toString());
};
