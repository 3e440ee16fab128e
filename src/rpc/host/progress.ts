/** `$/progress` of a request whose client asked for it: begin, each step, the time gone by every second, end. */
import type { ProgressStep } from '../../core/runtime.js';
import type { Session } from './session.js';

const EVERY_MS = 1000;

export class Progress {
  private timer: NodeJS.Timeout | undefined;
  private readonly begun = performance.now();
  private last: ProgressStep | null = null;
  private over = false;

  constructor(
    private readonly session: Session,
    title: string,
    private readonly token: string | number | undefined,
  ) {
    if (token === undefined) return;
    session.notify('$/progress', { token, value: { kind: 'begin', title } });
    this.timer = setInterval(() => {
      this.say('report');
    }, EVERY_MS);
  }

  readonly step = (step: ProgressStep): void => {
    this.last = step;
    this.say('report');
  };

  end(): void {
    clearInterval(this.timer);
    this.last = null;
    this.say('end');
    this.over = true;
  }

  /** What was answered may still be at work (a cancelled call): nothing follows the end. */
  private say(kind: 'report' | 'end'): void {
    if (this.token === undefined || this.over) return;
    const elapsedMs = Math.round(performance.now() - this.begun);
    this.session.notify('$/progress', { token: this.token, value: { kind, elapsedMs, ...this.last } });
  }
}
