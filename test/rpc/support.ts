/** In-memory ends of a connection, a raw peer that speaks frames, and a host over a fake runtime. */
import { Duplex } from 'node:stream';
import type { ExecutionContext } from 'ava';
import type { Tracer } from '#src/core/ports.js';
import type { Runtime } from '#src/core/runtime.js';
import { serveConnection, type HostConnection, type ServeOptions } from '#src/rpc/host/serveConnection.js';
import type { HostInfo } from '#src/rpc/protocol.js';
import { frameParser, type Framing } from '#src/rpc/transport/frames.js';
import { FakeLogs } from './fakeLogs.js';
import { fakeRuntime } from './fakeRuntime.js';

class Half extends Duplex {
  peer!: Half;
  private held: (() => void) | null = null;

  constructor() {
    super({ allowHalfOpen: true, highWaterMark: 64 * 1024 });
  }
  override _read(): void {
    const { held } = this.peer;
    this.peer.held = null;
    held?.();
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    if (this.peer.push(chunk)) done();
    else this.held = done;
  }
  override _final(done: () => void): void {
    this.peer.push(null);
    done();
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.peer.destroyed) setImmediate(() => this.peer.destroy());
    done(error);
  }
}

/** Two ends: what one writes the other reads, with back-pressure and half-close; destroying one closes the other. */
export function duplexPair(): [Duplex, Duplex] {
  const [a, b] = [new Half(), new Half()];
  a.peer = b;
  b.peer = a;
  return [a, b];
}

export interface Message {
  readonly id?: number | string | null;
  readonly method?: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the host says
  readonly params?: any;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the host says
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: Record<string, unknown> };
}

/** Speaks frames and nothing more; remembers every message. */
export class RawPeer {
  readonly messages: Message[] = [];
  readonly ended: Promise<void>;
  private readonly waiting = new Set<() => void>();
  private lastId = 0;
  private over = false;

  constructor(
    readonly stream: Duplex,
    private readonly framing: Framing = 'content-length',
  ) {
    const parser = frameParser(framing);
    stream.on('data', (chunk: Buffer) => {
      parser.push(chunk, (body) => this.messages.push(JSON.parse(body.toString()) as Message));
      this.wake();
    });
    stream.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.over = true;
        this.wake();
        resolve();
      };
      stream.once('end', end).once('close', end);
    });
  }

  raw(text: string | Buffer): void {
    this.stream.write(text);
  }

  send(message: object): void {
    this.text(JSON.stringify({ jsonrpc: '2.0', ...message }));
  }

  text(body: string): void {
    this.raw(this.framing === 'ndjson' ? `${body}\n` : `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  notify(method: string, params: object = {}): void {
    this.send({ method, params });
  }

  /** Sends a request; its id. */
  ask(method: string, params: unknown = {}): number {
    const id = ++this.lastId;
    this.send({ id, method, params });
    return id;
  }

  answer(id: number | string | null): Promise<Message> {
    return this.until((m) => m.method === undefined && m.id === id);
  }

  request(method: string, params: unknown = {}): Promise<Message> {
    return this.answer(this.ask(method, params));
  }

  /** The first message, past or to come, that fits. */
  async until(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.messages.find(fits);
      if (found !== undefined) return found;
      if (this.over) throw new Error(`ended without it; got ${JSON.stringify(this.messages).slice(0, 500)}`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  /** Resolves when `count` messages of a method have come. */
  async count(method: string, count: number): Promise<Message[]> {
    const of = (): Message[] => this.messages.filter((m) => m.method === method);
    await this.until(() => of().length >= count);
    return of();
  }

  initialize(capabilities: object = {}): Promise<Message> {
    return this.request('initialize', {
      processId: null,
      clientInfo: { name: 'test' },
      protocolVersions: [1],
      capabilities,
    });
  }

  private wake(): void {
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}

export interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export class Lines implements Tracer {
  readonly lines: Line[] = [];
  log(level: 'info' | 'warn' | 'error', message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level, message, fields });
  }
}

export const INFO: HostInfo = {
  name: 'hostcompute',
  version: '0.0.0-test',
  pid: 4711,
  backend: 'simulator',
  platform: 'test',
  arch: 'test',
  cpus: 1,
  memoryBytes: 1,
  home: '/home/test',
  node: 'v0',
};

export interface Served {
  readonly peer: RawPeer;
  readonly host: HostConnection;
  readonly log: Lines;
  readonly logs: FakeLogs;
  readonly stream: Duplex;
  readonly stopped: { force: boolean; idle: boolean }[];
}

export interface ServeParts {
  readonly runtime?: Partial<Runtime> | Promise<Runtime>;
  readonly logs?: FakeLogs;
  readonly framing?: Framing;
  readonly options?: Partial<ServeOptions>;
}

/** A host at one end and the raw stream of the other; ended with the test. */
export function serveRaw(t: ExecutionContext, parts: ServeParts = {}): Omit<Served, 'peer'> {
  const [mine, theirs] = duplexPair();
  const log = new Lines();
  const logs = parts.logs ?? new FakeLogs();
  const stopped: { force: boolean; idle: boolean }[] = [];
  const runtime = parts.runtime instanceof Promise ? parts.runtime : fakeRuntime({ log: logs.log, ...parts.runtime });
  const host = serveConnection({
    readable: theirs,
    writable: theirs,
    runtime,
    logs,
    info: INFO,
    control: {
      status: () => ({
        running: true,
        pid: 4711,
        version: INFO.version,
        startedAt: '2026-01-01T00:00:00.000Z',
        backend: 'simulator',
        clients: 1,
      }),
      stop: (options) => {
        stopped.push(options);
      },
    },
    local: true,
    tracer: log,
    ...(parts.framing === undefined ? {} : { framing: parts.framing }),
    ...parts.options,
  });
  t.teardown(async () => {
    host.close('end of test');
    mine.destroy();
    await host.closed;
  });
  return { host, log, logs, stream: mine, stopped };
}

export function serve(t: ExecutionContext, parts: ServeParts = {}): Served {
  const served = serveRaw(t, parts);
  return { ...served, peer: new RawPeer(served.stream, parts.framing) };
}

/** `serve`, with `initialize` done. */
export async function ready(t: ExecutionContext, parts: ServeParts = {}, capabilities: object = {}): Promise<Served> {
  const served = serve(t, parts);
  await served.peer.initialize(capabilities);
  return served;
}

/** Every turn of the event loop so far has been taken. */
export const turns = async (count = 3): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** A promise and its ends. */
export function deferred<T = void>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (e: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (e: unknown) => void;
  const promise = new Promise<T>((a, b) => {
    resolve = a;
    reject = b;
  });
  return { promise, resolve, reject };
}
