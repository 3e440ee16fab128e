/** Ages in words, coarse enough not to change all the time. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `<1 min`, `5 min`, `3 h`, `2 d`; a time in the future (clocks differ) is `<1 min`. */
export function age(since: string, now: number): string {
  const ms = now - Date.parse(since);
  if (!(ms >= MINUTE)) return '<1 min';
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

/** When the age that `now` has will read differently, in ms since 1970. */
export function ageEnds(since: string, now: number): number {
  const from = Date.parse(since);
  const ms = now - from;
  if (!(ms >= MINUTE)) return from + MINUTE;
  const unit = ms < HOUR ? MINUTE : ms < DAY ? HOUR : DAY;
  return from + (Math.floor(ms / unit) + 1) * unit;
}
