/** `npm run bench [-- --short] [--json FILE]`: every row beside its floor in the same run, as a table. Fails on wrong results only. */
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { commandRows } from './commands.js';
import { install } from './installation.js';
import type { Row, Spread } from './measure.js';
import { planRows } from './plan.js';
import { wireRows } from './wire.js';

const { values } = parseArgs({ options: { short: { type: 'boolean', default: false }, json: { type: 'string' } } });
const rounds = values.short ? 2 : 10;
const installation = await install();
const rows: Row[] = [];
try {
  rows.push(...(await commandRows(installation, rounds, values.short)));
  rows.push(...(await wireRows(installation, rounds, values.short)));
  rows.push(...(await planRows(installation, rounds, values.short)));
} finally {
  await installation.remove();
}

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const three = (s: Spread): string => `${figure(s.median)} (${figure(s.min)}-${figure(s.max)})`;
const machine = `${cpus().length} x ${cpus()[0]?.model ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GiB, load ${loadavg()[0]?.toFixed(1) ?? '?'}, node ${process.version}, ${process.platform}`;
const table = [
  `Machine: ${machine}. Median (least-most); ratio: median of the pairs.`,
  '',
  '| what | ours | floor | its figure | unit | ratio | reach | |',
  '| --- | --- | --- | --- | --- | --- | --- | --- |',
  ...rows.map(
    (r) =>
      `| ${r.what} | ${three(r.ours)} | ${r.floor} | ${three(r.theirs)} | ${r.unit} | ${r.ratio.toFixed(2)} | ${r.reach} | ${r.reached ? 'reached' : 'not yet'} |`,
  ),
];
process.stdout.write(`${table.join('\n')}\n`);
if (values.json !== undefined) {
  await writeFile(values.json, `${JSON.stringify({ schema: 'hostcompute.bench/v1', machine, rows }, null, 2)}\n`);
}
