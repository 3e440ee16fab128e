/** Two things measured in turn, A B A B ..., so that a drifting machine harms both alike; and what is made of the figures. */

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export interface Row {
  readonly what: string;
  /** What it is held against; absent: nothing, the reach is a figure of its own. */
  readonly floor?: string;
  readonly unit: string;
  /** Ours and the floor's, in `unit`. */
  readonly ours: Spread;
  readonly theirs?: Spread;
  /** Median of the ratios pair by pair, ours over theirs. */
  readonly ratio?: number | undefined;
  readonly reach: string;
  readonly verdict: 'reached' | 'not yet' | 'shown' | 'not here';
}

export interface Pairs {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

export function median(values: readonly number[]): number {
  const s = sorted(values);
  const middle = Math.floor(s.length / 2);
  return s.length % 2 === 1 ? (s[middle] ?? NaN) : ((s[middle - 1] ?? NaN) + (s[middle] ?? NaN)) / 2;
}

/** The value below which this part of all lies. */
export function quantile(values: readonly number[], part: number): number {
  const s = sorted(values);
  return s[Math.min(s.length - 1, Math.floor(s.length * part))] ?? NaN;
}

export function spread(values: readonly number[]): Spread {
  const s = sorted(values);
  return { min: s[0] ?? NaN, median: median(s), max: s.at(-1) ?? NaN };
}

/** Runs both once uncounted, then `rounds` times in turn. */
export async function pairwise(
  rounds: number,
  ours: () => Promise<number> | number,
  theirs: () => Promise<number> | number,
): Promise<Pairs> {
  await ours();
  await theirs();
  const a: number[] = [];
  const b: number[] = [];
  for (let i = 0; i < rounds; i++) {
    a.push(await ours());
    b.push(await theirs());
  }
  return { ours: a, theirs: b };
}

const judged = (reached: boolean): Row['verdict'] => (reached ? 'reached' : 'not yet');

/** A row beside a floor, without a reach. */
export function beside(what: string, floor: string, unit: string, pairs: Pairs): Row & { readonly ratio: number } {
  const ratio = median(pairs.ours.map((value, i) => value / (pairs.theirs[i] ?? NaN)));
  return {
    what,
    floor,
    unit,
    ours: spread(pairs.ours),
    theirs: spread(pairs.theirs),
    ratio,
    reach: '-',
    verdict: 'shown',
  };
}

/** A row in which less is better: the reach is an upper bound of ours over theirs. */
export function atMost(what: string, floor: string, unit: string, bound: number, pairs: Pairs): Row {
  const row = beside(what, floor, unit, pairs);
  return { ...row, reach: `<= ${bound}x`, verdict: judged(row.ratio <= bound) };
}

/** A row in which more is better (a rate): the reach is a lower bound. */
export function atLeast(what: string, floor: string, unit: string, bound: number, pairs: Pairs): Row {
  const row = beside(what, floor, unit, pairs);
  return { ...row, reach: `>= ${bound}x`, verdict: judged(row.ratio >= bound) };
}

/** A row without a floor: its reach is a bound of the median. */
export function within(
  what: string,
  unit: string,
  values: readonly number[],
  bound: { readonly most: number } | { readonly least: number } | null,
): Row {
  const ours = spread(values);
  if (bound === null) return { what, unit, ours, reach: '-', verdict: 'shown' };
  if ('most' in bound)
    return { what, unit, ours, reach: `<= ${bound.most}`, verdict: judged(ours.median <= bound.most) };
  return { what, unit, ours, reach: `>= ${bound.least}`, verdict: judged(ours.median >= bound.least) };
}

/** A wrong result is an error, never a figure. */
export function must(right: boolean, what: string): asserts right {
  if (!right) throw new Error(what);
}

/** `act` for 0 .. count-1, so many at once; answers how long each took, in ms. */
export async function repeat(count: number, atOnce: number, act: (n: number) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) {
      const began = performance.now();
      await act(n);
      took.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return took;
}
