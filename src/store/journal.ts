/**
 * Turns on their way into LMDB: appended here first, so that `commit` waits for write(2) and not for a flush. Two files take turns: one is
 * emptied when all that it holds has been flushed in LMDB and the other has grown. Together they always hold the newest turns without a gap.
 *
 * A file is a run of records: u32 length and u32 CRC-32 of what follows, little-endian, then the text in UTF-8. The first record that is not whole, or not
 * what its CRC says, ends the file: it was being written when the process or the machine died, and nobody has been told of it.
 */
import { ftruncateSync, writeSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Files in the store's folder. */
export const JOURNALS = ['journal.0', 'journal.1'] as const;
const HEADER = 8;
const MAX_RECORD = 64 * 1024 * 1024;
/** Size at which the other file is taken, if it is free. */
const SWITCH_BYTES = 4 * 1024 * 1024;
/** Longest time that written bytes wait for a flush (design 6). */
const SYNC_MS = 100;

/** Called when LMDB has the turn on the disk. */
export type Release = () => void;

interface File {
  readonly handle: FileHandle;
  size: number;
  /** Turns that LMDB does not have on the disk yet. */
  held: number;
}

function encode(text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.allocUnsafe(HEADER);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt32LE(crc32(payload), 4);
  return Buffer.concat([header, payload]);
}

/** The whole records at the start of a file. */
export function decodeJournal(bytes: Buffer): readonly string[] {
  const texts: string[] = [];
  for (let at = 0; bytes.length - at >= HEADER;) {
    const length = bytes.readUInt32LE(at);
    const payload = bytes.subarray(at + HEADER, at + HEADER + length);
    if (length === 0 || length > MAX_RECORD || payload.length < length) break;
    if (crc32(payload) !== bytes.readUInt32LE(at + 4)) break;
    texts.push(payload.toString());
    at += HEADER + length;
  }
  return texts;
}

export class Journal {
  private active = 0;
  private readonly unsynced = new Set<File>();
  private syncing: Promise<void> | null = null;
  private nextSync: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;

  private constructor(private readonly files: readonly [File, File]) {}

  /** Opens the journal of a store's folder; `texts` are the records found, of each file in order. Call {@link reset} when they have been dealt with. */
  static async open(folder: string): Promise<{ readonly journal: Journal; readonly texts: readonly string[] }> {
    const texts: string[] = [];
    const load = async (name: string): Promise<File> => {
      // 'a+' makes the file; on Linux it would also append whatever the position, so it is opened again.
      await (await open(join(folder, name), 'a+', 0o600)).close();
      const handle = await open(join(folder, name), 'r+');
      const bytes = await handle.readFile();
      texts.push(...decodeJournal(bytes));
      return { handle, size: bytes.length, held: 0 };
    };
    const journal = new Journal([await load(JOURNALS[0]), await load(JOURNALS[1])]);
    return { journal, texts };
  }

  /** Empties both files: all that they hold is on the disk elsewhere. */
  async reset(): Promise<void> {
    for (const file of this.files) {
      await file.handle.truncate(0);
      file.size = 0;
    }
  }

  /**
   * When it returns, the operating system has the record: it survives the end of this process. Throws the system's error (disk full); then the record
   * does not count. Synchronous: a write of a few hundred bytes into the page cache takes 10 us, a way over the thread pool many times that.
   */
  append(text: string): Release {
    this.switchFile();
    const file = this.files[this.active === 0 ? 0 : 1];
    const bytes = encode(text);
    // By position: the next record covers what a failed write has left.
    for (let done = 0; done < bytes.length;) {
      done += writeSync(file.handle.fd, bytes, done, bytes.length - done, file.size + done);
    }
    file.size += bytes.length;
    file.held++;
    this.unsynced.add(file);
    this.timer ??= setTimeout(() => {
      this.timer = null;
      // A flush that fails is told to whoever waits for one; the next turn tries again.
      this.sync().catch(() => undefined);
    }, SYNC_MS).unref();
    return () => file.held--;
  }

  private switchFile(): void {
    const file = this.files[this.active === 0 ? 0 : 1];
    const other = this.files[this.active === 0 ? 1 : 0];
    if (file.size < SWITCH_BYTES || other.held > 0) return;
    ftruncateSync(other.handle.fd, 0);
    other.size = 0;
    this.active = 1 - this.active;
  }

  /** Resolves when the disk has all that was appended before the call. Calls that come during a flush share the next one. */
  sync(): Promise<void> {
    if (this.syncing !== null) {
      this.nextSync ??= this.syncing
        .catch(() => undefined)
        .then(() => {
          this.nextSync = null;
          return this.sync();
        });
      return this.nextSync;
    }
    this.syncing = this.flush().finally(() => (this.syncing = null));
    return this.syncing;
  }

  private async flush(): Promise<void> {
    const files = [...this.unsynced];
    this.unsynced.clear();
    try {
      await Promise.all(files.map(({ handle }) => handle.datasync()));
    } catch (e) {
      for (const file of files) this.unsynced.add(file);
      throw e;
    }
  }

  /** Nothing may be appended any more. What is written stays for the next opening. */
  async close(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    await (this.nextSync ?? this.syncing ?? Promise.resolve()).catch(() => undefined);
    for (const { handle } of this.files) await handle.close();
  }
}
