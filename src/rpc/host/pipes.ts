/**
 * Private pipes that start and exec have answered on this connection and that nobody has opened here yet. A pipe has one
 * reader, once: taking it removes it.
 */
import { existsSync } from 'node:fs';
import { idKey } from '../../core/model/ids.js';
import type { PrivatePipe, StdStream } from '../../core/ports.js';
import type { StartedStdio } from '../../core/runtime.js';

/** A client that opens the pipes itself never takes them here: only the newest are kept. */
const KEPT = 256;

export class StdioPipes {
  private readonly byProcess = new Map<string, Partial<Record<StdStream, PrivatePipe>>>();

  put(id: string, execId: string | undefined, stdio: StartedStdio): void {
    if (Object.keys(stdio).length === 0) return;
    this.set(processKey(id, execId), stdio);
  }

  take(id: string, execId: string | undefined, stream: StdStream): PrivatePipe | undefined {
    const key = processKey(id, execId);
    const pipes = this.byProcess.get(key);
    const pipe = pipes?.[stream];
    if (pipes === undefined || pipe === undefined) return undefined;
    // A copy of our own: `set` made it.
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- one of three fixed names
    delete pipes[stream];
    if (Object.keys(pipes).length === 0) this.byProcess.delete(key);
    return pipe;
  }

  /** The connection is over: stdin that nobody has opened stays open, for whoever attaches. */
  leave(left: StdioPipes): void {
    for (const [key, { stdin }] of this.byProcess)
      if (stdin !== undefined && mayBeOpened(stdin)) left.set(key, { stdin });
    this.byProcess.clear();
  }

  private set(key: string, pipes: StartedStdio): void {
    this.byProcess.delete(key);
    this.byProcess.set(key, { ...pipes });
    for (const oldest of this.byProcess.keys()) {
      if (this.byProcess.size <= KEPT) break;
      this.byProcess.delete(oldest);
    }
  }
}

/** A Unix socket is unlinked once it is opened, or its program has ended. To look at a Windows pipe would be to open it. */
const mayBeOpened = ({ path }: PrivatePipe): boolean => process.platform === 'win32' || existsSync(path);

/** One process of all containers. A slash is in no id. */
export const processKey = (id: string, execId: string | undefined): string => `${idKey(id)}/${idKey(execId ?? 'init')}`;
