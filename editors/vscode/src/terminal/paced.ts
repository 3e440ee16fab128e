/**
 * Text for a terminal at a pace that the editor can follow: the terminal of an extension takes whatever it is given, and a program that
 * writes without end would fill the window's memory. Who writes waits.
 */
import { StringDecoder } from 'node:string_decoder';

const PIECE = 64 * 1024;
/** 64 KiB in 10 ms: about 6 MB/s. */
const PAUSE_MS = 10;

export class PacedText {
  private readonly decoder = new StringDecoder('utf8');
  private last = '';
  /** `crlf`: the bytes are not from a terminal, so that line ends lack their carriage return. */
  constructor(
    private readonly put: (text: string) => void,
    private readonly crlf: boolean,
  ) {}

  /** Resolves when more may be written. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += PIECE) {
      const text = this.decoder.write(
        Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(PIECE, bytes.length - at)),
      );
      this.text(text);
      if (bytes.length - at > PIECE / 2) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  end(): void {
    this.text(this.decoder.end());
  }

  private text(text: string): void {
    if (text === '') return;
    const whole = this.crlf ? withReturns(text, this.last === '\r') : text;
    this.last = text.at(-1) ?? '';
    this.put(whole);
  }
}

/** `after`: the text before ended with a carriage return. */
const withReturns = (text: string, after: boolean): string =>
  text.replace(/\r?\n/g, (found, at: number) => (found === '\n' && at === 0 && after ? '\n' : '\r\n'));
