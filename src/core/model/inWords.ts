/** A container in a few words: for tables, menus and their tooltips. */
import { describeCode } from '../exitCodes.js';
import type { ContainerSummary } from './container.js';

const STEPS: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
];

/** `3d`, `5h`, `12m`, `8s`: how long ago, in the largest unit that fits. */
export function age(time: string | null, now: number): string {
  if (time === null) return '-';
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  const [unit, size] = STEPS.find(([, step]) => seconds >= step) ?? ['s', 1];
  return `${Math.floor(seconds / size)}${unit}`;
}

/** `0`, `0xC000013A (STATUS_CONTROL_C_EXIT)`, `unknown (why)`. */
export const exitText = (exit: { readonly exitCode: number | null; readonly exitUnknown?: string }): string =>
  exit.exitCode === null ? `unknown (${exit.exitUnknown ?? 'not recorded'})` : describeCode(exit.exitCode);

/** What a menu says of a container beside its id. */
export const tooltipOf = (item: ContainerSummary, now: number): string =>
  [
    item.status,
    item.exitedAt === null ? (item.pid === 0 ? undefined : `pid ${item.pid}`) : exitText(item),
    item.isolation,
    `created ${age(item.createdAt, now)} ago`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');

/** Only those of a status, and whose id begins so, whatever its case. */
export interface Wanted {
  readonly statuses?: readonly ContainerSummary['status'][] | undefined;
  readonly prefix?: string | undefined;
}

export function those(items: readonly ContainerSummary[], { statuses, prefix = '' }: Wanted): ContainerSummary[] {
  const known = prefix.toLowerCase();
  return items.filter(({ id, status }) => (statuses?.includes(status) ?? true) && id.toLowerCase().startsWith(known));
}
