/** When nobody needs the engine any more. */

export interface Idle {
  /** Something changed: look again. */
  check(): void;
  stop(): void;
}

/** Calls `expired` once, when `needed()` has been false for `idleMs` on end. Whoever changes the answer calls `check`. */
export function watchIdle(idleMs: number, needed: () => boolean, expired: () => void): Idle {
  let timer: NodeJS.Timeout | null = null;
  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const check = (): void => {
    if (needed()) stop();
    else timer ??= setTimeout(ring, idleMs);
  };
  const ring = (): void => {
    timer = null;
    if (!needed()) expired();
  };
  check();
  return { check, stop };
}
