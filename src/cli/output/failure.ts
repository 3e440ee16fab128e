/** How a failure is told: one document on stdout for programs, one plain line on stderr for people. */
import { toRuntimeError, type ErrorDocument } from '../../core/errors.js';
import { visible } from './visible.js';

export interface FailureDocument {
  readonly schema: 'hostcompute.error/v1';
  readonly ok: false;
  readonly error: ErrorDocument;
  /** With several ids: what became of each (commands/each.ts). */
  readonly items?: readonly object[];
}

export function failureDocument(e: unknown): FailureDocument {
  const error = toRuntimeError(e);
  const { items } = error as { readonly items?: readonly object[] };
  return {
    schema: 'hostcompute.error/v1',
    ok: false,
    error: error.toDocument(),
    ...(items === undefined ? {} : { items }),
  };
}

/** `hcs: message (0x... NAME): hint` on one line; the first issues are named when the message does not. */
export function failureLine(error: ErrorDocument): string {
  const parts = [error.message];
  const issue = error.issues?.[0];
  if (issue !== undefined && !error.message.includes(issue.path) && !error.message.includes(issue.got)) {
    const more = (error.issues?.length ?? 0) - 1;
    parts.push(`${issue.path}: expected ${issue.expected}, got ${issue.got}${more > 0 ? ` (and ${more} more)` : ''}`);
  }
  const { hresult, symbol } = error;
  if (hresult !== undefined && !error.message.includes(hresult)) {
    parts.push(symbol === undefined ? hresult : `${symbol} (${hresult})`);
  }
  if (error.leftovers !== undefined && error.leftovers.length > 0)
    parts.push(`left over: ${error.leftovers.join(', ')}`);
  const line = `hcs: ${parts.join('; ')}${error.hint === undefined ? '' : ` (${error.hint})`}`;
  return visible(line.replace(/\s*[\r\n]+\s*/gu, ' '));
}
