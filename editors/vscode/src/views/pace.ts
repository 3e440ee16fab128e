/** When a tree is drawn anew, and how much of it. Knows nothing of `vscode`. */

export interface Drawing {
  /** The list itself; `ids` are part of it. */
  readonly whole: boolean;
  readonly ids: readonly string[];
}

export interface Clock {
  /** In ms. */
  now(): number;
  /** Answers how to forget it. */
  after(ms: number, work: () => void): () => void;
}

/**
 * Between two drawings. VS Code waits until a tree has been quiet for 200 ms before it draws a second change: asked more often than that, it
 * would draw nothing while events keep coming.
 */
export const DRAW_MS = 250;
/**
 * And for each row, between two of the whole list, when containers come and go: VS Code asks for all rows anew and sends them to the window, which
 * for 500 of them costs more than all else here. A row that changed is drawn meanwhile.
 */
export const ROW_MS = 2;
/** What comes together is drawn together. */
export const GATHER_MS = 15;

const CLOCK: Clock = {
  now: () => performance.now(),
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

export class Pace {
  private readonly dirty = new Set<string>();
  private wanted = false;
  private drawnAt = Number.NEGATIVE_INFINITY;
  private wholeAt = Number.NEGATIVE_INFINITY;
  private next: { readonly due: number; readonly forget: () => void } | undefined;

  /** `size`: how many rows the list has. */
  constructor(
    private readonly draw: (drawing: Drawing) => void,
    private readonly size: () => number,
    private readonly clock: Clock = CLOCK,
  ) {}

  whole(): void {
    this.wanted = true;
    this.later();
  }

  rows(ids: readonly string[]): void {
    for (const id of ids) this.dirty.add(id);
    this.later();
  }

  stop(): void {
    this.next?.forget();
    this.next = undefined;
  }

  private later(): void {
    const dues = [...(this.dirty.size > 0 ? [this.drawnAt + DRAW_MS] : []), ...(this.wanted ? [this.wholeDue()] : [])];
    if (dues.length === 0) return;
    const now = this.clock.now();
    const due = Math.max(now + GATHER_MS, Math.min(...dues));
    // One that is set is never put off.
    if (this.next !== undefined && this.next.due <= due) return;
    this.stop();
    const forget = this.clock.after(due - now, () => {
      this.turn();
    });
    this.next = { due, forget };
  }

  private wholeDue(): number {
    return Math.max(this.drawnAt + DRAW_MS, this.wholeAt + ROW_MS * this.size());
  }

  private turn(): void {
    this.next = undefined;
    const now = this.clock.now();
    const whole = this.wanted && this.wholeDue() <= now + GATHER_MS;
    const ids = [...this.dirty];
    this.dirty.clear();
    this.drawnAt = now;
    if (whole) {
      this.wanted = false;
      this.wholeAt = now;
    }
    this.draw({ whole, ids });
    this.later();
  }
}
