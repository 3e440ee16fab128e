/** A Runtime of which each test brings the verbs it needs; the others refuse. */
import type { ContainerDetail, ContainerSummary } from '#src/core/model/container.js';
import type { RuntimeEvent } from '#src/core/model/event.js';
import { RuntimeError } from '#src/core/errors.js';
import type { Runtime } from '#src/core/runtime.js';

const VERBS = [
  'create',
  'start',
  'exec',
  'kill',
  'stop',
  'pause',
  'resume',
  'wait',
  'deleteTask',
  'delete',
  'list',
  'state',
  'processes',
  'stats',
  'resize',
  'closeStdin',
  'update',
  'checkpoint',
  'restore',
  'sweep',
  'plan',
  'subscribe',
  'eventsList',
  'log',
] as const satisfies readonly (keyof Runtime)[];

/** Layers and networks of which the test brings none. */
const nouns = (refuse: (verb: string) => () => Promise<never>): Pick<Runtime, 'layers' | 'networks'> => {
  const all = (noun: string): object =>
    // Without `then`: an object that has one is taken for a promise.
    new Proxy(
      {},
      { get: (_, verb) => (typeof verb === 'string' && verb !== 'then' ? refuse(`${noun}.${verb}`) : undefined) },
    );
  return { layers: all('layers'), networks: all('networks') } as Pick<Runtime, 'layers' | 'networks'>;
};

export function fakeRuntime(verbs: Partial<Runtime> = {}): Runtime {
  const refuse = (verb: string) => (): Promise<never> =>
    Promise.reject(new RuntimeError('unsupported', `the test brings no ${verb}`));
  return { ...Object.fromEntries(VERBS.map((verb) => [verb, refuse(verb)])), ...nouns(refuse), ...verbs } as Runtime;
}

export const summary = (id: string): ContainerSummary => ({
  id,
  status: 'running',
  isolation: 'process',
  pid: 42,
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: '2026-01-01T00:00:01.000Z',
  exitedAt: null,
  exitCode: null,
  owner: 'hostcompute',
  labels: [],
});

export const detail = (id: string): ContainerDetail => ({
  ...summary(id),
  epoch: 'e',
  bundle: null,
  annotations: [],
  execs: [],
  lastError: null,
});

export const event = (cursor: number, containerId = 'web'): RuntimeEvent => ({
  schema: 'hostcompute.event/v1',
  cursor,
  containerId,
  processId: 'init',
  pid: 0,
  sequence: cursor,
  epoch: 'e',
  time: '2026-01-01T00:00:00.000Z',
  type: 'create',
});

/** Events that subscribers read as they can, as the real feed does; `push` ignores whether they can. */
export class FakeEvents {
  readonly kept: RuntimeEvent[] = [];
  closed = 0;
  /** Calls of listeners that have not settled. */
  waiting = 0;
  private readonly listeners = new Set<(events: readonly RuntimeEvent[]) => void | Promise<void>>();
  private readonly wakers = new Set<() => void>();

  add(count: number): void {
    for (let i = 0; i < count; i++) this.kept.push(event(this.kept.length + 1));
    for (const wake of this.wakers) wake();
    this.wakers.clear();
  }

  /** Delivers at once, whatever the listeners' promises say. */
  push(events: readonly RuntimeEvent[]): void {
    for (const listener of this.listeners) void listener(events);
  }

  readonly subscribe: Runtime['subscribe'] = (after, listener) => {
    let position = after === Infinity ? this.kept.length : after;
    let open = true;
    this.listeners.add(listener);
    const serve = async (): Promise<void> => {
      await Promise.resolve();
      while (open) {
        const batch = this.kept.slice(position, position + 512);
        if (batch.length === 0) await new Promise<void>((resolve) => this.wakers.add(resolve));
        else {
          position += batch.length;
          this.waiting++;
          await listener(batch);
          this.waiting--;
        }
      }
    };
    void serve();
    return Promise.resolve({
      cursor: this.kept.length,
      close: () => {
        open = false;
        this.closed++;
        this.listeners.delete(listener);
        for (const wake of this.wakers) wake();
      },
    });
  };
}
