/** How long events are kept: 64 MiB or 30 days, whichever is less (design 6). */
export interface Retention {
  readonly bytes: number;
  readonly ageMs: number;
}

export const DEFAULT_RETENTION: Retention = { bytes: 64 * 1024 * 1024, ageMs: 30 * 24 * 60 * 60 * 1000 };

/** Most events removed in one transaction, so that a pruning never delays a turn for long. */
export const PRUNE_SLICE = 2000;
