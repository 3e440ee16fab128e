/** Passes on what the engine adds to its log from now on. The log lies in the home, on the machine where the extension runs. */
import { watch, type FSWatcher } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Lines } from './lines.js';

/** More than this at once is not read: it is in the file. */
const MOST = 256 * 1024;

export class EngineLogTail {
  private watcher: FSWatcher | null = null;
  private offset = 0;
  private reading = false;
  private again = false;
  private over = false;
  private readonly lines: Lines;

  constructor(
    private readonly file: string,
    line: (text: string) => void,
  ) {
    this.lines = new Lines(line);
  }

  async start(): Promise<void> {
    this.offset = await this.size();
    if (this.over) return;
    try {
      const name = basename(this.file);
      this.watcher = watch(dirname(this.file), { persistent: false }, (_, changed) => {
        if (changed === null || changed === name) void this.read();
      });
      this.watcher.on('error', () => {
        this.stop();
      });
    } catch {
      // Watches are used up, or the folder is gone: the log is a convenience.
    }
  }

  stop(): void {
    this.over = true;
    this.watcher?.close();
    this.watcher = null;
  }

  private async size(): Promise<number> {
    try {
      return (await stat(this.file)).size;
    } catch {
      return 0;
    }
  }

  private async read(): Promise<void> {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    try {
      const size = await this.size();
      // A new file has taken its place.
      if (size < this.offset) this.offset = 0;
      if (size - this.offset > MOST) this.offset = size - MOST;
      if (size > this.offset) {
        const file = await open(this.file, 'r');
        try {
          const { buffer, bytesRead } = await file.read(
            Buffer.alloc(size - this.offset),
            0,
            size - this.offset,
            this.offset,
          );
          this.offset += bytesRead;
          this.lines.push(buffer.subarray(0, bytesRead));
        } finally {
          await file.close();
        }
      }
    } catch {
      // As above.
    } finally {
      this.reading = false;
      if (this.again) {
        this.again = false;
        void this.read();
      }
    }
  }
}
