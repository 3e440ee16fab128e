/** How long this thread was held up, by what of it computed itself and what the machine gave to others. */
import { constants, monitorEventLoopDelay, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';

const LONG_MS = 30;
const SAMPLE_MS = 5;

export interface HeldUp {
  readonly text: string;
  /** Of this thread, in all. */
  readonly computedMs: number;
  /** Of computing without a pause. */
  readonly longestMs: number;
  /** The longest wait of the event loop, by the clock: what others ran on the machine meanwhile is in it. */
  readonly pauseMs: number;
  /** The longest pause of a full garbage collection, by the clock. */
  readonly majorMs: number;
}

export const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;

/** Of this thread since its start, in ms; where Node cannot tell, of the whole process, with the collector's other threads. */
function computed(): number {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => NodeJS.CpuUsage };
  const { user, system } = threadCpuUsage === undefined ? process.cpuUsage() : threadCpuUsage.call(process);
  return (user + system) / 1000;
}

const kindOf = (entry: PerformanceEntry): number =>
  (entry as PerformanceEntry & { readonly detail: { readonly kind: number } }).detail.kind;

export async function heldUp(forMs: number): Promise<HeldUp> {
  const collections: PerformanceEntry[] = [];
  const collector = new PerformanceObserver((list) => {
    collections.push(...list.getEntries());
  });
  const gaps: { at: number; clock: number; own: number }[] = [];
  const began = computed();
  let last = performance.now();
  let used = began;
  let longest = 0;
  // A gap in which this thread computed is its own; one in which it did not, the machine's.
  const sampler = setInterval(() => {
    const now = performance.now();
    const own = computed();
    longest = Math.max(longest, Math.min(now - last, own - used));
    if (now - last > LONG_MS) gaps.push({ at: last, clock: now - last, own: own - used });
    used = own;
    last = now;
  }, SAMPLE_MS);
  collector.observe({ entryTypes: ['gc'] });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, forMs));
  delay.disable();
  clearInterval(sampler);
  // What was seen last is told in a turn of its own.
  await new Promise((resolve) => setImmediate(resolve));
  collector.disconnect();
  const computedMs = computed() - began;
  const ms = (nanoseconds: number): string => (nanoseconds / 1e6).toFixed(1);
  const longestOf = (some: readonly PerformanceEntry[]): number => Math.max(0, ...some.map(({ duration }) => duration));
  const major = collections.filter((one) => kindOf(one) === constants.NODE_PERFORMANCE_GC_MAJOR);
  const minor = collections.filter((one) => kindOf(one) === constants.NODE_PERFORMANCE_GC_MINOR);
  const told = gaps.map(({ at, clock, own }) => {
    const collecting = collections.some(
      ({ startTime, duration }) => startTime < at + clock && startTime + duration > at,
    );
    return `${clock.toFixed(0)} ms of which ${own.toFixed(0)} ms computing${collecting ? ', with a collection' : ''}`;
  });
  return {
    text: [
      `event loop delay p50 ${ms(delay.percentile(50))} ms, p99 ${ms(delay.percentile(99))} ms, max ${ms(delay.max)} ms`,
      `the thread computed ${((100 * computedMs) / forMs).toFixed(1)} % of the time, without a pause at most ${longest.toFixed(0)} ms`,
      `collections: ${major.length} full, longest ${longestOf(major).toFixed(0)} ms; ${minor.length} of young objects, longest ${longestOf(minor).toFixed(0)} ms`,
      `gaps over ${LONG_MS} ms: ${told.length === 0 ? 'none' : told.join(', ')}`,
    ].join('; '),
    computedMs,
    longestMs: longest,
    pauseMs: delay.max / 1e6,
    majorMs: longestOf(major),
  };
}
