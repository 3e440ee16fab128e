/** Tables for people: columns as wide as their texts, cut to the terminal. */
import stringWidth from 'string-width';
import { visible } from './visible.js';
import type { Style } from './style.js';

export interface Column<T = never> {
  readonly title: string;
  get(item: T): string;
  readonly align?: 'right';
  /** May be cut when the terminal is narrow, but not below this many cells (true: 8); the widest of these is cut first. */
  readonly shrink?: boolean | number;
}

const GAP = '  ';
const segmenter = new Intl.Segmenter();

/** The start of `text` that takes at most `width` cells, ending in `~` when something was cut. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const cells = stringWidth(segment);
    if (used + cells > width - 1) break;
    kept += segment;
    used += cells;
  }
  return width > 0 ? `${kept}~` : '';
}

/** Narrowest that a column gets; what may not be cut stays as it is. */
const least = ({ shrink }: Column): number =>
  typeof shrink === 'number' ? shrink : shrink === true ? 8 : Number.POSITIVE_INFINITY;

/** Makes the columns fit: those that may be cut are, the widest first, then the last ones are left out; the first stays in any case. */
function fit(widths: number[], columns: readonly Column[], width: number): void {
  const total = (): number => widths.reduce((sum, w) => sum + w, 0) + GAP.length * (widths.length - 1);
  while (total() > width) {
    let widest = -1;
    for (const [i, w] of widths.entries()) {
      const column = columns[i];
      if (column !== undefined && w > least(column) && (widest < 0 || w > (widths[widest] ?? 0))) widest = i;
    }
    if (widest >= 0) widths[widest] = (widths[widest] ?? 0) - 1;
    else if (widths.length > 1) widths.pop();
    else {
      widths[0] = Math.max(0, width);
      return;
    }
  }
}

export function table(items: readonly object[], columns: readonly Column[], style: Style): string {
  const cells = items.map((item) => columns.map((column) => visible(column.get(item as never))));
  const widths = columns.map((column, i) =>
    Math.max(stringWidth(column.title), ...cells.map((row) => stringWidth(row[i] ?? ''))),
  );
  fit(widths, columns, style.width);
  const line = (row: readonly string[], paint: (text: string) => string): string =>
    widths
      .map((width, i) => {
        const text = row[i] ?? '';
        const shown = cut(text, width);
        const space = ' '.repeat(Math.max(0, width - stringWidth(shown)));
        return columns[i]?.align === 'right' ? space + paint(shown) : paint(shown) + space;
      })
      .join(GAP)
      .trimEnd();
  const head = line(
    columns.map((column) => column.title),
    (text) => style.bold(text),
  );
  return [head, ...cells.map((row) => line(row, (text) => text))].join('\n');
}
