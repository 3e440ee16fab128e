/** A value that comes once; later ones are ignored. For notifications that HCS may deliver twice, early or to nobody. */
export class Latch<T> {
  readonly promise: Promise<T>;
  #resolve!: (value: T) => void;
  #value: { readonly value: T } | null = null;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** A method, so that a second look after an await is not narrowed away. */
  has(): boolean {
    return this.#value !== null;
  }

  /** The value, when it has come. */
  get value(): T | undefined {
    return this.#value?.value;
  }

  /** False when it had come already. */
  settle(value: T): boolean {
    if (this.#value !== null) return false;
    this.#value = { value };
    this.#resolve(value);
    return true;
  }
}
