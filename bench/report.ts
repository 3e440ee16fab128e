/** Rows as a Markdown table, and the machine that they were measured on. */
import { cpus, loadavg, totalmem } from 'node:os';
import type { Row, Spread } from './measure.js';

export function machine(): string {
  const model = cpus()[0]?.model ?? 'an unknown processor';
  return `${cpus().length} x ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, load ${loadavg()[0]?.toFixed(1) ?? '?'} at the end, node ${process.version}, ${process.platform}`;
}

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function three(s: Spread | undefined): string {
  if (s === undefined || Number.isNaN(s.median)) return '-';
  return s.min === s.max ? figure(s.median) : `${figure(s.median)} (${figure(s.min)}-${figure(s.max)})`;
}

export function table(rows: readonly Row[]): string {
  return [
    '| what | ours | floor or peer | its figure | unit | ratio | reach | |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(
      (r) =>
        `| ${r.what} | ${three(r.ours)} | ${r.floor ?? '-'} | ${three(r.theirs)} | ${r.unit} | ${r.ratio?.toFixed(2) ?? '-'} | ${r.reach} | ${r.verdict} |`,
    ),
  ].join('\n');
}
