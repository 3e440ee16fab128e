/** What is given back at the end. */
export interface Owned {
  dispose(): unknown;
}

/** A list of listeners. What has it needs no `vscode`, so that it can be tested without. */
export class Signal<T> {
  private readonly listeners = new Set<(value: T) => void>();

  /** Answers how to stop listening. */
  on(listener: (value: T) => void): () => void {
    const own = (value: T): void => {
      listener(value);
    };
    this.listeners.add(own);
    return () => this.listeners.delete(own);
  }

  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }
}
