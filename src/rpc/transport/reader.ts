/**
 * The reading end of a connection for vscode-jsonrpc: capped frames, lossless JSON, and only well-formed JSON-RPC messages
 * reach the library. What is refused is told through `refused`; a broken frame ends the reading for good.
 */
import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import {
  AbstractMessageReader,
  Message,
  type DataCallback,
  type Disposable,
  type RequestMessage,
} from 'vscode-jsonrpc/node';
import { DEFAULT_LIMITS, frameParser, FramingError, type FrameLimits, type Framing } from './frames.js';
import { parseUntrusted } from './json.js';

/** A message that is not handed on: the answer that JSON-RPC asks for. `fatal`: the connection must be closed. */
export interface Refusal {
  readonly id: string | number | null;
  readonly code: -32700 | -32600;
  readonly message: string;
  readonly fatal: boolean;
}

export interface ReaderOptions {
  readonly framing?: Framing;
  readonly limits?: FrameLimits;
  /** Default {@link parseUntrusted}. */
  readonly parse?: (text: string) => unknown;
  /** A message has been read; the library will handle it in a later turn. */
  readonly received?: () => void;
  /** A request has been read; the library will begin with it in a later turn. A text: it is refused for that. */
  readonly request?: (id: string | number) => string | null;
  readonly refused?: (refusal: Refusal) => void;
  /** The peer will send nothing more. Before `onClose`. */
  readonly ended?: () => void;
}

export class FramedReader extends AbstractMessageReader {
  private broken = false;

  constructor(
    private readonly readable: Readable,
    private readonly options: ReaderOptions = {},
  ) {
    super();
  }

  listen(callback: DataCallback): Disposable {
    const parser = frameParser(this.options.framing ?? 'content-length', this.options.limits ?? DEFAULT_LIMITS);
    const onBody = (body: Buffer): void => {
      if (!this.broken) this.deliver(body, callback);
    };
    const onData = (chunk: Buffer): void => {
      if (this.broken) return;
      try {
        parser.push(chunk, onBody);
      } catch (error) {
        this.break(error);
      }
    };
    let over = false;
    const onEnd = (): void => {
      over = true;
      if (parser.partial && !this.broken) this.break(new FramingError('input ended inside a message'));
      this.options.ended?.();
    };
    const onError = (error: Error): void => {
      this.fireError(error);
    };
    const onClose = (): void => {
      // After an orderly end the other direction may still be open.
      if (!over) this.fireClose();
    };
    this.readable.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
    // The handshake leaves the stream paused.
    this.readable.resume();
    return {
      dispose: () => {
        this.readable.off('data', onData).off('end', onEnd).off('close', onClose);
      },
    };
  }

  /** Stops taking bytes from the peer, so that it is held up too. */
  pause(): void {
    this.readable.pause();
  }

  resume(): void {
    if (!this.broken) this.readable.resume();
  }

  private deliver(body: Buffer, callback: DataCallback): void {
    let message: unknown;
    try {
      if (!isUtf8(body)) throw new SyntaxError('not UTF-8');
      message = (this.options.parse ?? parseUntrusted)(body.toString('utf8'));
    } catch {
      // The parser's text quotes the input, which may hold secrets.
      this.refuse(null, -32700, 'message is not JSON in UTF-8', false);
      return;
    }
    const problem = shapeProblem(message);
    if (problem === null) {
      this.options.received?.();
      const asked = message as Message;
      const why = isRequest(asked) ? this.options.request?.(asked.id) : null;
      if (why === null || why === undefined) callback(asked);
      // Not with its id: that would answer the other request.
      else this.refuse(null, -32600, why, false);
    } else this.refuse(idOf(message), -32600, problem, false);
  }

  private refuse(id: Refusal['id'], code: Refusal['code'], message: string, fatal: boolean): void {
    this.options.refused?.({ id, code, message, fatal });
  }

  private break(error: unknown): void {
    this.broken = true;
    this.readable.pause();
    const message = error instanceof Error ? error.message : String(error);
    this.refuse(null, -32700, message, true);
    this.fireError(error instanceof Error ? error : new Error(message));
  }
}

const isRequest = (message: Message): message is RequestMessage & { readonly id: string | number } =>
  Message.isRequest(message) && message.id !== null;

type Fields = Readonly<Record<string, unknown>>;
const isObject = (u: unknown): u is Fields => typeof u === 'object' && u !== null && !Array.isArray(u);
const isId = (u: unknown): u is string | number => typeof u === 'string' || typeof u === 'number';

function idOf(message: unknown): string | number | null {
  return isObject(message) && isId(message['id']) ? message['id'] : null;
}

/** Why this is no JSON-RPC message; null when it is one. */
function shapeProblem(message: unknown): string | null {
  if (Array.isArray(message)) return 'batches are not supported';
  if (!isObject(message)) return 'message is not an object';
  const { id, method, params } = message;
  if (method === undefined) {
    if (!isId(id) && id !== null) return 'response without id';
    if (message['result'] === undefined && !isObject(message['error'])) return 'neither method, result nor error';
    return null;
  }
  if (typeof method !== 'string') return 'method is not a string';
  if (id !== undefined && !isId(id)) return 'id is neither string nor number';
  if (params !== undefined && params !== null && typeof params !== 'object')
    return 'params is neither object nor array';
  // vscode-jsonrpc reads params.id of a cancel unasked.
  if (method === '$/cancelRequest' && !(isObject(params) && isId(params['id']))) return '$/cancelRequest without an id';
  return null;
}
