/**
 * The calling side of JSON-RPC over the frames of `transport`: requests by id, notifications both ways. vscode-jsonrpc would do as well, but
 * a command that asks one question spends as long on loading it as on the question; hosts have it, and other programs' clients.
 */
import { isUtf8 } from 'node:buffer';
import type { Readable, Writable } from 'node:stream';
import { RPC } from '../protocol/constants.js';
import {
  DEFAULT_LIMITS,
  encodingOf,
  envelope,
  frameParser,
  FramingError,
  type FrameParser,
  type Framing,
} from '../transport/frames.js';
import { parseTrusted, stringifyJson } from '../transport/json.js';
import { RemoteError } from './remoteError.js';

export interface CallerEvents {
  notification(method: string, params: unknown): void;
  /** Nothing more is to come, and all that came has been handled. */
  ended(why: string): void;
}

/** The message is larger than the host would take; nothing was sent. */
export class Oversized extends Error {
  override readonly name = 'Oversized';
  constructor(readonly bytes: number) {
    super(`message of ${bytes} bytes`);
  }
}

/** The message was not sent: the connection is gone, or is going, of which it may not have heard yet. */
export class Unsent extends Error {
  override readonly name = 'Unsent';
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

type Fields = Readonly<Record<string, unknown>>;
const isObject = (u: unknown): u is Fields => typeof u === 'object' && u !== null && !Array.isArray(u);

const ENDED = 'the connection to the host has ended';

export class Caller {
  private readonly waiting = new Map<unknown, Waiting>();
  private readonly parser: FrameParser;
  /** Messages read and not handled yet. */
  private inbox: Fields[] = [];
  /** Who has handling wait: a later turn, or {@link hold}. */
  private holders = 0;
  /** Why nothing more will come. */
  private why: string | null = null;
  private finished = false;
  private lastId = 0;
  private corked = false;

  constructor(
    readable: Readable,
    private readonly writable: Writable,
    private readonly framing: Framing,
    private readonly events: CallerEvents,
  ) {
    this.parser = frameParser(framing, DEFAULT_LIMITS);
    const failed = (error: Error): void => {
      this.end(`the connection to the host failed: ${error.message}`);
    };
    writable.on('error', failed).on('close', () => {
      this.end(ENDED);
    });
    readable
      .on('data', (chunk: Buffer) => {
        this.read(chunk);
      })
      .on('end', () => {
        if (this.parser.partial) this.broken('input ended inside a message');
        else this.end(ENDED);
      })
      .on('error', failed)
      .on('close', () => {
        this.end(ENDED);
      });
    // The handshake leaves the stream paused.
    readable.resume();
  }

  /** The host will say nothing more. */
  get over(): boolean {
    return this.why !== null;
  }

  /** Sends now. `answer` rejects with {@link RemoteError}; with {@link Oversized} or {@link Unsent} when it was not sent. `id` is for {@link cancel}. */
  request(method: string, params: object): { readonly id: number; readonly answer: Promise<unknown> } {
    const id = ++this.lastId;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
    });
    this.send({ jsonrpc: '2.0', id, method, params }).catch((error: unknown) => {
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      waiting?.reject(error);
    });
    return { id, answer };
  }

  /** Asks the host to give a request up. Its answer is still waited for. */
  cancel(id: number): void {
    this.notify('$/cancelRequest', { id }).catch(() => undefined);
  }

  /** Resolves when the kernel has the message. */
  notify(method: string, params: object): Promise<void> {
    return this.send({ jsonrpc: '2.0', method, params });
  }

  /** As `notify`, of parameters that are JSON text already. */
  notifyJson(method: string, params: string): Promise<void> {
    return this.sendText(`{"jsonrpc":"2.0","method":"${method}","params":${params}}`);
  }

  /** Nothing more is handled until `ready` is. */
  hold(ready: Promise<unknown>): void {
    this.holders++;
    const release = (): void => {
      this.holders--;
      this.handleAll();
    };
    ready.then(release, release);
  }

  /** Lets go of all that waits. */
  dispose(): void {
    this.inbox = [];
    for (const waiting of this.waiting.values()) waiting.reject(new Error(ENDED));
    this.waiting.clear();
  }

  private read(chunk: Buffer): void {
    if (this.why !== null) return;
    try {
      this.parser.push(chunk, (body) => {
        this.accept(body);
      });
    } catch (error) {
      this.broken(error instanceof FramingError ? error.message : String(error));
      return;
    }
    this.handleAll();
  }

  private accept(body: Buffer): void {
    let message: unknown;
    try {
      if (!isUtf8(body)) return;
      message = parseTrusted(body.toString('utf8'));
    } catch {
      // No JSON: whose answer it was cannot be told.
      return;
    }
    if (isObject(message)) this.inbox.push(message);
  }

  /**
   * An answer is handed on in a turn of its own: what its receiver does with it at once (such as waiting for the data of the stream
   * that it has opened) is done before the next message is handled.
   */
  private handleAll(): void {
    while (this.holders === 0) {
      const message = this.inbox.shift();
      if (message === undefined) break;
      if (this.handle(message)) this.hold(new Promise((resolve) => setImmediate(resolve)));
    }
    if (this.holders === 0 && this.why !== null && !this.finished) this.finish(this.why);
  }

  /** True: it was an answer. */
  private handle({ id, method, params, result, error }: Fields): boolean {
    if (typeof method === 'string') {
      if (id === undefined) this.events.notification(method, params);
      else this.refuse(id);
      return false;
    }
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (isObject(error)) {
      waiting?.reject(new RemoteError(Number(error['code']), String(error['message']), error['data']));
    } else waiting?.resolve(result);
    return waiting !== undefined;
  }

  /** This client answers no requests. */
  private refuse(id: unknown): void {
    const error = { code: RPC.method, message: 'the client has no methods' };
    this.send({ jsonrpc: '2.0', id, error }).catch(() => undefined);
  }

  private broken(why: string): void {
    this.end(`the host's answer is not JSON-RPC: ${why}`);
  }

  private end(why: string): void {
    if (this.why !== null) return;
    this.why = why;
    this.handleAll();
  }

  private finish(why: string): void {
    const { events } = this;
    this.finished = true;
    // In a later turn: whoever waits for the last answer gets that.
    setImmediate(() => {
      events.ended(why);
    });
  }

  private send(message: object): Promise<void> {
    return this.sendText(stringifyJson(message));
  }

  private sendText(text: string): Promise<void> {
    const bytes = Buffer.byteLength(text);
    if (bytes > DEFAULT_LIMITS.messageBytes) return Promise.reject(new Oversized(bytes));
    const { writable } = this;
    if (!writable.writable) return Promise.reject(new Unsent('the connection is closed'));
    const { head, tail } = envelope(this.framing, bytes);
    this.cork();
    return new Promise((resolve, reject) => {
      writable.write(head + text + tail, encodingOf(text, bytes), (error) => {
        if (error) reject(new Unsent(error.message));
        else resolve();
      });
    });
  }

  /** One writev for all messages of this turn. */
  private cork(): void {
    if (this.corked) return;
    this.corked = true;
    this.writable.cork();
    process.nextTick(() => {
      this.corked = false;
      this.writable.uncork();
    });
  }
}
