/** Work that is done one after another. */
export class Lane {
  #last: Promise<void> | undefined;

  /** Begins at once when nothing is under way. `work` never rejects; undefined: it is done already. */
  take(work: () => Promise<void> | undefined): void {
    if (this.#last !== undefined) this.#hold(this.#last.then(work));
    else {
      const begun = work();
      if (begun !== undefined) this.#hold(begun);
    }
  }

  #hold(work: Promise<void>): void {
    const mine = work.finally(() => {
      if (this.#last === mine) this.#last = undefined;
    });
    this.#last = mine;
  }
}
