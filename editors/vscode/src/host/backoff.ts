/** How long to wait before a host that has ended is started again. */
export interface BackoffOptions {
  readonly firstMs: number;
  readonly mostMs: number;
  /** So many failures one after the other, then no more by itself. */
  readonly attempts: number;
  /** A host that ran for so long has not failed to start: counting begins anew. */
  readonly steadyMs: number;
}

const BACKOFF: BackoffOptions = { firstMs: 250, mostMs: 15_000, attempts: 8, steadyMs: 30_000 };

export class Backoff {
  private failures = 0;

  constructor(private readonly options: BackoffOptions = BACKOFF) {}

  /** After an end: ms until the next attempt; null when it has failed too often. `ranMs`: how long it had run, 0 when it never did. */
  next(ranMs: number): number | null {
    const { firstMs, mostMs, attempts, steadyMs } = this.options;
    if (ranMs >= steadyMs) this.failures = 0;
    if (this.failures >= attempts) return null;
    return Math.min(mostMs, firstMs * 2 ** this.failures++);
  }

  reset(): void {
    this.failures = 0;
  }
}
