/** Version of this package, and which of two is the older one. */
import { readFileSync } from 'node:fs';

/** Set by the bundler, so that no file is read; absent when run unbundled. */
declare const __HCS_VERSION__: string | undefined;

/** `0.0.0`, older than any, where it cannot be told: in a bundle that somebody else has made. */
export function packageVersion(): string {
  if (typeof __HCS_VERSION__ === 'string') return __HCS_VERSION__;
  try {
    const file = new URL('../../package.json', import.meta.url);
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  } catch {
    return '0.0.0';
  }
}

/** By the precedence of semantic versions, as far as numbers go; a pre-release is older than its release. What is no version is not older. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [parts(version), parts(than)];
  if (a === null || b === null) return false;
  for (const [i, number] of a.numbers.entries()) {
    const other = b.numbers[i] ?? 0;
    if (number !== other) return number < other;
  }
  return a.preRelease && !b.preRelease;
}

function parts(version: string): { readonly numbers: readonly number[]; readonly preRelease: boolean } | null {
  const found = /^(\d+)\.(\d+)\.(\d+)(-)?/.exec(version);
  if (found === null) return null;
  return { numbers: found.slice(1, 4).map(Number), preRelease: found[4] !== undefined };
}
