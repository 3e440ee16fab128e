/** Ways to a host: the home's engine (started when none answers), a known socket, a command's stdio, or given streams. */
import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { RuntimeError } from '../../core/errors.js';
import { packageVersion } from '../../home/packageVersion.js';
import { PROTOCOL_VERSIONS } from '../protocol/constants.js';
import { connectSocket, type SocketAddress } from '../transport/socket.js';
import type { Framing } from '../transport/frames.js';
import { trustedAnswers } from './answers.js';
import { Client, type InitializeResult } from './client.js';
import { ClientConnection } from './connection.js';
import type { EngineAddress } from './launchEngine.js';

export interface ConnectOptions {
  /** Home of the engine; default as the command line has it. */
  readonly home?: string;
  readonly backend?: 'hcs' | 'simulator';
  /** Start an engine when none answers (default); false: then `unavailable`. */
  readonly launch?: boolean;
  /** A private engine that ends with this process. */
  readonly standalone?: boolean;
  /** A known socket; `key` is then needed too. */
  readonly socket?: string;
  readonly key?: string;
  /** A command that speaks the protocol on its stdio, e.g. `ssh host hcs serve --stdio`. */
  readonly command?: string;
  readonly args?: readonly string[];
  /** Streams that somebody else has opened. */
  readonly streams?: { readonly readable: Readable; readonly writable: Writable };
  /** Of a command or streams; default `content-length`. */
  readonly framing?: Framing;
  readonly clientInfo?: { readonly name: string; readonly version?: string };
  /** Bound of connecting, launch included; default 30 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Do not wait for the answer of `initialize`: it travels with the first request. Then see `client.ready`. */
  readonly pipeline?: boolean;
  /** Take the answers of a host of this very version as they are, without loading the codecs. For the command line. */
  readonly trust?: boolean;
}

interface Link {
  readonly readable: Readable;
  readonly writable: Writable;
  readonly child?: ChildProcess;
  /** The host is on this machine, and knows our process by its id. */
  readonly local?: boolean;
  /** Ends a standalone engine. */
  readonly release?: () => void;
}

/** A connected client. Rejects with unavailable, permissionDenied, versionMismatch, timeout or cancelled. */
export async function connect(options: ConnectOptions = {}): Promise<Client> {
  if (options.streams !== undefined) return begin(options, options.streams);
  if (options.command !== undefined) return begin(options, await openCommand(options.command, options.args ?? []));
  if (options.socket !== undefined) {
    if (options.key === undefined) throw new RuntimeError('invalidRequest', 'a socket needs its key too');
    return viaSocket(options, { endpoint: options.socket, key: options.key });
  }
  // Loaded only here: whoever names a socket or a command needs none of it.
  const { withEngine } = await import('./launchEngine.js');
  const { home, backend, standalone, launch, signal } = options;
  const timeoutMs = options.timeoutMs ?? CONNECT_TIMEOUT_MS;
  return withEngine({ home, backend, standalone, launch, signal, timeoutMs }, (address) => viaSocket(options, address));
}

/** As that of launching. */
const CONNECT_TIMEOUT_MS = 30_000;

async function viaSocket(options: ConnectOptions, address: EngineAddress | SocketAddress): Promise<Client> {
  const { endpoint, key } = address;
  const { timeoutMs, signal } = options;
  const socket = await connectSocket({
    endpoint,
    key,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  });
  const release = 'release' in address ? address.release : undefined;
  return begin(options, {
    readable: socket,
    writable: socket,
    local: true,
    ...(release === undefined ? {} : { release }),
  });
}

/** Says `initialize`, and unless pipelined waits for the answer. */
async function begin(options: ConnectOptions, link: Link): Promise<Client> {
  const answers = options.trust === true ? trustedAnswers : (await import('./checkedAnswers.js')).checkedAnswers;
  const connection = new ClientConnection(link.readable, link.writable, answers, options.framing);
  const context = {
    timeoutMs: options.timeoutMs ?? CONNECT_TIMEOUT_MS,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  const initialized = connection.request(
    'initialize',
    {
      // A command may run its host on another machine, where our id is another's; it ends with our end of its input.
      processId: link.local === true ? process.pid : null,
      clientInfo: { ...(options.clientInfo ?? { name: 'hostcompute-client' }), hostcompute: packageVersion() },
      protocolVersions: [...PROTOCOL_VERSIONS],
      capabilities: { events: { batch: true } },
    },
    context,
  );
  const answer = agreed(initialized);
  connection.greeted(answer);
  const client = new Client(connection, answer, () => end(connection, link));
  if (options.pipeline === true) return client;
  try {
    await client.ready;
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function agreed(answer: Promise<InitializeResult>): Promise<InitializeResult> {
  const result = await answer;
  if (PROTOCOL_VERSIONS.includes(result.protocolVersion)) return result;
  throw new RuntimeError('versionMismatch', `the host chose protocol version ${result.protocolVersion}`);
}

async function openCommand(command: string, args: readonly string[]): Promise<Link> {
  const { spawn } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], windowsHide: true });
    child.once('error', (error) => {
      reject(new RuntimeError('unavailable', `cannot run ${command}: ${error.message}`, {}, { cause: error }));
    });
    child.once('spawn', () => {
      resolve({ readable: child.stdout, writable: child.stdin, child });
    });
  });
}

/** A command gets its end of input and two seconds; a socket is just closed. */
async function end(connection: ClientConnection, { child, release }: Link): Promise<void> {
  await connection.close();
  release?.();
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill(), 2000);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
