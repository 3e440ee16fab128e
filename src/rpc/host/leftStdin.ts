/**
 * stdin that nobody writes to, of all connections of an engine: pipes that start or exec gave to a client that went without opening them, and
 * open ones whose writer has gone. Whoever attaches takes it over.
 */
import type { Socket } from 'node:net';
import type { PrivatePipe } from '../../core/ports.js';
import { processKey, StdioPipes } from './pipes.js';

export class LeftStdin {
  private readonly unopened = new StdioPipes();
  private readonly open = new Map<string, { readonly socket: Socket; readonly forget: () => void }>();
  private readonly expected = new Map<string, Promise<void>>();

  /** What a connection that is over has not opened. */
  keepUnopened(pipes: StdioPipes): void {
    pipes.leave(this.unopened);
  }

  /** An open one: it is forgotten when the program closes it or ends. */
  keep(id: string, execId: string | undefined, socket: Socket): void {
    const key = processKey(id, execId);
    const forget = (): void => {
      socket.off('close', forget);
      if (this.open.get(key)?.socket === socket) this.open.delete(key);
    };
    if (socket.destroyed) return;
    socket.once('close', forget);
    this.open.set(key, { socket, forget });
  }

  /** The client of an open one has said everything: it will be free when `over` resolves, a moment later. */
  expect(id: string, execId: string | undefined, over: Promise<void>): void {
    const key = processKey(id, execId);
    this.expected.set(key, over);
    void over.then(() => {
      if (this.expected.get(key) === over) this.expected.delete(key);
    });
  }

  /** Resolves when none is expected any more. */
  async arrived(id: string, execId: string | undefined): Promise<void> {
    await this.expected.get(processKey(id, execId));
  }

  take(id: string, execId: string | undefined): PrivatePipe | Socket | undefined {
    const known = this.open.get(processKey(id, execId));
    if (known === undefined) return this.unopened.take(id, execId, 'stdin');
    known.forget();
    return known.socket;
  }
}
