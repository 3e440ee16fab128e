/**
 * Milliseconds on a clock that nobody sets, from an arbitrary moment; for lengths of time only. As `performance.now()`, which costs a
 * command a millisecond of loading before it can tell the time.
 */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;
