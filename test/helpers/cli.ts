/**
 * The command line without a process around it: `cli` runs `main` in this process over a fake runtime and gives what it wrote.
 * For tests with the real engine there is `Home` (test/e2e/support.ts), given on here.
 */
import { PassThrough } from 'node:stream';
import type { ExecutionContext } from 'ava';
import type { Host, SignalName, Source } from '#src/cli/context.js';
import { main } from '#src/cli/main.js';
import type { Sink } from '#src/cli/output/style.js';
import { write } from '#src/cli/output/write.js';
import { RuntimeError } from '#src/core/errors.js';
import type { Runtime } from '#src/core/runtime.js';
import { connect, type ConnectOptions } from '#src/rpc/client/index.js';
import { serveRaw, type ServeParts } from '../rpc/support.js';

export { HCS, Home, ROOT, type Ran } from '../e2e/support.js';

export interface CliRan {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliParts {
  readonly runtime?: Partial<Runtime>;
  readonly logs?: ServeParts['logs'];
  /** No engine answers. */
  readonly noEngine?: boolean;
  readonly stdin?: Uint8Array | string;
  readonly env?: Readonly<Record<string, string>>;
  readonly platform?: NodeJS.Platform;
  /** Stdout and stderr are terminals, so many columns wide. */
  readonly columns?: number;
  readonly cwd?: string;
  /** Gets what the host got: how to connect, and a way to send signals. */
  readonly onHost?: (host: CliHost) => void;
}

export interface CliHost extends Host {
  readonly connections: ConnectOptions[];
  signal(name: SignalName): void;
  readonly left: number[];
}

function sink(columns: number | undefined): { readonly stream: Sink; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const terminal = columns === undefined ? {} : { isTTY: true, columns, rows: 24 };
  return { stream: Object.assign(stream, terminal), text: () => Buffer.concat(chunks).toString('utf8') };
}

function source(bytes: Uint8Array | string | undefined): Source {
  const stream = new PassThrough();
  stream.end(bytes ?? '');
  return stream;
}

export async function cli(t: ExecutionContext, argv: readonly string[], parts: CliParts = {}): Promise<CliRan> {
  const stdout = sink(parts.columns);
  const stderr = sink(parts.columns);
  const listeners = new Map<SignalName, Set<() => void>>();
  const host: CliHost = {
    stdin: source(parts.stdin),
    stdout: stdout.stream,
    stderr: stderr.stream,
    isTerminal: parts.columns !== undefined,
    print: (text) => write(stdout.stream, text),
    env: { HCS_HOME: '/nowhere/hostcompute', ...parts.env },
    platform: parts.platform ?? 'linux',
    cwd: parts.cwd ?? '/',
    connections: [],
    left: [],
    onSignal(name, listener) {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known.add(listener));
      return () => known.delete(listener);
    },
    signal(name) {
      for (const listener of [...(listeners.get(name) ?? [])]) listener();
    },
    leave(status) {
      host.left.push(status);
    },
    connect(options) {
      host.connections.push(options);
      if (parts.noEngine === true) return Promise.reject(new RuntimeError('unavailable', 'no engine runs here'));
      const served = serveRaw(t, {
        runtime: parts.runtime ?? {},
        ...(parts.logs === undefined ? {} : { logs: parts.logs }),
      });
      return connect({ streams: { readable: served.stream, writable: served.stream } });
    },
    serve: () => Promise.reject(new Error('a test does not serve')),
  };
  parts.onHost?.(host);
  const status = await main(argv, host);
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}
