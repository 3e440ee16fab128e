/**
 * lmdb rejects a write with "commit failed", and gives the reason in a promise of its own (`commitError`), which must not be left
 * without a listener: an unhandled rejection ends the engine.
 */
export function reasonOf(e: unknown): Promise<unknown> {
  const reason = (e as { commitError?: Promise<unknown> }).commitError;
  return reason === undefined ? Promise.resolve(e) : reason.catch((why: unknown) => why);
}

/** For writes whose failure harms nothing: the same is tried again at the next reading. */
export function ignoreFailure(written: Promise<unknown>): void {
  written.catch(reasonOf);
}
