/**
 * The writing end of a connection for vscode-jsonrpc: one `write` a message, messages of one turn of the event loop go out
 * together, and the bytes that the peer has not taken yet are counted.
 */
import type { Writable } from 'node:stream';
import { AbstractMessageWriter, Message, type MessageWriter } from 'vscode-jsonrpc/node';
import { DEFAULT_LIMITS, encodingOf, envelope, type Framing } from './frames.js';
import { stringifyJson } from './json.js';

export interface WriterOptions {
  readonly framing?: Framing;
  readonly messageBytes?: number;
  /** Called when `queuedBytes` passes `high`, and when it has sunk to half of it again. */
  readonly pressure?: (high: boolean) => void;
  readonly highWaterBytes?: number;
  readonly oversized?: (what: string, bytes: number) => void;
  /** The answer to a request goes out. */
  readonly answered?: (id: string | number | null) => void;
}

/** A message on its way: its size, and when the kernel has it. */
export interface Sent {
  readonly bytes: number;
  readonly taken: Promise<void>;
}

export class MessageTooLarge extends Error {
  override readonly name = 'MessageTooLarge';
  constructor(
    readonly bytes: number,
    limit: number,
  ) {
    super(`message of ${bytes} bytes is over the limit of ${limit}`);
  }
}

export class FramedWriter extends AbstractMessageWriter implements MessageWriter {
  private queued = 0;
  private high = false;
  private corked = false;
  private readonly framing: Framing;
  private readonly limit: number;
  private readonly highWater: number;

  constructor(
    private readonly writable: Writable,
    private readonly options: WriterOptions = {},
  ) {
    super();
    this.framing = options.framing ?? 'content-length';
    this.limit = options.messageBytes ?? DEFAULT_LIMITS.messageBytes;
    this.highWater = options.highWaterBytes ?? 4 * 1024 * 1024;
    writable.on('error', (error) => {
      this.fireError(error);
    });
    writable.on('close', () => {
      this.fireClose();
    });
  }

  /** Bytes handed to the stream that the peer (the kernel) has not taken yet. */
  get queuedBytes(): number {
    return this.queued;
  }

  /** Resolves when the kernel has the message; order is the order of the calls. */
  write(message: Message): Promise<void> {
    return this.send(message).taken;
  }

  /** As `write`, and tells the size of the message. An answer that is too large becomes an error answer. */
  send(message: Message): Sent {
    if (!Message.isResponse(message)) return this.sendText(nameOf(message), stringifyJson(message));
    this.options.answered?.(message.id);
    const text = stringifyJson(message);
    const bytes = Buffer.byteLength(text);
    if (bytes <= this.limit) return { bytes, taken: this.put(text, bytes) };
    this.options.oversized?.(nameOf(message), bytes);
    return this.sendText('answer', stringifyJson(tooLarge(message.id, bytes, this.limit)));
  }

  /** A message that is JSON text already. `what` names it where it is too large. */
  sendText(what: string, text: string): Sent {
    const bytes = Buffer.byteLength(text);
    if (bytes <= this.limit) return { bytes, taken: this.put(text, bytes) };
    this.options.oversized?.(what, bytes);
    return { bytes, taken: Promise.reject(new MessageTooLarge(bytes, this.limit)) };
  }

  end(): void {
    this.writable.end();
  }

  private put(text: string, bytes: number): Promise<void> {
    const { writable } = this;
    if (!writable.writable) return Promise.reject(new Error('connection is closed'));
    const { head, tail } = envelope(this.framing, bytes);
    this.cork();
    this.account(bytes);
    return new Promise((resolve, reject) => {
      writable.write(head + text + tail, encodingOf(text, bytes), (error) => {
        this.account(-bytes);
        if (error) reject(error);
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

  private account(bytes: number): void {
    this.queued += bytes;
    const high = this.high ? this.queued > this.highWater / 2 : this.queued > this.highWater;
    if (high === this.high) return;
    this.high = high;
    this.options.pressure?.(high);
  }
}

const nameOf = (message: Message): string =>
  Message.isRequest(message) || Message.isNotification(message) ? message.method : 'answer';

function tooLarge(id: string | number | null, bytes: number, limit: number): Message & object {
  const message = `the answer has ${bytes} bytes, over the limit of ${limit}`;
  const data = { code: 'internal', message, hint: 'ask for less at once' };
  return { jsonrpc: '2.0', id, error: { code: -32603, message, data } } as Message & object;
}
