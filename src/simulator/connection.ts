import type { Socket } from 'node:net';
import { dispatch } from './dispatch.js';
import { HandleTable } from './handles.js';
import type { Service } from './service.js';
import {
  decodeCall,
  encodeFrame,
  encodeNotify,
  encodeReply,
  Kind,
  LengthSplitter,
  parseFrame,
  u32,
  WIRE_VERSION,
  WireError,
  type Frame,
  type WireValue,
} from './wire.js';

/** What a client counts of itself (docs/simulator-wire.md, COUNTED). */
export interface ClientCounts {
  readonly strings: number;
  readonly handles: number;
}

/** One client process: its handles live and end with its connection (context run-down). */
export class Client {
  readonly handles: HandleTable;
  pid = 0;
  #greeted = false;
  readonly #splitter = new LengthSplitter(5);
  readonly #counts = new Map<number, (counts: ClientCounts | null) => void>();
  #nextCount = 1;

  constructor(
    private readonly service: Service,
    private readonly socket: Socket,
    onGone: (client: Client) => void,
  ) {
    this.handles = new HandleTable(service.nextNumber);
    socket.on('data', (chunk) => {
      socket.cork();
      try {
        this.#splitter.push(chunk, (body) => {
          this.#take(parseFrame(body));
        });
      } catch (e) {
        service.options.log(`client ${this.pid}: ${e instanceof Error ? e.message : String(e)}`);
        socket.destroy();
      }
      socket.uncork();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.handles.closeAll();
      for (const answer of this.#counts.values()) answer(null);
      this.#counts.clear();
      onGone(this);
    });
  }

  get greeted(): boolean {
    return this.#greeted;
  }

  reply(id: number, hresult: number, values: readonly WireValue[]): void {
    if (this.socket.writable) this.socket.write(encodeReply(id, hresult, values));
  }

  notify(registration: number, type: number, status: number, data: string | null): void {
    if (this.socket.writable) this.socket.write(encodeNotify(registration, type, status, data));
  }

  disconnect(): void {
    this.socket.destroy();
  }

  /** Asks the client for its own counts; null when it does not say within `boundMs`. */
  count(boundMs: number): Promise<ClientCounts | null> {
    if (!this.#greeted || !this.socket.writable) return Promise.resolve(null);
    const id = this.#nextCount++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        answer(null);
      }, boundMs);
      const answer = (counts: ClientCounts | null): void => {
        clearTimeout(timer);
        this.#counts.delete(id);
        resolve(counts);
      };
      this.#counts.set(id, answer);
      this.socket.write(encodeFrame(Kind.count, id));
    });
  }

  #take(frame: Frame): void {
    if (!this.#greeted) {
      this.#greet(frame);
      return;
    }
    if (frame.kind === Kind.call) dispatch(this.service, this, frame.id, decodeCall(frame.payload));
    else if (frame.kind === Kind.counted && frame.payload.length >= 16) {
      this.#counts.get(frame.id)?.({
        strings: Number(frame.payload.readBigUInt64LE(0)),
        handles: Number(frame.payload.readBigUInt64LE(8)),
      });
    } else throw new WireError(`unexpected frame of kind ${frame.kind}`);
  }

  #greet(frame: Frame): void {
    if (frame.kind !== Kind.hello || frame.payload.length < 8) throw new WireError('expected HELLO');
    const version = frame.payload.readUInt32LE(0);
    if (version !== WIRE_VERSION) throw new WireError(`wire version ${version}, expected ${WIRE_VERSION}`);
    this.pid = frame.payload.readUInt32LE(4);
    this.#greeted = true;
    this.socket.write(encodeFrame(Kind.welcome, 0, u32(WIRE_VERSION)));
  }
}
