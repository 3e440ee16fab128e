/**
 * Bytes to message bodies, with caps: `Content-Length` framing as in LSP, or one JSON text a line (ndjson). After a
 * FramingError nothing more can be trusted: the connection must be closed.
 */
export type Framing = 'content-length' | 'ndjson';

export interface FrameLimits {
  /** Bytes of one header block. */
  readonly headerBytes: number;
  /** Bytes of one body, or line. */
  readonly messageBytes: number;
}

/** The peer's bytes are not messages. `message` says what was wrong, without the bytes (they may hold secrets). */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

export interface FrameParser {
  /** Hands over each body that `chunk` completes. Throws FramingError. */
  push(chunk: Buffer, body: (bytes: Buffer) => void): void;
  /** A message has begun and is not whole. */
  readonly partial: boolean;
}

export const DEFAULT_LIMITS: FrameLimits = { headerBytes: 4096, messageBytes: 16 * 1024 * 1024 };

export function frameParser(framing: Framing, limits: FrameLimits = DEFAULT_LIMITS): FrameParser {
  return framing === 'ndjson' ? new LineParser(limits) : new ContentLengthParser(limits);
}

/** The bytes before and after a body. */
export function envelope(framing: Framing, bodyBytes: number): { readonly head: string; readonly tail: string } {
  return framing === 'ndjson' ? { head: '', tail: '\n' } : { head: `Content-Length: ${bodyBytes}\r\n\r\n`, tail: '' };
}

/** ASCII goes out without being encoded, which Node does in half the time. `bytes`: its length in UTF-8. */
export const encodingOf = (text: string, bytes: number): 'latin1' | 'utf8' =>
  bytes === text.length ? 'latin1' : 'utf8';

const HEADER_END = Buffer.from('\r\n\r\n');
const EMPTY = Buffer.alloc(0);

class ContentLengthParser implements FrameParser {
  private header: Buffer = EMPTY;
  private body: Buffer[] = [];
  /** Bytes of the body that are still to come; -1 while in a header. */
  private missing = -1;

  constructor(private readonly limits: FrameLimits) {}

  get partial(): boolean {
    // Line ends after the last message are those of a shell's pipe.
    return this.missing !== -1 || /[^\r\n]/u.test(this.header.toString('latin1'));
  }

  push(chunk: Buffer, body: (bytes: Buffer) => void): void {
    let rest = chunk;
    while (rest.length > 0 || this.missing === 0) {
      rest = this.missing === -1 ? this.takeHeader(rest) : this.takeBody(rest, body);
    }
  }

  private takeHeader(chunk: Buffer): Buffer {
    const seen = this.header.length;
    const joined = seen === 0 ? chunk : Buffer.concat([this.header, chunk.subarray(0, this.limits.headerBytes)]);
    const end = joined.indexOf(HEADER_END);
    if (end > this.limits.headerBytes || (end === -1 && joined.length > this.limits.headerBytes)) {
      throw new FramingError(`header is longer than ${this.limits.headerBytes} bytes`);
    }
    if (end === -1) {
      // A copy: a slice would keep the whole chunk alive.
      this.header = seen === 0 ? Buffer.from(joined) : joined;
      return EMPTY;
    }
    this.missing = contentLength(joined.toString('latin1', 0, end), this.limits.messageBytes);
    this.header = EMPTY;
    return chunk.subarray(end + HEADER_END.length - seen);
  }

  private takeBody(chunk: Buffer, body: (bytes: Buffer) => void): Buffer {
    const part = chunk.subarray(0, this.missing);
    this.missing -= part.length;
    if (this.missing > 0) {
      this.body.push(part);
      return EMPTY;
    }
    const whole = this.body.length === 0 ? part : Buffer.concat([...this.body, part]);
    this.body = [];
    this.missing = -1;
    body(whole);
    return chunk.subarray(part.length);
  }
}

function contentLength(header: string, maximum: number): number {
  let length: number | undefined;
  for (const line of header.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) throw new FramingError('header line without a name and ":"');
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'content-type' && /charset\s*=/i.test(value) && !/charset\s*=\s*"?utf-?8"?/i.test(value)) {
      throw new FramingError('Content-Type names a charset other than utf-8');
    }
    if (name !== 'content-length') continue;
    if (!/^\d{1,15}$/.test(value)) throw new FramingError('Content-Length is not a decimal number');
    if (length !== undefined) throw new FramingError('Content-Length is given twice');
    length = Number(value);
  }
  if (length === undefined) throw new FramingError('header without Content-Length');
  if (length > maximum) throw new FramingError(`message of ${length} bytes is over the limit of ${maximum}`);
  return length;
}

const LF = 0x0a;

class LineParser implements FrameParser {
  private parts: Buffer[] = [];
  private length = 0;

  constructor(private readonly limits: FrameLimits) {}

  get partial(): boolean {
    return this.length > 0;
  }

  push(chunk: Buffer, body: (bytes: Buffer) => void): void {
    let start = 0;
    while (start < chunk.length) {
      const end = chunk.indexOf(LF, start);
      const part = chunk.subarray(start, end === -1 ? undefined : end);
      this.length += part.length;
      if (this.length > this.limits.messageBytes) {
        throw new FramingError(`line is over the limit of ${this.limits.messageBytes} bytes`);
      }
      this.parts.push(part);
      if (end === -1) return;
      const line = trim(this.parts.length === 1 ? part : Buffer.concat(this.parts));
      this.parts = [];
      this.length = 0;
      if (line.length > 0) body(line);
      start = end + 1;
    }
  }
}

/** Without a byte order mark, and without the spaces and carriage returns around: an empty line is no message. */
function trim(line: Buffer): Buffer {
  let start = line.length >= 3 && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? 3 : 0;
  let end = line.length;
  while (end > start && isBlank(line[end - 1])) end--;
  while (start < end && isBlank(line[start])) start++;
  return line.subarray(start, end);
}
const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0d || byte === 0x09;
