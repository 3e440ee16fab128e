/** Copies messages from one stream to another, each as it is but for the framing; the reader is held up by the writer. */
import type { Readable, Writable } from 'node:stream';
import { DEFAULT_LIMITS, envelope, frameParser, type Framing } from '../transport/frames.js';

export interface PipeEnd<S> {
  readonly stream: S;
  readonly framing: Framing;
}

export interface PipeEvents {
  /** Each message before it is passed on. */
  readonly message?: (body: Buffer) => void;
  /** The input has ended in order. */
  readonly ended: () => void;
  /** The input is no run of messages (FramingError), or a stream failed. */
  readonly failed: (error: Error) => void;
}

export function pipeMessages(from: PipeEnd<Readable>, to: PipeEnd<Writable>, events: PipeEvents): void {
  const parser = frameParser(from.framing, DEFAULT_LIMITS);
  let over = false;
  const fail = (error: Error): void => {
    if (over) return;
    over = true;
    from.stream.pause();
    events.failed(error);
  };
  const pass = (body: Buffer): void => {
    if (over) return;
    events.message?.(body);
    if (!put(to, body)) from.stream.pause();
  };
  to.stream.on('drain', () => {
    if (!over) from.stream.resume();
  });
  to.stream.on('error', fail);
  from.stream.on('error', fail);
  from.stream.on('data', (chunk: Buffer) => {
    try {
      if (!over) parser.push(chunk, pass);
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  });
  const end = (): void => {
    if (over) return;
    if (parser.partial) {
      fail(new Error('input ended inside a message'));
      return;
    }
    over = true;
    events.ended();
  };
  from.stream.once('end', end);
  from.stream.once('close', end);
}

/** False: the stream wants no more for now. */
function put({ stream, framing }: PipeEnd<Writable>, body: Buffer): boolean {
  if (!stream.writable) return true;
  const { head, tail } = envelope(framing, body.length);
  stream.cork();
  if (head !== '') stream.write(head, 'latin1');
  let free = stream.write(framing === 'ndjson' ? oneLine(body) : body);
  if (tail !== '') free = stream.write(tail, 'latin1');
  process.nextTick(() => {
    stream.uncork();
  });
  return free;
}

/** Line ends between the tokens of a pretty-printed message; inside strings JSON escapes them. */
function oneLine(body: Buffer): Buffer {
  if (!body.includes(0x0a) && !body.includes(0x0d)) return body;
  return Buffer.from(body.map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte)));
}
