/** Bytes that the client allows to be sent; a sender waits until there are some. */
export class Credit {
  private waiting: (() => void) | null = null;
  private closed = false;

  constructor(private bytes = 0) {}

  add(bytes: number): void {
    this.bytes = Math.min(this.bytes + bytes, Number.MAX_SAFE_INTEGER);
    this.waiting?.();
  }

  /** Takes between 1 and `wanted` bytes as soon as there are any; 0: closed. For one sender at a time. */
  async take(wanted: number): Promise<number> {
    while (this.bytes === 0 && !this.closed) {
      await new Promise<void>((resolve) => (this.waiting = resolve));
      this.waiting = null;
    }
    if (this.closed) return 0;
    const taken = Math.min(wanted, this.bytes);
    this.bytes -= taken;
    return taken;
  }

  close(): void {
    this.closed = true;
    this.waiting?.();
  }
}
