/** A real terminal around a shell line in which `hcs` is the built command. */
import type { ExecutionContext } from 'ava';
import * as pty from 'node-pty';
import { HCS, type Home } from '../e2e/support.js';

export class Terminal {
  /** All that was shown so far. */
  text = '';
  readonly ended: Promise<{ readonly exitCode: number }>;
  private readonly waiting = new Set<() => void>();
  private readonly process: pty.IPty;

  constructor(t: ExecutionContext, home: Home, line: string, size: { cols?: number; rows?: number } = {}) {
    const script = `hcs() { "${process.execPath}" "${HCS}" "$@"; }; ${line}`;
    const env: NodeJS.ProcessEnv = { ...home.env, TERM: 'xterm-256color' };
    delete env['NO_COLOR'];
    delete env['CI'];
    this.process = pty.spawn('sh', ['-c', script], { cols: size.cols ?? 100, rows: size.rows ?? 24, env });
    this.process.onData((text) => {
      this.text += text;
      this.wake();
    });
    let over = false;
    this.ended = new Promise((resolve) => {
      this.process.onExit((end) => {
        over = true;
        resolve(end);
        this.wake();
      });
    });
    t.teardown(() => {
      if (!over) this.process.kill('SIGKILL');
    });
    this.isOver = () => over;
  }

  private readonly isOver: () => boolean;

  private wake(): void {
    for (const one of this.waiting) one();
    this.waiting.clear();
  }

  /** Resolves when `pattern` has been shown; rejects when the line ends without. */
  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) {
      if (this.isOver()) throw new Error(`ended without ${String(pattern)}: ${JSON.stringify(this.text)}`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  type(keys: string): void {
    this.process.write(keys);
  }

  resize(cols: number, rows: number): void {
    this.process.resize(cols, rows);
  }
}
