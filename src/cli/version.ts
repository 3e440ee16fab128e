/** Set by the bundler, so that no file is read; absent when run unbundled. */
declare const __HCS_VERSION__: string | undefined;

import { readFileSync } from 'node:fs';

/** Of the documents and exit statuses (design 7): a new number only when the meaning of something old changes. */
export const CONTRACT_VERSION = 1;

export function packageVersion(): string {
  if (typeof __HCS_VERSION__ === 'string') return __HCS_VERSION__;
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
