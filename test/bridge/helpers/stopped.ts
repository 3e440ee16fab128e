/** What is in the log and in the pipe of a process that is stopped. */
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';

const HEADER = 24;
const NOT_TAKEN_YET = 3;

export interface End {
  /** Where stdout ends in the log, the bytes of a chunk that was cut with it. */
  readonly end: number;
  /** The last chunk, when it may be in the pipe still; empty: it is not. */
  readonly pending: Buffer;
}

/** Looks at the end of stdout in a log that grows, from where it looked before (docs/logs.md). */
export class Kept {
  private segment = '';
  private position = 0;
  private last: End = { end: 0, pending: Buffer.alloc(0) };

  constructor(private readonly folder: string) {}

  look(): End {
    for (const name of fs.readdirSync(this.folder).sort()) {
      if (name < this.segment) continue;
      if (name > this.segment) this.position = 0;
      this.segment = name;
      this.scan(path.join(this.folder, name));
    }
    return this.last;
  }

  /** The last chunk of the segment is looked at anew the next time. */
  private scan(file: string): void {
    const from = this.position;
    const bytes = tail(file, from);
    for (let at = 0; at + HEADER <= bytes.length && bytes.readUInt8(at + 1) !== 0;) {
      this.position = from + at;
      const data = bytes.subarray(at + HEADER, at + HEADER + bytes.readUInt32LE(at + 4));
      if (bytes.readUInt8(at) === 1) {
        const end = Number(bytes.readBigUInt64LE(at + 8)) + data.length;
        this.last = { end, pending: bytes.readUInt8(at + 1) === NOT_TAKEN_YET ? data : Buffer.alloc(0) };
      }
      at += HEADER + bytes.readUInt32LE(at + 4) + bytes.readUInt8(at + 3);
    }
  }
}

function tail(file: string, from: number): Buffer {
  const opened = fs.openSync(file, 'r');
  const bytes = Buffer.alloc(Math.max(0, fs.fstatSync(opened).size - from));
  fs.readSync(opened, bytes, 0, bytes.length, from);
  fs.closeSync(opened);
  return bytes;
}

/** The pipe of a program's stdout, as a file of the relay that reads it. */
export function pipeOf(relay: number, program: number): string {
  const wanted = fs.readlinkSync(`/proc/${program}/fd/1`);
  const folder = `/proc/${relay}/fd`;
  for (const name of fs.readdirSync(folder)) {
    try {
      if (fs.readlinkSync(path.join(folder, name)) === wanted) return path.join(folder, name);
    } catch {
      // Closed meanwhile.
    }
  }
  throw new Error(`process ${relay} does not have ${wanted}`);
}

/** What is in the pipe now. */
export function inPipe(peek: string, pipe: string): Buffer {
  const { status, stdout } = spawnSync(peek, [pipe], { maxBuffer: 1 << 24 });
  if (status !== 0) throw new Error(`peek ended with ${status}`);
  return stdout;
}
