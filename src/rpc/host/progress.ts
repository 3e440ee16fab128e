/** `$/progress` of a request whose client asked for it: begin, the time gone by every second, end. */
import type { Session } from './session.js';

const EVERY_MS = 1000;

export class Progress {
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly begun = performance.now();

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

  end(): void {
    if (this.token === undefined) return;
    clearInterval(this.timer);
    this.say('end');
  }

  private say(kind: 'report' | 'end'): void {
    if (this.token === undefined) return;
    const elapsedMs = Math.round(performance.now() - this.begun);
    this.session.notify('$/progress', { token: this.token, value: { kind, elapsedMs } });
  }
}
