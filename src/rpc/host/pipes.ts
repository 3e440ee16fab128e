/**
 * Private pipes that start and exec have answered on this connection and that nobody has opened here yet. A pipe has one
 * reader, once: taking it removes it.
 */
import { idKey } from '../../core/model/ids.js';
import type { PrivatePipe, StdStream } from '../../core/ports.js';
import type { StartedStdio } from '../../core/runtime.js';

/** A client that opens the pipes itself never takes them here: only the newest are kept. */
const KEPT = 256;

export class StdioPipes {
  private readonly byProcess = new Map<string, Partial<Record<StdStream, PrivatePipe>>>();

  put(id: string, execId: string | undefined, stdio: StartedStdio): void {
    if (Object.keys(stdio).length === 0) return;
    const key = keyOf(id, execId);
    this.byProcess.delete(key);
    this.byProcess.set(key, { ...stdio });
    for (const oldest of this.byProcess.keys()) {
      if (this.byProcess.size <= KEPT) break;
      this.byProcess.delete(oldest);
    }
  }

  take(id: string, execId: string | undefined, stream: StdStream): PrivatePipe | undefined {
    const key = keyOf(id, execId);
    const pipes = this.byProcess.get(key);
    const pipe = pipes?.[stream];
    if (pipes === undefined || pipe === undefined) return undefined;
    // A copy of our own: `put` made it.
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- one of three fixed names
    delete pipes[stream];
    if (Object.keys(pipes).length === 0) this.byProcess.delete(key);
    return pipe;
  }

  clear(): void {
    this.byProcess.clear();
  }
}

/** A slash is in no id. */
const keyOf = (id: string, execId: string | undefined): string => `${idKey(id)}/${idKey(execId ?? 'init')}`;
