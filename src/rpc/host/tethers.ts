/** What ends when its client is lost: programs in the foreground of a command that was killed (`container/wait` with `tether`). */
import type { Runtime } from '../../core/runtime.js';
import type { Tracer } from '../../core/ports.js';

export interface Tether {
  readonly id: string;
  readonly execId: string | undefined;
  /** `kill` ends the process, `delete` removes the whole container. */
  readonly then: 'kill' | 'delete';
}

export class Tethers {
  private readonly held = new Set<Tether>();

  constructor(
    private readonly runtime: Promise<Runtime>,
    private readonly tracer: Tracer,
  ) {}

  /** Answers how to let go. */
  hold(tether: Tether): () => void {
    this.held.add(tether);
    return () => this.held.delete(tether);
  }

  /** The client is lost, not the engine: ends what it held. Never rejects; goes on after the connection is gone. */
  cut(): void {
    for (const tether of this.held) void this.end(tether);
    this.held.clear();
  }

  private async end({ id, execId, then }: Tether): Promise<void> {
    this.tracer.log('info', 'its client is lost: ended', { container: id, then });
    try {
      const runtime = await this.runtime;
      if (then === 'delete') await runtime.delete(id, true);
      else await runtime.kill(id, execId, 'KILL');
    } catch (e) {
      // Most often it had just ended by itself.
      this.tracer.log('info', 'what a lost client held was not ended', { container: id, reason: String(e) });
    }
  }
}
