/**
 * Turns in order for each key; keys never wait for each other (E2). A turn must be short: long waits belong outside, their
 * results come back as further turns.
 */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<void>>();

  /** Runs `turn` after all earlier turns of `key`. A turn that throws rejects its own promise only. */
  run<T>(key: string, turn: () => Promise<T> | T): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const result = before.then(turn);
    const tail = result.then(
      () => undefined,
      () => undefined,
    );
    this.#tails.set(key, tail);
    void tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    return result;
  }

  /** Resolves when no turn is under way or waiting. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values());
  }

  /** Keys with a turn under way or waiting. */
  get size(): number {
    return this.#tails.size;
  }
}
