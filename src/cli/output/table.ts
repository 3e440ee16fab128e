/** Tables for people: columns as wide as their texts, cut to the terminal. */
import stringWidth from 'string-width';
import { visible } from './visible.js';
import type { Style } from './style.js';

export interface Column<T = never> {
  readonly title: string;
  get(item: T): string;
  readonly align?: 'right';
  /** May be cut when the terminal is narrow; the widest of these is cut first. */
  readonly shrink?: boolean;
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

function fit(widths: number[], columns: readonly Column[], width: number): void {
  const total = (): number => widths.reduce((sum, w) => sum + w, 0) + GAP.length * (widths.length - 1);
  while (total() > width) {
    let widest = -1;
    for (const [i, column] of columns.entries()) {
      const w = widths[i] ?? 0;
      if (column.shrink === true && w > 8 && (widest < 0 || w > (widths[widest] ?? 0))) widest = i;
    }
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

export function table(items: readonly object[], columns: readonly Column[], style: Style): string {
  const cells = items.map((item) => columns.map((column) => visible(column.get(item as never))));
  const widths = columns.map((column, i) =>
    Math.max(stringWidth(column.title), ...cells.map((row) => stringWidth(row[i] ?? ''))),
  );
  fit(widths, columns, style.width);
  const line = (row: readonly string[], paint: (text: string) => string): string =>
    row
      .map((text, i) => {
        const width = widths[i] ?? 0;
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
