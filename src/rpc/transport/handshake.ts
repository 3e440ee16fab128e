/**
 * Both ends of a local connection prove that they know the home's key before any JSON-RPC byte (design 1):
 *
 *     client: {"hostcompute":1,"nonce":"<64 hex>"}
 *     engine: {"nonce":"<64 hex>","proof":"<64 hex>"}
 *     client: {"proof":"<64 hex>"}            (its first requests may follow at once)
 *
 * One JSON text a line. A proof is HMAC-SHA256 under the key over role, endpoint and both nonces: it cannot be reflected,
 * replayed, or relayed from a socket of another name. A refusal is `{"error":"<why>"}` and the end of the connection.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { RuntimeError } from '../../core/errors.js';

export interface HandshakeOptions {
  /** 64 hex digits. */
  readonly key: string;
  /** The name that both sides know the socket by. */
  readonly endpoint: string;
  /** Bound of the whole handshake; default 5 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const HEX_256 = /^[0-9a-f]{64}$/;
const MAX_LINE = 512;
const VERSION = 1;

type Role = 'client' | 'engine';

/** Rejects with permissionDenied when the engine does not know the key, unavailable when it ends or is silent; the socket is destroyed then. */
export function proveAsClient(socket: Duplex, options: HandshakeOptions): Promise<void> {
  return bounded(socket, options, async (lines) => {
    const key = keyBytes(options.key);
    const mine = randomBytes(32).toString('hex');
    send(socket, { hostcompute: VERSION, nonce: mine });
    const answer = await lines.next();
    if (typeof answer['error'] === 'string') throw denied(`the engine refused this client: ${answer['error']}`);
    const theirs = hex(answer['nonce']);
    if (!equal(hex(answer['proof']), proof(key, 'engine', options.endpoint, mine, theirs))) {
      throw denied(
        'what answers at the socket does not know the key of this home',
        'end what holds the socket, or use another --home',
      );
    }
    send(socket, { proof: proof(key, 'client', options.endpoint, mine, theirs) });
  });
}

/** Rejects with permissionDenied when the client does not know the key; it is told so and the socket is ended. */
export function proveAsEngine(socket: Duplex, options: HandshakeOptions): Promise<void> {
  return bounded(socket, options, async (lines) => {
    const key = keyBytes(options.key);
    const hello = await lines.next();
    if (hello['hostcompute'] !== VERSION) throw denied('not a hostcompute client of handshake version 1');
    const theirs = hex(hello['nonce']);
    const mine = randomBytes(32).toString('hex');
    send(socket, { nonce: mine, proof: proof(key, 'engine', options.endpoint, theirs, mine) });
    const answer = await lines.next();
    if (!equal(hex(answer['proof']), proof(key, 'client', options.endpoint, theirs, mine))) {
      send(socket, { error: 'wrong key' });
      throw denied('the client does not know the key');
    }
  });
}

function proof(key: Buffer, role: Role, endpoint: string, clientNonce: string, engineNonce: string): string {
  return createHmac('sha256', key)
    .update(['hostcompute', VERSION, role, endpoint, clientNonce, engineNonce].join('\n'))
    .digest('hex');
}

const equal = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1'));

function hex(value: unknown): string {
  if (typeof value !== 'string' || !HEX_256.test(value)) throw denied('malformed handshake');
  return value;
}

function keyBytes(key: string): Buffer {
  if (!HEX_256.test(key)) throw new RuntimeError('internal', 'the key of a connection must be 64 hex digits');
  return Buffer.from(key, 'hex');
}

const denied = (message: string, hint?: string): RuntimeError =>
  new RuntimeError('permissionDenied', message, hint === undefined ? {} : { hint });

function send(socket: Duplex, message: object): void {
  socket.write(`${JSON.stringify(message)}\n`);
}

/** `phase` of the failure when the other side is there, but says nothing: it hangs, or is stopped. */
export const HANDSHAKE = 'handshake';

/** Runs a side of the handshake; on any failure the socket is ended (what was sent still arrives) and then destroyed. */
async function bounded(
  socket: Duplex,
  options: HandshakeOptions,
  side: (lines: LineSource) => Promise<void>,
): Promise<void> {
  const lines = new LineSource(socket);
  const fail = (error: Error): void => {
    lines.fail(error);
  };
  const timeoutMs = options.timeoutMs ?? 5000;
  const timer = setTimeout(() => {
    fail(new RuntimeError('unavailable', `no handshake within ${timeoutMs} ms`, { phase: HANDSHAKE }));
  }, timeoutMs);
  const onAbort = (): void => {
    fail(new RuntimeError('cancelled', 'connecting was cancelled'));
  };
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    if (options.signal?.aborted === true) onAbort();
    await side(lines);
  } catch (error) {
    // An error of a socket that is being thrown away has no reader any more.
    socket.on('error', () => undefined);
    socket.end(() => socket.destroy());
    setTimeout(() => socket.destroy(), 1000).unref();
    throw error;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    lines.release();
  }
}

/** Lines of at most 512 bytes; what follows the last line asked for stays in the stream. */
class LineSource {
  private buffered = Buffer.alloc(0);
  private wanted: { resolve: (line: Record<string, unknown>) => void; reject: (error: Error) => void } | null = null;
  private failure: Error | null = null;

  constructor(private readonly stream: Duplex) {
    stream.on('data', this.onData).on('end', this.onGone).on('close', this.onGone).on('error', this.onError);
  }

  next(): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      this.wanted = { resolve, reject };
      this.advance();
    });
  }

  fail(error: Error): void {
    this.failure ??= error;
    this.advance();
  }

  release(): void {
    this.stream.pause();
    this.stream.off('data', this.onData).off('end', this.onGone).off('close', this.onGone).off('error', this.onError);
    if (this.buffered.length > 0 && !this.stream.destroyed) this.stream.unshift(this.buffered);
  }

  private readonly onData = (chunk: Buffer): void => {
    this.buffered = Buffer.concat([this.buffered, chunk]);
    // Requests may follow the proof at once: only an overlong first line is refused, the rest waits in the stream.
    if (this.buffered.length > MAX_LINE) this.stream.pause();
    this.advance();
  };

  private readonly onGone = (): void => {
    this.fail(new RuntimeError('unavailable', 'the connection ended during the handshake'));
  };

  private readonly onError = (error: Error): void => {
    this.fail(new RuntimeError('unavailable', `the connection failed during the handshake: ${error.message}`));
  };

  private advance(): void {
    const { wanted } = this;
    if (wanted === null) return;
    const end = this.buffered.subarray(0, MAX_LINE).indexOf(0x0a);
    if (end === -1) {
      if (this.failure === null && this.buffered.length > MAX_LINE) this.failure = denied('malformed handshake');
      if (this.failure !== null) {
        this.wanted = null;
        wanted.reject(this.failure);
      }
      return;
    }
    const text = this.buffered.toString('utf8', 0, end);
    this.buffered = this.buffered.subarray(end + 1);
    this.wanted = null;
    try {
      const line: unknown = JSON.parse(text);
      if (typeof line !== 'object' || line === null || Array.isArray(line)) throw new SyntaxError('not an object');
      wanted.resolve(line as Record<string, unknown>);
    } catch {
      wanted.reject(denied('malformed handshake'));
    }
  }
}
