/** Whole lines of bytes that come in pieces. */
import { StringDecoder } from 'node:string_decoder';

const LONGEST = 16_384;

export class Lines {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';

  constructor(private readonly line: (text: string) => void) {}

  push(chunk: Buffer): void {
    const parts = (this.rest + this.decoder.write(chunk)).split(/\r?\n/);
    this.rest = parts.pop() ?? '';
    for (const part of parts) this.line(part);
    // Something that writes no line ends must not fill memory.
    if (this.rest.length > LONGEST) this.end();
  }

  /** What is left without a line end. */
  end(): void {
    const { rest } = this;
    this.rest = '';
    if (rest !== '') this.line(rest);
  }
}
