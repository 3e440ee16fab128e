/** A terminal taken over for a picture that is drawn again and again: its other screen, without a cursor, and with keys that leave. */
import type { Host } from '../context.js';

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** q, Ctrl+C and Ctrl+D: in raw mode they come as characters. */
const LEAVING = /[qQ\u0003\u0004]/u;

export interface Screen {
  /** Aborted when a key says so. */
  readonly left: AbortSignal;
  /** Shows `text`, cut to the height of the terminal; its lines must fit the width. */
  draw(text: string): void;
  /** Gives the terminal back as it was. May be called again. */
  close(): void;
}

/** Only for a stdout that is a terminal; keys are heard when stdin is one, too. */
export function openScreen({ stdin, stdout }: Pick<Host, 'stdin' | 'stdout'>): Screen {
  const leaving = new AbortController();
  const keys = stdin.isTTY === true && stdin.setRawMode !== undefined;
  const onKey = (chunk: Uint8Array | string): void => {
    if (LEAVING.test(chunk.toString())) leaving.abort();
  };
  if (keys) {
    stdin.setRawMode?.(true);
    stdin.on('data', onKey);
  }
  stdout.write(ENTER);
  let open = true;
  return {
    left: leaving.signal,
    draw: (text) => {
      const lines = text.split('\n').slice(0, stdout.rows ?? Number.POSITIVE_INFINITY);
      // Cleared before, not after: the cursor of a line that is full stands on its last character.
      stdout.write(`${HOME}${lines.map((line) => `${CLEAR_LINE}${line}`).join('\r\n')}${CLEAR_BELOW}`);
    },
    close: () => {
      if (!open) return;
      open = false;
      stdout.write(LEAVE);
      if (!keys) return;
      stdin.off('data', onKey);
      stdin.setRawMode?.(false);
      stdin.pause();
      stdin.unref?.();
    },
  };
}
