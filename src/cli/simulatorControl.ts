/** The control socket of the simulated Host Compute Service (docs/simulator-wire.md, section 3). */
import { readFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { RuntimeError } from '../core/errors.js';
import { homePaths } from '../home/paths.js';
import type { Context } from './context.js';

export interface SimulatorControl {
  readonly rpc: MessageConnection;
  readonly pid: number;
  close(): void;
}

async function serviceFile(home: string): Promise<{ readonly pid: number; readonly control: string } | undefined> {
  try {
    const file: unknown = JSON.parse(await readFile(join(homePaths(home).simulator, 'service.json'), 'utf8'));
    const { pid, control } = file as { pid?: unknown; control?: unknown };
    return typeof pid === 'number' && typeof control === 'string' ? { pid, control } : undefined;
  } catch {
    return undefined;
  }
}

const open = (path: string): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      resolve(socket);
    });
    // A file of a service that has gone.
    socket.once('error', () => {
      resolve(undefined);
    });
  });

/** The running service of this home; undefined when there is none. Starts nothing. */
export async function connectSimulator(home: string): Promise<SimulatorControl | undefined> {
  const file = await serviceFile(home);
  const socket = file === undefined ? undefined : await open(file.control);
  if (file === undefined || socket === undefined) return undefined;
  const rpc = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
  rpc.listen();
  return {
    rpc,
    pid: file.pid,
    close: () => {
      rpc.dispose();
      socket.destroy();
    },
  };
}

/** As {@link connectSimulator}; starts the engine, and with it the service, when there is none. */
export async function requireSimulator(context: Context): Promise<SimulatorControl> {
  const running = await connectSimulator(await context.home());
  if (running !== undefined) return running;
  const client = await context.connect();
  const { backend } = await client.engineStatus(context.call);
  // Enumerating is the first call that the engine makes; it brings the service up.
  await client.list(true, context.call);
  const started = backend === 'simulator' ? await connectSimulator(await context.home()) : undefined;
  if (started !== undefined) return started;
  throw new RuntimeError('unavailable', 'the simulated Host Compute Service does not run', {
    hint:
      backend === 'simulator'
        ? 'look into it with: hcs engine logs'
        : 'use --backend simulator, in a --home of its own',
  });
}
