/** Prints an outcome in the mode that was asked for, and answers the exit status. */
import { asciiJson } from '../../core/json/ascii.js';
import type { Host } from '../context.js';
import type { Outcome } from './outcome.js';
import { styleOf } from './style.js';
import { write } from './write.js';

export const MODES = ['json', 'ndjson', 'table', 'quiet'] as const;
export type Mode = (typeof MODES)[number];

export const schemaOf = (noun: string): string => `hostcompute.${noun}/v1`;

/** A success document: schema and ok first. */
export const envelope = (
  noun: string,
  body: Readonly<Record<string, unknown>>,
  ok = true,
): Readonly<Record<string, unknown>> => ({ schema: schemaOf(noun), ok, ...body });

type Screen = Pick<Host, 'stdout' | 'stderr' | 'print' | 'env'>;

async function text(outcome: Exclude<Outcome, { kind: 'status' }>, mode: Mode, host: Screen): Promise<string> {
  if (outcome.kind === 'document') {
    if (mode === 'table') return outcome.text;
    if (mode === 'quiet') return outcome.quiet ?? '';
    return asciiJson(envelope(outcome.noun, outcome.body, outcome.ok));
  }
  switch (mode) {
    case 'json':
      return asciiJson(envelope(outcome.noun, { items: outcome.items, warnings: outcome.warnings, ...outcome.extra }));
    case 'ndjson':
      return outcome.items.map((item) => asciiJson(item)).join('\n');
    case 'quiet':
      return outcome.items.map((item) => outcome.quiet(item)).join('\n');
    case 'table': {
      if (outcome.items.length === 0) return outcome.empty;
      const { table } = await import('./table.js');
      return table(outcome.items, outcome.columns, styleOf(host.stdout, host.env));
    }
  }
}

function warningsOf(outcome: Exclude<Outcome, { kind: 'status' }>): readonly unknown[] {
  if (outcome.kind === 'list') return outcome.warnings;
  const { warnings } = outcome.body;
  return Array.isArray(warnings) ? warnings : [];
}

/** Writes the outcome to stdout; its warnings go to stderr where people read (table). */
export async function render(outcome: Outcome, mode: Mode, host: Screen): Promise<number> {
  if (outcome.kind === 'status') return outcome.status;
  const shown = await text(outcome, mode, host);
  if (shown !== '') await host.print(`${shown}\n`);
  if (mode === 'table')
    for (const warning of warningsOf(outcome)) await write(host.stderr, `hcs: warning: ${String(warning)}\n`);
  return outcome.kind === 'document' ? (outcome.status ?? 0) : 0;
}
