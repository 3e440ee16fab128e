/** Two things measured in turn, A B A B ..., so that a drifting machine harms both alike; and what is made of the figures. */

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export interface Row {
  readonly what: string;
  readonly floor: string;
  readonly unit: string;
  /** Ours and the floor's, in `unit`. */
  readonly ours: Spread;
  readonly theirs: Spread;
  /** Median of the ratios pair by pair; for rates the other way round, so that less than 1 is always worse for a "at least". */
  readonly ratio: number;
  readonly reach: string;
  readonly reached: boolean;
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

export function median(values: readonly number[]): number {
  const s = sorted(values);
  const middle = Math.floor(s.length / 2);
  return s.length % 2 === 1 ? (s[middle] ?? NaN) : ((s[middle - 1] ?? NaN) + (s[middle] ?? NaN)) / 2;
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
): Promise<{ readonly ours: readonly number[]; readonly theirs: readonly number[] }> {
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

/** A row in which less is better: the reach is an upper bound of ours over theirs. */
export function atMost(
  what: string,
  floor: string,
  unit: string,
  bound: number,
  pairs: { readonly ours: readonly number[]; readonly theirs: readonly number[] },
): Row {
  const ratio = median(pairs.ours.map((value, i) => value / (pairs.theirs[i] ?? NaN)));
  return {
    what,
    floor,
    unit,
    ours: spread(pairs.ours),
    theirs: spread(pairs.theirs),
    ratio,
    reach: `<= ${bound}x`,
    reached: ratio <= bound,
  };
}

/** A row in which more is better (a rate): the reach is a lower bound. */
export function atLeast(
  what: string,
  floor: string,
  unit: string,
  bound: number,
  pairs: { readonly ours: readonly number[]; readonly theirs: readonly number[] },
): Row {
  const row = atMost(what, floor, unit, bound, pairs);
  return { ...row, reach: `>= ${bound}x`, reached: row.ratio >= bound };
}
