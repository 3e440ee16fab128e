/**
 * What the window knows of the containers: a picture that events keep up to date. Pure: nothing here waits or asks.
 */
import type { ContainerSummary, ExecSummary, RuntimeEvent } from 'hostcompute/client';
import { Signal } from '../signal.js';

/** An exec as far as events tell; `state` tells more. */
export interface Exec {
  readonly execId: string;
  readonly pid: number;
  readonly status: 'starting' | 'running' | 'stopped';
  readonly exitedAt: string | null;
  readonly exitCode: number | null;
  readonly exitUnknown?: string | undefined;
}

/** One container. Replaced as a whole when something changes, so that `===` tells. */
export interface Container extends Omit<ContainerSummary, 'isolation'> {
  /** Not known until the host has been asked. */
  readonly isolation: ContainerSummary['isolation'] | undefined;
  /** The events do not say everything: the host is to be asked. */
  readonly vague: boolean;
  readonly execs: readonly Exec[];
}

export interface Change {
  /** Containers came or went. */
  readonly structure: boolean;
  /** Those that look different now. */
  readonly changed: readonly string[];
  /** Those whose processes are different now. */
  readonly processes: readonly string[];
}

/** As the host keeps them. */
const EXECS_KEPT = 64;

export class ContainerStore {
  readonly changed = new Signal<Change>();
  private readonly containers = new Map<string, Container>();
  /** Grows with each event of an id: an answer that was asked for before is older. */
  private readonly versions = new Map<string, number>();
  /** By container, execs whose terminal was closed by the user while they ran. */
  private readonly closed = new Map<string, Set<string>>();
  private order: readonly Container[] | null = null;

  get(id: string): Container | undefined {
    return this.containers.get(id);
  }

  get size(): number {
    return this.containers.size;
  }

  get running(): number {
    let count = 0;
    for (const { status } of this.containers.values()) if (status === 'running' || status === 'paused') count++;
    return count;
  }

  /** Newest first. */
  all(): readonly Container[] {
    this.order ??= [...this.containers.values()].sort(
      (a, b) => compare(b.createdAt, a.createdAt) || compare(a.id, b.id),
    );
    return this.order;
  }

  version(id: string): number {
    return this.versions.get(id) ?? 0;
  }

  /** The whole truth, as `container/list` tells it. */
  replaceAll(items: readonly ContainerSummary[]): void {
    const change = new Changes();
    const given = new Set(items.map(({ id }) => id));
    for (const id of [...this.containers.keys()]) if (!given.has(id)) this.remove(id, change);
    for (const item of items) this.put(item, change);
    this.tell(change);
  }

  clear(): void {
    this.replaceAll([]);
  }

  /** Events in their order. Answers the ids of which the events do not tell everything. */
  apply(events: readonly RuntimeEvent[]): readonly string[] {
    const change = new Changes();
    const vague = new Set<string>();
    for (const event of events) {
      const { containerId: id } = event;
      this.versions.set(id, this.version(id) + 1);
      if (event.type === 'delete') {
        this.remove(id, change);
        vague.delete(id);
        continue;
      }
      const before = event.type === 'create' ? undefined : this.containers.get(id);
      const after = next(before ?? unknown(event), event);
      this.set(after, change);
      if (event.processId !== 'init' || event.type === 'start') change.processes.add(id);
      if (after.vague) vague.add(id);
    }
    this.tell(change);
    return [...vague];
  }

  /**
   * What the host answered about one; `version` is that of when it was asked. What events have said since stays. False when it is to be asked
   * again.
   */
  complete(item: ContainerSummary, version: number): boolean {
    const known = this.containers.get(item.id);
    if (known === undefined) return true;
    // After a loss only the host knows where the container was.
    if (this.version(item.id) !== version && known.status === 'lost') return false;
    const change = new Changes();
    if (this.version(item.id) === version) this.put(item, change);
    else {
      const { isolation, owner, labels, createdAt } = item;
      this.set({ ...known, isolation, owner, labels, createdAt, vague: false }, change);
    }
    this.tell(change);
    return true;
  }

  /** An exec is about to be ended because its terminal was closed; answers how to take that back. One that had ended before was not ended by that. */
  closing(id: string, execId: string): () => void {
    const known = this.containers.get(id)?.execs.find((exec) => exec.execId === execId);
    if (known?.status === 'stopped') return () => undefined;
    const closed = this.closed.get(id) ?? new Set();
    this.closed.set(id, closed.add(execId));
    return () => {
      closed.delete(execId);
    };
  }

  /** Whether closing its terminal has ended it. */
  wasClosed(id: string, execId: string): boolean {
    return this.closed.get(id)?.has(execId) === true;
  }

  /** The execs of one, as `container/state` tells them. */
  completeExecs(id: string, execs: readonly ExecSummary[], version: number): void {
    const known = this.containers.get(id);
    if (known === undefined || this.version(id) !== version) return;
    // No redraw: who asks is about to draw.
    this.containers.set(id, { ...known, execs });
    this.order = null;
  }

  private put(item: ContainerSummary, change: Changes): void {
    const execs = this.containers.get(item.id)?.execs ?? [];
    this.set({ ...item, vague: false, execs }, change);
  }

  private set(container: Container, change: Changes): void {
    const { id } = container;
    const before = this.containers.get(id);
    this.containers.set(id, container);
    this.order = null;
    if (before === undefined || before.createdAt !== container.createdAt) change.structure = true;
    else if (!looksSame(before, container)) change.changed.add(id);
  }

  private remove(id: string, change: Changes): void {
    this.versions.delete(id);
    this.closed.delete(id);
    if (!this.containers.delete(id)) return;
    this.order = null;
    change.structure = true;
    change.changed.delete(id);
  }

  private tell({ structure, changed, processes }: Changes): void {
    if (!structure && changed.size === 0 && processes.size === 0) return;
    const alive = (ids: Set<string>): string[] => [...ids].filter((id) => this.containers.has(id));
    this.changed.fire({ structure, changed: alive(changed), processes: alive(processes) });
  }
}

/** By code: times are RFC 3339 in UTC, and a locale's order takes ten times as long. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

class Changes {
  structure = false;
  readonly changed = new Set<string>();
  readonly processes = new Set<string>();
}

/** Of a container that nobody has told us about before. */
const unknown = (event: RuntimeEvent): Container => ({
  id: event.containerId,
  status: 'created',
  isolation: undefined,
  pid: 0,
  createdAt: event.time,
  startedAt: null,
  exitedAt: null,
  exitCode: null,
  owner: '',
  labels: [],
  vague: true,
  execs: [],
});

function next(container: Container, event: RuntimeEvent): Container {
  if (event.processId !== 'init') return { ...container, execs: nextExecs(container.execs, event) };
  switch (event.type) {
    case 'start':
      return { ...container, status: 'running', pid: event.pid, startedAt: event.time };
    case 'stopping':
      return { ...container, status: 'stopping' };
    case 'paused':
      return { ...container, status: 'paused' };
    case 'resumed':
      return { ...container, status: 'running' };
    case 'lost':
      return { ...container, status: 'lost' };
    case 'recovered':
      // Where it was before is not said.
      return { ...container, vague: true };
    case 'exit': {
      const { exitCode, exitUnknown, exitedAt, error } = event;
      // `error`: the create itself failed.
      const status = error === undefined ? 'stopped' : 'failed';
      return {
        ...container,
        status,
        pid: 0,
        exitCode,
        exitedAt,
        ...(exitUnknown === undefined ? {} : { exitUnknown }),
      };
    }
    default:
      return container;
  }
}

function nextExecs(execs: readonly Exec[], event: RuntimeEvent): readonly Exec[] {
  const { processId: execId } = event;
  const others = execs.filter((exec) => exec.execId !== execId);
  const before = execs.find((exec) => exec.execId === execId);
  const running = { execId, pid: event.pid, status: 'running', exitedAt: null, exitCode: null } as const;
  switch (event.type) {
    case 'exec-added':
      return [...others, { ...running, status: 'starting' as const }].slice(-EXECS_KEPT);
    case 'exec-started':
      return [...others, running].slice(-EXECS_KEPT);
    case 'exit': {
      const { exitCode, exitUnknown, exitedAt } = event;
      return [...others, { ...(before ?? running), status: 'stopped' as const, exitCode, exitUnknown, exitedAt }];
    }
    default:
      return execs;
  }
}

/** Whether both are drawn alike; execs are rows of their own. */
const looksSame = (a: Container, b: Container): boolean =>
  a.status === b.status &&
  a.isolation === b.isolation &&
  a.pid === b.pid &&
  a.startedAt === b.startedAt &&
  a.exitedAt === b.exitedAt &&
  a.exitCode === b.exitCode &&
  a.exitUnknown === b.exitUnknown &&
  a.owner === b.owner &&
  JSON.stringify(a.labels) === JSON.stringify(b.labels);
