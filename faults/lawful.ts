/** The rows of docs/faults.md. Where two things race, a row has several lawful outcomes, one below the other. */

const BREAK = '<br>';

interface Row {
  /** Section and kind of fault. */
  readonly key: string;
  readonly outcomes: readonly string[];
}

function rowOf(section: string, line: string): Row | undefined {
  const match = /^\| (.+?) \| (.+) \|$/.exec(line);
  if (match === null || match[1] === 'fault' || match[1] === '---') return undefined;
  return { key: `${section}: ${match[1]}`, outcomes: (match[2] ?? '').split(BREAK) };
}

function rowsOf(page: string): ReadonlyMap<string, readonly string[]> {
  const rows = new Map<string, readonly string[]>();
  let section = '';
  for (const line of page.split('\n')) {
    if (line.startsWith('## ')) section = line.slice(3);
    const row = rowOf(section, line);
    if (row !== undefined) rows.set(row.key, row.outcomes);
  }
  return rows;
}

/** What was seen and does not stand in the page, and (but for `seen`) what stands there and was never met, in words. */
export function unlawful(seen: string, page: string, what: 'both' | 'seen' = 'both'): readonly string[] {
  const [is, may] = [rowsOf(seen), rowsOf(page)];
  const faults: string[] = [];
  for (const [key, outcomes] of is) {
    const lawful = may.get(key);
    for (const outcome of outcomes)
      if (lawful?.includes(outcome) !== true)
        faults.push(`${key}: ${outcome}; lawful: ${lawful?.join(' / ') ?? 'nothing: there is no such row'}`);
  }
  if (what === 'seen') return faults;
  for (const key of may.keys()) if (!is.has(key)) faults.push(`${key}: it was not met`);
  return faults;
}

/** `seen` with the outcomes that the old page allows besides. */
export function joined(seen: string, old: string): string {
  const may = rowsOf(old);
  let section = '';
  return seen
    .split('\n')
    .map((line) => {
      if (line.startsWith('## ')) section = line.slice(3);
      const row = rowOf(section, line);
      if (row === undefined) return line;
      const all = [...new Set([...(may.get(row.key) ?? []), ...row.outcomes])].sort();
      return `| ${row.key.slice(section.length + 2)} | ${all.join(BREAK)} |`;
    })
    .join('\n');
}
