/**
 * Environment of a process: `NAME=value` entries of the OCI spec as the map that HCS takes.
 */

export interface Environment {
  readonly variables: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/**
 * The text before the first `=` is the name, the rest the value; the last entry of a name counts. HCS gets what the seed gave it,
 * but nothing is lost in silence (seed bug B23): an entry without `=` is left out with a warning, an entry that begins with `=`
 * (cmd.exe's current folders of drives) has the empty name, and names that differ only by case, which Windows takes for one,
 * are both passed on. Warnings tell names and positions, never values. `windows`: names are compared without case.
 */
export function environment(entries: readonly string[] | undefined, path: string, windows: boolean): Environment {
  const variables = new Map<string, string>();
  const warnings: string[] = [];
  (entries ?? []).forEach((entry, i) => {
    const split = entry.indexOf('=');
    if (split < 0) warnings.push(`${path}[${i}] has no "=": left out`);
    else variables.set(entry.slice(0, split), entry.slice(split + 1));
    if (split === 0) warnings.push(`${path}[${i}] begins with "=": passed on as a variable with an empty name`);
  });
  return { variables, warnings: windows ? [...warnings, ...caseConflicts([...variables.keys()], path)] : warnings };
}

function caseConflicts(names: readonly string[], path: string): string[] {
  const seen = new Map<string, string>();
  return names.flatMap((name) => {
    const key = name.toUpperCase();
    const other = seen.get(key);
    seen.set(key, name);
    return other === undefined
      ? []
      : [`${path}: "${other}" and "${name}" are one variable on Windows; which one counts is not certain`];
  });
}
