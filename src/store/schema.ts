/**
 * The version of what lies in the store, and the steps from one to the next. A step runs inside one transaction, before anything is read.
 */
import { RuntimeError } from '../core/errors.js';
import type { Environment } from './environment.js';

export const SCHEMA_VERSION = 1;

/** From version N (the key) to N + 1. */
export type Migrations = Readonly<Record<number, (environment: Environment) => void>>;

const MIGRATIONS: Migrations = {};

export function refuseNewer(found: string | undefined, folder: string, target = SCHEMA_VERSION): void {
  if (Number(found ?? '0') <= target) return;
  throw new RuntimeError('versionMismatch', `store ${folder} has schema ${found}, this version knows ${target}`, {
    hint: 'use the newer hostcompute that wrote it, or another --home',
  });
}

/**
 * Brings a store to {@link SCHEMA_VERSION}; a new one is stamped with it, and its cursors start after `floor - 1`. Throws versionMismatch
 * when a newer version has written it: that is never touched.
 */
export function migrate(
  environment: Environment,
  folder: string,
  floor: number,
  target = SCHEMA_VERSION,
  migrations = MIGRATIONS,
): void {
  const { meta, root } = environment;
  const found = meta.get('schema');
  if (found === undefined) {
    root.transactionSync(() => {
      meta.putSync('schema', String(target));
      meta.putSync('floor', String(floor));
    });
    return;
  }
  refuseNewer(found, folder, target);
  const version = Number(found);
  if (version === target) return;
  root.transactionSync(() => {
    for (let v = version; v < target; v++) {
      const step = migrations[v];
      if (step === undefined) throw new RuntimeError('internal', `no migration from store schema ${v}`);
      step(environment);
    }
    meta.putSync('schema', String(target));
  });
}
