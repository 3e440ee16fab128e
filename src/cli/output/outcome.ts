/** What a handler answers: data, and how people want to see it. `render.ts` prints it in the mode asked for. */
import type { Column } from './table.js';

/** One document, `hostcompute.<noun>/v1`. `text` is for people (may be empty: nothing is printed), `quiet` for `--output quiet`. */
export interface DocumentOutcome {
  readonly kind: 'document';
  readonly noun: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly quiet?: string;
  /** Exit status, 0 if absent. */
  readonly status?: number;
  /** False when the document tells of a failed check (`doctor`). True if absent. */
  readonly ok?: boolean;
}

/** A list document; on a terminal a table. */
export interface ListOutcome {
  readonly kind: 'list';
  readonly noun: string;
  readonly items: readonly object[];
  readonly warnings: readonly string[];
  readonly columns: readonly Column[];
  /** What `--output quiet` prints of an item: usually its id. */
  readonly quiet: (item: object) => string;
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Shown instead of an empty table. */
  readonly empty: string;
}

/** Everything was written already (a program's streams, a followed log): only the exit status is left. */
export interface StatusOutcome {
  readonly kind: 'status';
  readonly status: number;
}

export type Outcome = DocumentOutcome | ListOutcome | StatusOutcome;

export const document = (
  noun: string,
  body: Readonly<Record<string, unknown>>,
  text: string,
  extra: Partial<Pick<DocumentOutcome, 'quiet' | 'status' | 'ok'>> = {},
): DocumentOutcome => ({ kind: 'document', noun, body, text, ...extra });

export const listing = <T extends object>(
  noun: string,
  items: readonly T[],
  shape: {
    readonly columns: readonly Column<T>[];
    readonly quiet: (item: T) => string;
    readonly empty: string;
    readonly warnings?: readonly string[];
    readonly extra?: Readonly<Record<string, unknown>>;
  },
): ListOutcome => ({
  kind: 'list',
  noun,
  items,
  warnings: shape.warnings ?? [],
  // The columns are only ever asked about this list's own items.
  columns: shape.columns as readonly unknown[] as readonly Column[],
  quiet: shape.quiet as (item: object) => string,
  empty: shape.empty,
  ...(shape.extra === undefined ? {} : { extra: shape.extra }),
});

export const status = (code: number): StatusOutcome => ({ kind: 'status', status: code });
