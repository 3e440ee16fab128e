/** docs/faults.md: one table for each point. Holds nothing that differs from run to run. */
import type { Result } from './cases.js';
import { HRESULTS } from './classes.js';
import { NEVER_CALLED } from './points.js';

const hex = (hresult: number): string => `0x${hresult.toString(16).toUpperCase().padStart(8, '0')}`;

export const titleOf = ({ point }: Result): string =>
  point.remark === undefined ? point.name : `${point.name} (${point.remark})`;

function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/**
 * What an outcome is in kind. Two things are a race, and lawful either way: whether the code of a killed program is read before its system is
 * gone, and what a verb answers whose call was done when its refusal, the end of its system or that of the connection came.
 */
function kindOf({ fault, outcome }: Result): string {
  const raced = outcome
    .replace(/exit (?:1067|unknown)/g, 'exit 1067 or unknown')
    .replace(/meanwhile (?:running|lost)/, 'meanwhile running or lost');
  if (/^(?:done, then refused|the system ends meanwhile)/.test(fault.name))
    return raced.replace(/^(\w+): [^;]+/, '$1: ok or a classified error');
  if (!fault.name.endsWith('lost after it') && !fault.name.endsWith('killed after it')) return raced;
  return raced.replace(/^.*; then/, 'ok or a classified error; then').replace(/then (?:running|paused)/, 'then alive');
}

/** HRESULTs of one outcome share a line; the most frequent outcome does not list them. */
function errorLines(results: readonly Result[]): readonly string[] {
  const groups = [...groupBy(results, kindOf)].sort(([a, as], [b, bs]) => bs.length - as.length || a.localeCompare(b));
  return groups.map(([outcome, same], i) => {
    const name = same[0]?.fault.name ?? '';
    const codes = same
      .map(({ fault }) => fault.hresult ?? 0)
      .sort((a, b) => a - b)
      .map(hex);
    const which = groups.length === 1 ? 'any HRESULT' : i === 0 ? 'any other HRESULT' : codes.join(' ');
    return `| ${name}: ${which} | ${outcome} |`;
  });
}

function section(title: string, results: readonly Result[]): string {
  const lines = [...groupBy(results, (result) => result.fault.name).values()].flatMap((same) =>
    same[0]?.fault.hresult === undefined
      ? same.map((result) => `| ${result.fault.name} | ${kindOf(result)} |`)
      : errorLines(same),
  );
  return [`## ${title}`, '', '| fault | what the caller sees |', '| --- | --- |', ...lines, ''].join('\n');
}

export function page(results: readonly Result[]): string {
  const sections = [...groupBy(results, titleOf)].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    '# Faults',
    '',
    '<!-- prettier-ignore-start -->',
    'Written by `npm run faults -- --write`; `npm run faults -- --compare`, which CI runs, fails when what it sees does not stand here, and did',
    'not in two more tries either. A row with several lines is a race: each of them is lawful.',
    `Each export and notification meets each of ${HRESULTS.length} HRESULTs and every other failpoint of the simulated service, with the engine's timeouts`,
    'set short. Besides what the tables say, each case asserts: errors are classified and name their phase; no verb takes longer than',
    '12 s; exit codes are true or said to be unknown; with the fault gone the container can be deleted, its events have no gap and one exit',
    "for each process; in the end the service counts no compute system, process, handle, registration or string; other containers' `state`",
    "is answered within 50 ms in 99 of 100 cases all the while. `exit 7` is the program's own.",
    '',
    `Never called by the engine: ${NEVER_CALLED.join(', ')}.`,
    '',
    ...sections.map(([title, same]) => section(title, same)),
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}
