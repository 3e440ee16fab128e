/** What all verbs share: the containers, the queue of turns, the publisher, the router, background work. */
import { RuntimeError } from '../errors.js';
import { Feed } from '../events/feed.js';
import { KeyedQueue } from '../events/keyedQueue.js';
import { Publisher } from '../events/publisher.js';
import { LayerCalls } from '../layers/calls.js';
import type { ContainerEffect } from '../lifecycle/container.js';
import { idKey } from '../model/ids.js';
import { DEFAULT_TIMEOUTS, type Timeouts } from '../timeouts.js';
import { bounded } from './bounded.js';
import type { Cell } from './cell.js';
import type { RuntimeDeps } from './deps.js';
import { brief } from './failures.js';
import { Router } from './router.js';
import { summaryOf } from './summary.js';

export class Core {
  readonly cells = new Map<string, Cell>();
  readonly queue = new KeyedQueue();
  readonly publisher: Publisher;
  readonly feed: Feed;
  readonly router: Router;
  readonly timeouts: Timeouts;
  readonly layerCalls: LayerCalls;
  #closed = false;
  /** What each effect of a transition does; set once by createRuntime. */
  effects: Readonly<Record<ContainerEffect, (cell: Cell) => void>> | null = null;
  readonly #idleListeners = new Set<(busy: boolean) => void>();
  readonly #work = new Set<Promise<void>>();
  readonly #open = new Set<() => void>();
  #wasBusy = false;

  constructor(readonly deps: RuntimeDeps) {
    this.layerCalls = new LayerCalls(deps.hcs);
    this.timeouts = { ...DEFAULT_TIMEOUTS, ...deps.timeouts };
    this.publisher = new Publisher(deps.store, deps.clock, deps.tracer);
    this.feed = new Feed(
      deps.store,
      () =>
        [...this.cells.values()].filter((cell) => cell.state.kind !== 'creating').map((cell) => summaryOf(cell.record)),
      deps.tracer,
    );
    this.publisher.onEvents((events) => {
      this.feed.tell(events);
    });
    this.router = new Router(deps.tracer);
  }

  get closed(): boolean {
    return this.#closed;
  }

  now(): string {
    return this.deps.clock.now().toISOString();
  }

  /** A container that has been created, whatever its state. */
  find(id: string): Cell {
    const cell = this.cells.get(idKey(id));
    if (cell === undefined || cell.removed || cell.state.kind === 'creating') throw this.notFound(id);
    return cell;
  }

  notFound(id: string): RuntimeError {
    return new RuntimeError('notFound', `container ${id.slice(0, 128)} does not exist`, {
      containerId: id.slice(0, 128),
    });
  }

  /** Work that nobody waits for. Its failure is traced; the engine is busy until it is done. */
  background(what: string, id: string, work: Promise<unknown>): void {
    void this.tracked(what, id, work);
  }

  /** The same, for one who does wait for its end. Never rejects. */
  tracked(what: string, id: string, work: Promise<unknown>): Promise<void> {
    const task = work.then(
      () => undefined,
      (e: unknown) => {
        if (!this.#closed) this.deps.tracer.log('warn', `${what} failed`, { container: id, reason: brief(e) });
      },
    );
    this.#work.add(task);
    this.checkIdle();
    void task.then(() => {
      this.#work.delete(task);
      this.checkIdle();
    });
    return task;
  }

  /** Rejects with `unavailable` when the runtime closes before `work` is done. */
  untilClosed<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const onClose = (): void => {
        reject(new RuntimeError('unavailable', 'the engine is closing'));
      };
      if (this.#closed) onClose();
      this.#open.add(onClose);
      work.then(resolve, reject).finally(() => this.#open.delete(onClose));
    });
  }

  /** Before a call that makes something in HCS: an engine that closes begins nothing. */
  refuseWhenClosed(): void {
    if (this.#closed) throw new RuntimeError('unavailable', 'the engine is closing');
  }

  /** Ends every wait. What HCS runs goes on. Resolves when turns under way are written. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const onClose of [...this.#open]) onClose();
    this.feed.close();
    this.publisher.close();
    await this.queue.idle();
  }

  /** A native call that answers at once or never. */
  quick<T>(operation: string, id: string, call: Promise<T>): Promise<T> {
    return this.untilClosed(
      bounded(call, { clock: this.deps.clock, ms: this.timeouts.quickCall, operation, containerId: id }),
    );
  }

  /** Waits `ms`, or less when the runtime closes (then true). */
  pause(ms: number): Promise<boolean> {
    if (this.#closed) return Promise.resolve(true);
    return new Promise((resolve) => {
      const onClose = (): void => {
        stop();
        resolve(true);
      };
      const stop = this.deps.clock.after(ms, () => {
        this.#open.delete(onClose);
        resolve(false);
      });
      this.#open.add(onClose);
    });
  }

  busy(): boolean {
    if (this.#work.size > 0) return true;
    for (const cell of this.cells.values()) if (cell.alive) return true;
    return false;
  }

  onIdleChange(listener: (busy: boolean) => void): () => void {
    if (this.#idleListeners.size === 0) this.#wasBusy = this.busy();
    this.#idleListeners.add(listener);
    return () => this.#idleListeners.delete(listener);
  }

  /** For what others gave us to call: its failure is not that of whoever calls it. */
  guarded(what: string, call: () => void): void {
    try {
      call();
    } catch (e) {
      this.deps.tracer.log('error', `${what} failed`, { reason: brief(e) });
    }
  }

  checkIdle(): void {
    if (this.#idleListeners.size === 0) return;
    const busy = this.busy();
    if (busy === this.#wasBusy) return;
    this.#wasBusy = busy;
    for (const listener of this.#idleListeners)
      this.guarded('a listener for idleness', () => {
        listener(busy);
      });
  }
}
