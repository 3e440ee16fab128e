/**
 * Waits with an end. What is waited for is never abandoned: a native call runs on inside the bridge, and whoever made it
 * decides what becomes of its late result.
 */
import { RuntimeError } from '../errors.js';
import type { Clock } from '../ports.js';

export interface Bound {
  readonly clock: Clock;
  /** Infinity: no timer. */
  readonly ms: number;
  readonly signal?: AbortSignal | undefined;
  /** For the message: what takes so long, e.g. `HcsCreateComputeSystem`. */
  readonly operation: string;
  readonly containerId?: string;
}

/** The wait was given up, not the work: the caller's time is over, or it cancelled. */
export class GaveUp extends RuntimeError {}

/** Rejects with {@link GaveUp}: `timeout` or `cancelled` when `work` is not done in time. */
export function bounded<T>(work: Promise<T>, bound: Bound): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const { clock, ms, signal } = bound;
    if (signal?.aborted === true) {
      work.catch(() => undefined);
      reject(cancelled(bound));
      return;
    }
    let stopTimer: () => void = () => undefined;
    const onAbort = (): void => {
      done();
      reject(cancelled(bound));
    };
    const done = (): void => {
      stopTimer();
      signal?.removeEventListener('abort', onAbort);
    };
    if (ms !== Infinity)
      stopTimer = clock.after(ms, () => {
        done();
        reject(timedOut(bound));
      });
    signal?.addEventListener('abort', onAbort);
    work.then(
      (value) => {
        done();
        resolve(value);
      },
      (e: unknown) => {
        done();
        reject(e instanceof Error ? e : new Error(String(e)));
      },
    );
  });
}

/** The same, but the end of the time is an answer, not a failure. */
export function within<T>(work: Promise<T>, ms: number, clock: Clock): Promise<T | undefined> {
  return new Promise<T | undefined>((resolve, reject) => {
    const stop = clock.after(ms, () => {
      resolve(undefined);
    });
    work.then(
      (value) => {
        stop();
        resolve(value);
      },
      (e: unknown) => {
        stop();
        reject(e instanceof Error ? e : new Error(String(e)));
      },
    );
  });
}

const where = (bound: Bound): { phase: string; containerId?: string } => ({
  phase: bound.operation,
  ...(bound.containerId === undefined ? {} : { containerId: bound.containerId }),
});

const prefix = (bound: Bound): string => (bound.containerId === undefined ? '' : `container ${bound.containerId}: `);

const timedOut = (bound: Bound): GaveUp =>
  new GaveUp('timeout', `${prefix(bound)}${bound.operation} took longer than ${Math.round(bound.ms)} ms`, where(bound));

const cancelled = (bound: Bound): GaveUp =>
  new GaveUp('cancelled', `${prefix(bound)}${bound.operation} was cancelled`, where(bound));
