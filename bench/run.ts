/**
 * `npm run bench [-- --short] [--only GROUP] [--json FILE] [--docs]`: every row beside its floor in the same run. `--short` takes a few samples
 * of each and prints `passed|failed GROUP` lines. `--docs` renews docs/performance.md and its plot. Fails on wrong results only, never on time.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { abiRows } from './abi.js';
import { commandRows } from './commands.js';
import { renewDocs } from './docs.js';
import { engineRows } from './engine.js';
import { eventRows } from './events.js';
import { install, type Installation } from './installation.js';
import type { Row } from './measure.js';
import { planRows } from './plan.js';
import { machine, table } from './report.js';
import { scaleRows, type Point } from './scale.js';
import { streamRows } from './streams.js';
import { wireRows } from './wire.js';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string' },
    docs: { type: 'boolean', default: false },
  },
});
const { short } = values;
const rounds = short ? 2 : 10;
const points: Point[] = [];
type Group = (installation: Installation, rounds: number, short: boolean) => Promise<readonly Row[]>;
const GROUPS: Readonly<Record<string, Group>> = {
  commands: commandRows,
  abi: abiRows,
  requests: wireRows,
  plan: planRows,
  streams: streamRows,
  events: eventRows,
  engine: engineRows,
  scale: (installation, n, quick) => scaleRows(installation, n, quick, points),
};

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const rows: Row[] = [];
let failed = 0;
let passed = 0;
const here = process.platform === 'linux';
if (!here) say('skipped benchmarks: they compile a C program and read /proc, which needs Linux');
for (const [name, group] of here ? Object.entries(GROUPS) : []) {
  if (values.only !== undefined && values.only !== name) continue;
  const began = performance.now();
  // A home of its own: what one group leaves behind does not weigh on the next.
  const installation = await install();
  try {
    rows.push(...(await group(installation, rounds, short)));
    passed++;
    if (short) say(`passed ${name} (${Math.round((performance.now() - began) / 1000)} s)`);
  } catch (e) {
    failed++;
    say(`failed ${name}: ${e instanceof Error ? (e.stack ?? e.message) : String(e)}`);
  } finally {
    await installation.remove();
  }
}

const where = machine();
if (!short) say(`Machine: ${where}. Median (least-most); ratio: median of the pairs.\n\n${table(rows)}\n`);
if (values.json !== undefined) {
  await writeFile(
    values.json,
    `${JSON.stringify({ schema: 'hostcompute.bench/v1', machine: where, rows, points }, null, 2)}\n`,
  );
}
if (values.docs && failed === 0) await renewDocs(where, rows, points);
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
