import type { Environment } from './environment.js';

type Written = Promise<boolean> & { readonly flushed?: Promise<boolean> };

/**
 * lmdb rejects a write with "commit failed", and gives the reason in a promise of its own (`commitError`), which must not be left
 * without a listener: an unhandled rejection ends the engine.
 */
function reasonOf(e: unknown): Promise<unknown> {
  const reason = (e as { commitError?: Promise<unknown> }).commitError;
  return reason === undefined ? Promise.resolve(e) : reason.catch((why: unknown) => why);
}

/**
 * What `action` puts and removes, as one transaction; resolves when it is on the disk, rejects with the reason when nothing of it is kept. Single
 * writes outside of it would each have a promise that rejects.
 */
export async function inTransaction({ root }: Environment, action: () => void): Promise<void> {
  try {
    const written: Written = root.batch(action);
    await written;
    await written.flushed;
  } catch (e) {
    throw await reasonOf(e);
  }
}

/** For writes whose failure harms nothing: the same is tried again at the next reading. */
export function inTransactionIfPossible(environment: Environment, action: () => void): void {
  inTransaction(environment, action).catch(() => undefined);
}
