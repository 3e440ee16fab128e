/** Renews what is measured in docs/performance.md, between its marks, and the plot beside it. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Row } from './measure.js';
import { plot } from './plot.js';
import { table } from './report.js';
import type { Point } from './scale.js';

const page = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));
const picture = fileURLToPath(new URL('../../docs/images/latency.svg', import.meta.url));
const BEGIN = '<!-- measured -->';
const END = '<!-- /measured -->';

export async function renewDocs(machine: string, rows: readonly Row[], points: readonly Point[]): Promise<void> {
  const text = await readFile(page, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${page} has no ${BEGIN} ... ${END}`);
  const measured = `Machine: ${machine}. Median (least-most); ratio: median of the pairs.\n\n${table(rows)}`;
  await writeFile(
    page,
    `${before}${BEGIN}\n\n<!-- prettier-ignore-start -->\n\n${measured}\n\n<!-- prettier-ignore-end -->\n\n${END}${after}`,
  );
  if (points.length > 0) await writeFile(picture, plot(points));
}
