import { Lane } from './lane.js';
import type { Issuer, Registration } from './notifier.js';
import type { SimulatedProcess } from './process.js';
import type { ComputeSystem } from './system.js';

interface HandleBase extends Issuer {
  readonly number: number;
  /** Callbacks registered through it. */
  readonly callbacks: Set<Registration>;
  /** Signals to processes that were created or opened through one system handle (hcs-facts 4.4: HCS serializes them). */
  readonly signals: Lane;
}

export interface SystemHandle extends HandleBase {
  readonly kind: 'system';
  readonly system: ComputeSystem;
}

export interface ProcessHandle extends HandleBase {
  readonly kind: 'process';
  readonly system: ComputeSystem;
  readonly process: SimulatedProcess;
}

export type Handle = SystemHandle | ProcessHandle;

/** The handles of one client connection. Numbers come from the service, so no two connections share one. */
export class HandleTable {
  readonly #handles = new Map<number, Handle>();
  readonly #registrations = new Map<number, { readonly registration: Registration; readonly handle: Handle }>();

  #ended = false;

  constructor(private readonly nextNumber: () => number) {}

  get size(): number {
    return this.#handles.size;
  }

  get registrations(): number {
    return this.#registrations.size;
  }

  openSystem(system: ComputeSystem): SystemHandle {
    const handle: SystemHandle = { kind: 'system', system, ...this.#base(new Lane()) };
    system.handles++;
    this.#add(handle);
    return handle;
  }

  openProcess({ system, signals }: SystemHandle, process: SimulatedProcess): ProcessHandle {
    const handle: ProcessHandle = { kind: 'process', system, process, ...this.#base(signals) };
    process.handles++;
    system.processHandles++;
    this.#add(handle);
    return handle;
  }

  get(number: number): Handle | undefined {
    return this.#handles.get(number);
  }

  register(handle: Handle, id: number, tell: Registration['tell']): void {
    this.unregister(id);
    const registration: Registration = { id, issuer: handle, tell };
    handle.callbacks.add(registration);
    this.#registrations.set(id, { registration, handle });
    notifierOf(handle).add(registration);
  }

  /** False when there is no such registration. */
  unregister(id: number): boolean {
    const entry = this.#registrations.get(id);
    if (entry === undefined) return false;
    this.#registrations.delete(id);
    entry.handle.callbacks.delete(entry.registration);
    notifierOf(entry.handle).remove(entry.registration);
    return true;
  }

  /** The handle through which a callback was registered. */
  holderOf(id: number): Handle | undefined {
    return this.#registrations.get(id)?.handle;
  }

  close(handle: Handle, clientDied = false): void {
    if (!this.#handles.delete(handle.number)) return;
    for (const registration of [...handle.callbacks]) this.unregister(registration.id);
    if (handle.kind === 'system') handle.system.handles--;
    else {
      handle.process.handles--;
      handle.system.processHandles--;
      handle.system.processes.unheld(handle.process, clientDied);
    }
    handle.system.handleClosed();
  }

  /** Context run-down: the client is gone. */
  closeAll(): void {
    this.#ended = true;
    for (const handle of [...this.#handles.values()]) this.close(handle, true);
  }

  /** A call that outlived its client opens nothing. */
  #add(handle: Handle): void {
    this.#handles.set(handle.number, handle);
    if (this.#ended) this.close(handle, true);
  }

  #base(signals: Lane): HandleBase {
    return { number: this.nextNumber(), callbacks: new Set(), registrations: 0, latched: [], signals };
  }
}

const notifierOf = (handle: Handle): ComputeSystem['notifier'] =>
  handle.kind === 'system' ? handle.system.notifier : handle.process.notifier;
