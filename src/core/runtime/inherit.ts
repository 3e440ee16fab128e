/** What an exec takes over from init: the parameters that init was created with, which never leave the engine. */
import type { OciProcess } from '../documents/spec.js';
import type { ContainerRecord } from '../model/record.js';

interface InitParameters {
  readonly Environment?: Readonly<Record<string, string>>;
  readonly User?: string;
}

/**
 * `process` over init's environment and user; its working directory is inherited anyway. Names of the environment are compared
 * without case, but for a Linux container: an entry of `process` takes the place of init's.
 */
export function overInit({ process: init, lcow }: ContainerRecord, process: OciProcess): OciProcess {
  if (init.document === null) return process;
  const { Environment = {}, User } = JSON.parse(init.document) as InitParameters;
  const keyOf = (name: string): string => (lcow ? name : name.toUpperCase());
  const own = new Set((process.env ?? []).map((entry) => keyOf(entry.split('=', 1)[0] ?? '')));
  const inherited = Object.entries(Environment)
    .filter(([name]) => !own.has(keyOf(name)))
    .map(([name, value]) => `${name}=${value}`);
  const env = [...inherited, ...(process.env ?? [])];
  const { username = '' } = process.user ?? {};
  return {
    ...process,
    ...(env.length > 0 ? { env } : {}),
    ...(username === '' && User !== undefined ? { user: { ...process.user, username: User } } : {}),
  };
}
