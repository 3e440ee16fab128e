/** Much work, done in turns of the event loop, so that keys and events of others come between. Knows nothing of `vscode`. */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private done = 0;

  /** `most`: so much is done in one turn. */
  constructor(private readonly most: number) {}

  /** Done at once while this turn has room, else in a later one, in order. */
  run<T>(work: () => T): T | Promise<T> {
    if (this.done === 0) this.later();
    if (this.done < this.most) {
      this.done++;
      return work();
    }
    return new Promise((resolve, reject) => {
      this.waiting.push(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  private later(): void {
    setImmediate(() => {
      const now = this.waiting.splice(0, this.most);
      this.done = now.length;
      for (const work of now) work();
      if (this.done > 0) this.later();
    });
  }
}
