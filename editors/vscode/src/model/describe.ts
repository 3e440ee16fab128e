/** How containers, execs and processes look: words, icons, colours. Pure, so that it can be tested without an editor. */
import type { ContainerSummary, StatsReport } from 'hostcompute/client';
import { age, ageEnds } from './age.js';
import { describeExit, explainExit } from './exitCode.js';
import type { Container, Exec } from './store.js';

export interface Look {
  /** A product icon of VS Code. */
  readonly icon: string;
  /** A theme colour, which every theme, also a high-contrast one, has. */
  readonly color: string | undefined;
}

type Status = ContainerSummary['status'];

const LOOKS: Readonly<Record<Status, Look>> = {
  created: { icon: 'circle-outline', color: undefined },
  running: { icon: 'play-circle', color: 'testing.iconPassed' },
  paused: { icon: 'debug-pause', color: 'problemsWarningIcon.foreground' },
  stopping: { icon: 'stop-circle', color: 'problemsWarningIcon.foreground' },
  stopped: { icon: 'pass', color: 'disabledForeground' },
  lost: { icon: 'debug-disconnect', color: 'problemsWarningIcon.foreground' },
  failed: { icon: 'error', color: 'problemsErrorIcon.foreground' },
};

export function containerLook({ status, exitCode }: Pick<Container, 'status' | 'exitCode'>): Look {
  // One that ended well must not look like one that did not, also without colours.
  if (status === 'stopped' && exitCode !== 0) {
    return exitCode === null
      ? { icon: 'question', color: 'problemsWarningIcon.foreground' }
      : { icon: 'error', color: 'problemsErrorIcon.foreground' };
  }
  return LOOKS[status];
}

/** After the id: `running, process, 5 min`, `exit 0xC000013A STATUS_CONTROL_C_EXIT, process, 3 h ago`. */
export function containerDescription(container: Container, now: number): string {
  const { status, isolation } = container;
  const kind = isolation ?? '';
  const old = age(since(container), now);
  switch (status) {
    case 'running':
    case 'paused':
    case 'stopping':
    case 'lost':
      return words(status, kind, old);
    case 'stopped':
      return words(`exit ${describeExit(container)}`, kind, `${old} ago`);
    case 'created':
    case 'failed':
      return words(status, kind, `${old} ago`);
  }
}

/** When that reads differently without any event, in ms since 1970. */
export const descriptionEnds = (container: Container, now: number): number => ageEnds(since(container), now);

function since({ status, startedAt, exitedAt, createdAt }: Container): string {
  switch (status) {
    case 'running':
    case 'paused':
    case 'stopping':
    case 'lost':
      return startedAt ?? createdAt;
    case 'stopped':
      return exitedAt ?? createdAt;
    case 'created':
    case 'failed':
      return createdAt;
  }
}

const words = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');

/** `container.running.process`: what menus look at. */
export const containerContext = ({ status, isolation }: Container): string =>
  `container.${status}.${isolation ?? 'unknown'}`;

export type Fact = readonly [name: string, value: string];

/** Lines of `name: value`. */
export function containerFacts(container: Container): readonly Fact[] {
  const { id, status, isolation, pid, createdAt, startedAt, exitedAt, owner, labels } = container;
  const facts: Fact[] = [
    ['id', id],
    ['status', status],
  ];
  if (isolation !== undefined) facts.push(['isolation', isolation]);
  if (pid !== 0) facts.push(['pid', String(pid)]);
  facts.push(['created', createdAt]);
  if (startedAt !== null) facts.push(['started', startedAt]);
  if (exitedAt !== null) facts.push(['ended', exitedAt], ['exit code', explainExit(container)]);
  if (owner !== '') facts.push(['owner', owner]);
  for (const { name, value } of labels) facts.push([`label ${name}`, value]);
  return facts;
}

/** Lines of `name: value` of what it uses now. */
export function figureFacts({ memory, processor }: Pick<StatsReport, 'memory' | 'processor'>): readonly Fact[] {
  const { privateWorkingSetBytes, commitBytes, commitPeakBytes } = memory;
  return [
    ['memory', `${bytes(privateWorkingSetBytes)}, committed ${bytes(commitBytes)}, at most ${bytes(commitPeakBytes)}`],
    ['processor time', `${(processor.total100ns / 1e7).toFixed(1)} s`],
  ];
}

const EXEC_LOOKS: Readonly<Record<Exec['status'], Look>> = {
  starting: { icon: 'circle-outline', color: undefined },
  running: { icon: 'terminal', color: 'testing.iconPassed' },
  stopped: { icon: 'pass', color: 'disabledForeground' },
};

/** `closed`: its user has ended it by closing its terminal, so that it is no failure. */
export function execLook({ status, exitCode }: Exec, closed: boolean): Look {
  if (status !== 'stopped') return EXEC_LOOKS[status];
  // Whatever its exit code: a shell whose input is closed may end well before it is killed.
  if (closed) return { icon: 'circle-slash', color: 'disabledForeground' };
  return exitCode === 0 ? EXEC_LOOKS.stopped : { icon: 'error', color: 'problemsErrorIcon.foreground' };
}

/** After the exec's id: `exec, pid 12`, `exec, exit 7`. */
export function execDescription(exec: Exec, closed: boolean): string {
  if (exec.status !== 'stopped') return words('exec', exec.pid === 0 ? '' : `pid ${exec.pid}`);
  return words('exec', closed ? CLOSED : `exit ${describeExit(exec)}`);
}

/** Of one that has ended: its exit code and when that was, also when it was ended on purpose. */
export const execTooltip = (exec: Exec, closed: boolean): string =>
  words(`${exec.execId}: exit ${describeExit(exec)}`, closed ? CLOSED : '', exec.exitedAt ?? '');

const CLOSED = 'ended by closing its terminal';

/** Of a program name with its path the name. */
export const programName = (image: string): string => image.split(/[\\/]/).at(-1) ?? image;

/** `1.5 MiB`. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}
