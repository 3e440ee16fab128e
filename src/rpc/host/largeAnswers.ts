/**
 * Answers that may be large are begun a few at a time, and only while the client takes what was sent: many requests for
 * megabytes, unread, cost the memory of a few.
 */
const HIGH_WATER = 4 * 1024 * 1024;
const AT_ONCE = 8;

export class LargeAnswers {
  private active = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly queuedBytes: () => number) {}

  async run<T>(make: () => Promise<T>): Promise<T> {
    if (!this.free) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.active++;
    try {
      return await make();
    } finally {
      // The next one looks at the queue when this answer is in it.
      setImmediate(() => {
        this.active--;
        this.relieved();
      });
    }
  }

  /** The queue has sunk, or an answer is done. */
  relieved(): void {
    while (this.free) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.active++;
      next();
    }
  }

  private get free(): boolean {
    return this.active < AT_ONCE && this.queuedBytes() <= HIGH_WATER;
  }
}
