/**
 * What is typed, on its way to a program: straight to the engine through the private pipe of its stdin, so that the host of the window may go
 * and come meanwhile. Knows nothing of `vscode`.
 */
import type { Socket } from 'node:net';
import { openPrivatePipe, type StartedStdio } from 'hostcompute/client';

/** Stdin can be had once; what this is told after its end is lost. */
export const KEYS_LOST = 'Keys no longer reach the program: its input was closed, or the engine was started again.';

export class Keys {
  private socket: Socket | undefined;
  /** Typed before the program was there. */
  private early: string[] = [];
  private over = false;
  private told = false;

  /** `tell`: hears of a key that goes nowhere, once. */
  constructor(private readonly tell: (text: string) => void) {}

  /** Whatever becomes of it, typing never fails. */
  async open(pipe: StartedStdio['stdin']): Promise<void> {
    try {
      if (pipe === undefined) throw new Error('the program has no stdin');
      const socket = await openPrivatePipe(pipe);
      // An error is followed by the close.
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.over = true;
      });
      // Nothing is ever sent to us, but an unread end would go unseen.
      socket.resume();
      this.socket = socket;
      for (const text of this.early.splice(0)) socket.write(text);
    } catch {
      this.over = true;
      if (this.early.splice(0).length > 0) this.lost();
    }
  }

  type(text: string): void {
    if (this.over) this.lost();
    else if (this.socket === undefined) this.early.push(text);
    else this.socket.write(text);
  }

  close(): void {
    this.over = true;
    this.early = [];
    this.socket?.destroy();
  }

  private lost(): void {
    if (this.told) return;
    this.told = true;
    this.tell(KEYS_LOST);
  }
}
