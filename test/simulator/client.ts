/** A client of the simulated service that speaks docs/simulator-wire.md section 1 directly, as the stand-in does. */
import { connect, type Socket } from 'node:net';
import { EXPORTS, type ExportName } from '#src/simulator/exports/opcodes.js';
import {
  decodeNotify,
  decodeReply,
  encodeCall,
  encodeFrame,
  Kind,
  LengthSplitter,
  parseFrame,
  u32Pair,
  WIRE_VERSION,
  type DecodedValue,
  type WireValue,
} from '#src/simulator/wire.js';
import { NotificationType, type NotificationName } from '#src/simulator/notificationType.js';

export interface Reply {
  readonly hresult: number;
  readonly values: readonly DecodedValue[];
}

export interface Told {
  readonly registration: number;
  readonly type: number;
  readonly status: number;
}

/** What came over the connection, in order. */
export type Arrival = { readonly reply: number } | { readonly told: Told };

export class WireClient {
  readonly told: Told[] = [];
  readonly arrivals: Arrival[] = [];
  closed = false;
  strings = 0n;
  readonly #calls = new Map<number, (reply: Reply | null) => void>();
  readonly #watchers = new Set<() => void>();
  #next = 1;
  #registration = 1;

  private constructor(readonly socket: Socket) {}

  static async connect(endpoint: string): Promise<WireClient> {
    const socket = connect(endpoint);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    const client = new WireClient(socket);
    const splitter = new LengthSplitter(5);
    const welcomed = new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        splitter.push(chunk, (body) => {
          const frame = parseFrame(body);
          if (frame.kind === Kind.welcome) resolve();
          else client.#take(frame.kind, frame.id, Buffer.from(frame.payload));
        });
      });
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      client.closed = true;
      for (const answer of client.#calls.values()) answer(null);
      client.#calls.clear();
      client.#wake();
    });
    socket.write(encodeFrame(Kind.hello, 0, u32Pair(WIRE_VERSION, process.pid)));
    await welcomed;
    return client;
  }

  /** Rejects when the connection breaks before the answer. */
  async call(name: ExportName, ...args: readonly WireValue[]): Promise<Reply> {
    const reply = await this.tryCall(name, ...args);
    if (reply === null) throw new Error(`${name}: the connection broke`);
    return reply;
  }

  tryCall(name: ExportName, ...args: readonly WireValue[]): Promise<Reply | null> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#calls.set(id, resolve);
      this.socket.write(encodeCall(id, { opcode: EXPORTS[name].opcode, thread: 7, args }));
    });
  }

  /** Registers for a handle of a system or process; answers the registration id. */
  async register(kind: 'system' | 'process', handle: number): Promise<number> {
    const id = this.#registration++;
    const name = kind === 'system' ? 'HcsRegisterComputeSystemCallback' : 'HcsRegisterProcessCallback';
    const { hresult } = await this.call(name, handle, id);
    if (hresult !== 0) throw new Error(`${name}: ${hresult.toString(16)}`);
    return id;
  }

  count(registration: number, name: NotificationName): number {
    return this.told.filter((t) => t.registration === registration && t.type === NotificationType[name]).length;
  }

  /** The nth notification of this name for a registration, once it has come. */
  async notified(registration: number, name: NotificationName, nth = 1): Promise<Told> {
    for (;;) {
      const found = this.told.filter((t) => t.registration === registration && t.type === NotificationType[name]);
      if (found.length >= nth) return found[nth - 1]!;
      if (this.closed) throw new Error(`closed before ${name}`);
      await this.#change();
    }
  }

  async untilClosed(): Promise<void> {
    while (!this.closed) await this.#change();
  }

  /** Everything the service sent before this has been read: its answer to a harmless call has come. */
  async settled(): Promise<void> {
    await this.call('HcsGetServiceProperties', null);
  }

  close(): void {
    this.socket.destroy();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#watchers.add(resolve));
  }

  #wake(): void {
    for (const wake of [...this.#watchers]) {
      this.#watchers.delete(wake);
      wake();
    }
  }

  #take(kind: number, id: number, payload: Buffer): void {
    if (kind === Kind.reply) {
      this.arrivals.push({ reply: id });
      this.#calls.get(id)?.(decodeReply(payload));
      this.#calls.delete(id);
    } else if (kind === Kind.notify) {
      const { type, status } = decodeNotify(payload);
      const told = { registration: id, type, status };
      this.told.push(told);
      this.arrivals.push({ told });
      this.#wake();
    } else if (kind === Kind.count) {
      const counts = Buffer.alloc(16);
      counts.writeBigUInt64LE(this.strings, 0);
      this.socket.write(encodeFrame(Kind.counted, id, counts));
    }
  }
}
