/**
 * Answers that may be large are made one after the other, and only while the client takes what was sent: many requests for
 * megabytes, unread, cost the memory of one.
 */
const HIGH_WATER = 4 * 1024 * 1024;

export class LargeAnswers {
  private last: Promise<unknown> = Promise.resolve();
  private wake: (() => void) | null = null;

  constructor(private readonly queuedBytes: () => number) {}

  run<T>(make: () => Promise<T>): Promise<T> {
    const answer = this.last.then(async () => {
      while (this.queuedBytes() > HIGH_WATER) await new Promise<void>((resolve) => (this.wake = resolve));
      return make();
    });
    // The next one looks at the queue when this answer is in it.
    this.last = answer.then(turn, turn);
    return answer;
  }

  /** The queue has sunk. */
  relieved(): void {
    this.wake?.();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
