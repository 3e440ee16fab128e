/** `hcs serve --stdio` of this process: its stdin and stdout are the wire, the engine is that of the home. */
import type { Duplex } from 'node:stream';
import { withEngine } from '../client/launchEngine.js';
import { connectSocket } from '../transport/socket.js';
import type { Framing } from '../transport/frames.js';
import { divertStdout } from './divertStdout.js';
import { serveStdio } from './stdio.js';

export interface ServeProcessOptions {
  readonly framing: Framing;
  readonly home: string;
  readonly backend?: 'hcs' | 'simulator' | undefined;
  /** With a private engine that ends with the session. */
  readonly standalone: boolean;
  /** Ends the session with status 130. */
  readonly signal?: AbortSignal;
}

/** Resolves with the exit status; rejects when the engine cannot be started or reached. */
export async function serveProcess(options: ServeProcessOptions): Promise<number> {
  const { framing, home, backend, standalone, signal } = options;
  const { wire, restore } = divertStdout();
  let release: (() => void) | undefined;
  const connectEngine = (): Promise<Duplex> =>
    withEngine({ home, backend, standalone, signal }, async (address) => {
      const socket = await connectSocket({
        endpoint: address.endpoint,
        key: address.key,
        ...(signal === undefined ? {} : { signal }),
      });
      ({ release } = address);
      return socket;
    });
  try {
    return await serveStdio({
      input: process.stdin,
      output: wire,
      framing,
      connectEngine,
      complain: (line) => {
        process.stderr.write(`hcs: ${line}\n`);
      },
      ...(signal === undefined ? {} : { signal }),
    });
  } finally {
    restore();
    release?.();
    // An open stdin would keep the process alive.
    process.stdin.destroy();
  }
}
