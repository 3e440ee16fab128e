/**
 * Names of things: container ids, exec ids. Owns their shape; nothing else may build one.
 */
import * as t from 'io-ts';

const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

interface ContainerIdBrand {
  readonly ContainerId: unique symbol;
}
/** Container id: 1-128 of `A-Za-z0-9_.-`, starting with a letter or digit; compared case-insensitively (design 7). */
export const ContainerId = t.brand(
  t.string,
  (s): s is t.Branded<string, ContainerIdBrand> => ID_PATTERN.test(s),
  'ContainerId',
);
export type ContainerId = t.TypeOf<typeof ContainerId>;

interface ExecIdBrand {
  readonly ExecId: unique symbol;
}
/** Exec id: same shape as a container id, and never `init`, which names the init process. */
export const ExecId = t.brand(
  t.string,
  (s): s is t.Branded<string, ExecIdBrand> => ID_PATTERN.test(s) && s.toLowerCase() !== 'init',
  'ExecId',
);
export type ExecId = t.TypeOf<typeof ExecId>;

/** `init`, or the id of an exec. */
export type ProcessId = 'init' | ExecId;
export const INIT = 'init' as const;

/** The key under which two spellings of one id meet. */
export function idKey(id: string): string {
  return id.toLowerCase();
}
