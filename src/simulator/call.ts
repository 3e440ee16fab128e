import type { Client } from './connection.js';
import type { FaultRule } from './faults.js';
import { HcsFailure } from './failure.js';
import type { ProcessHandle, SystemHandle } from './handles.js';
import { INVALID_HANDLE, INVALID_PARAMETER } from './hresult.js';
import type { Service } from './service.js';
import type { ComputeSystem } from './system.js';
import type { DecodedValue, WireValue } from './wire.js';

/** What an export answers. `hresult` 0 and empty out-parameters when left out. */
export interface Answer {
  readonly hresult?: number;
  readonly values?: readonly WireValue[];
  readonly result?: string | null;
}

/** An export of the ABI. Refuses by throwing HcsFailure. */
export type Handler = (call: CallContext) => Answer | Promise<Answer>;

/** One call: its arguments by position, the client that made it, and what is to happen once it is answered. */
export class CallContext {
  /** What HcsCreateComputeSystem made. */
  created: ComputeSystem | undefined;
  #answered = false;
  readonly #after: (() => void)[] = [];

  constructor(
    readonly service: Service,
    readonly client: Client,
    private readonly args: readonly DecodedValue[],
    private readonly fault: FaultRule | undefined,
  ) {}

  get completion(): 'pending' | 'immediate' {
    return this.fault?.completion ?? this.service.options.completion;
  }

  string(i: number): string {
    const value = this.args[i];
    if (typeof value !== 'string') throw new HcsFailure(INVALID_PARAMETER, `argument ${i + 1}: expected a string`);
    return value;
  }

  /** A document, which may be a null pointer. */
  text(i: number): string | null {
    return this.args[i] === null || this.args[i] === undefined ? null : this.string(i);
  }

  integer(i: number): number {
    const value = this.args[i];
    if (typeof value !== 'bigint') throw new HcsFailure(INVALID_PARAMETER, `argument ${i + 1}: expected an integer`);
    return Number(value);
  }

  /** All 64 bits, unsigned. */
  unsigned(i: number): bigint {
    this.integer(i);
    return BigInt.asUintN(64, this.args[i] as bigint);
  }

  bytes(i: number): Uint8Array {
    const value = this.args[i];
    if (!(value instanceof Uint8Array)) throw new HcsFailure(INVALID_PARAMETER, `argument ${i + 1}: expected bytes`);
    return value;
  }

  get count(): number {
    return this.args.length;
  }

  system(i = 0): SystemHandle {
    const handle = this.client.handles.get(this.integer(i));
    if (handle?.kind !== 'system') throw new HcsFailure(INVALID_HANDLE);
    return handle;
  }

  process(i = 0): ProcessHandle {
    const handle = this.client.handles.get(this.integer(i));
    if (handle?.kind !== 'process') throw new HcsFailure(INVALID_HANDLE);
    return handle;
  }

  /** The compute system that the first argument is a handle of (or of a process in it). */
  systemOrNone(): ComputeSystem | undefined {
    const first = this.args[0];
    return typeof first === 'bigint' ? this.client.handles.get(Number(first))?.system : undefined;
  }

  /** Runs `work` as soon as the answer has been written: at once when it already has. */
  afterReply(work: () => void): void {
    if (this.#answered) work();
    else this.#after.push(work);
  }

  answered(): void {
    this.#answered = true;
    for (const work of this.#after.splice(0)) work();
  }
}
