/** Output of a process, whole and in order, also when the host is started again meanwhile. Knows nothing of `vscode`. */
import { isRuntimeError, type Client, type LogEntry } from 'hostcompute/client';

export interface Target {
  readonly id: string;
  readonly execId?: string;
}

/** The connected client; waits for the host when it is being started again, and rejects when that is given up. */
export type Connect = () => Promise<Client>;

const RETRY_MS = 300;
const RETRIES = 40;

const isGone = (error: unknown): boolean => isRuntimeError(error) && error.code === 'unavailable';

/** Does `work` with a client, again with the next one when the connection goes. */
export async function overHosts<T>(
  connect: Connect,
  signal: AbortSignal,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work(await connect());
    } catch (error) {
      if (signal.aborted || attempt >= RETRIES || !isGone(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** One stream from its first byte to its end. `first`: of the connection that started the process, with back-pressure. */
export async function copyStream(
  connect: Connect,
  first: Client | undefined,
  target: Target,
  stream: 'stdout' | 'stderr',
  write: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let from = 0;
  let own = first;
  await overHosts(connect, signal, async (client) => {
    const foreground = own === client;
    own = undefined;
    const source = await client.openStream({ ...target, stream, from, signal, ...(foreground ? { foreground } : {}) });
    let dropped = 0;
    for await (const chunk of source) {
      from += chunk.length + source.droppedBytes - dropped;
      dropped = source.droppedBytes;
      await write(chunk);
    }
  });
}

export interface LogWish extends Target {
  readonly tail?: number;
}

/** Both streams in order of time: what is kept, then what comes. */
export async function copyLog(
  connect: Connect,
  { tail, ...target }: LogWish,
  write: (entry: LogEntry) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const seen = { stdout: 0, stderr: 0 };
  let since: string | undefined;
  await overHosts(connect, signal, async (client) => {
    const begin = since === undefined ? (tail === undefined ? {} : { tail }) : { since };
    for await (const entry of client.logs({ ...target, ...begin, follow: true, signal })) {
      const known = seen[entry.stream] - entry.offset;
      if (known >= entry.data.length && known > 0) continue;
      const fresh = known > 0 ? { ...entry, data: entry.data.subarray(known) } : entry;
      seen[entry.stream] = entry.offset + entry.data.length;
      since = entry.time;
      await write(fresh);
    }
  });
}
