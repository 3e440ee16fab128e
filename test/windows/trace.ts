/** Compares the calls of two clients of the ABI, as the simulated service has traced them. */
export interface TracedCall {
  readonly operation: string;
  readonly arguments: readonly unknown[];
  readonly hresult: string;
}

/** Documents that each client writes in its own way, and handles. */
const WRITTEN_FREELY: ReadonlySet<string> = new Set(['HcsCreateComputeSystem', 'HcsCreateProcess']);

/** One call as text: its name, and its arguments where they must be alike. Handles are numbers. */
function line({ operation, arguments: given, hresult }: TracedCall): string {
  const said = WRITTEN_FREELY.has(operation) ? [] : given.filter((argument) => !/^\d+$/.test(String(argument)));
  return [operation, ...said.map((argument) => JSON.stringify(argument)), hresult].join(' ');
}

/** The shortest list of calls that are only in `theirs` (`- name`) or only in `ours` (`+ name`). */
export function differences(theirs: readonly TracedCall[], ours: readonly TracedCall[]): readonly string[] {
  const a = theirs.map(line);
  const b = ours.map(line);
  const common = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = common[i] as number[];
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const found: string[] = [];
  const name = (text: string | undefined): string => (text ?? '').split(' ')[0] ?? '';
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) found.push(`- ${name(a[i++])}`);
    else found.push(`+ ${name(b[j++])}`);
  }
  return found;
}
