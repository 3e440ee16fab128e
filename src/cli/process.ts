/** The real process as a {@link Host}, but for `connect` and `serve`, which the entry brings. */
import { fstatSync, writeSync } from 'node:fs';
import type { Host, SignalName } from './context.js';
import { write } from './output/write.js';

const STDOUT = 1;

/** Opening a standard stream takes as long as a twentieth of starting node: only done when somebody asks for it. */
class StandardStreams {
  private readonly open = new Set<'stdout' | 'stderr'>();

  get(name: 'stdout' | 'stderr'): NodeJS.WriteStream {
    const stream = process[name];
    // A reader that has gone shows in the write that meets it.
    if (!this.open.has(name)) stream.on('error', () => undefined);
    this.open.add(name);
    return stream;
  }

  isOpen(name: 'stdout' | 'stderr'): boolean {
    return this.open.has(name);
  }

  /** The system has taken all that was written. */
  flushed(): boolean {
    return [...this.open].every((name) => process[name].writableLength === 0);
  }
}

/** Nothing but a character device can be a terminal. */
function mayBeTerminal(): boolean {
  try {
    return fstatSync(STDOUT).isCharacterDevice();
  } catch {
    return true;
  }
}

/** Writes to the descriptor; answers what it does not take now (a full pipe that does not block). */
function writeNow(text: string): Buffer {
  let rest = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(STDOUT, rest));
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== 'EAGAIN') throw e;
  }
  return rest;
}

/** `settled`: nothing that was written is still on its way, the process may end at once. */
export function processHost(parts: Pick<Host, 'connect' | 'serve'>): Host & { settled(): boolean } {
  const streams = new StandardStreams();
  // On Windows only a stream knows how a console wants its text.
  const plain = process.platform !== 'win32' && !mayBeTerminal();
  return {
    // Only looked at when a verb reads it: opening it keeps a process alive.
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return streams.get('stdout');
    },
    get stderr() {
      return streams.get('stderr');
    },
    get isTerminal() {
      return !plain && streams.get('stdout').isTTY;
    },
    print: async (text) => {
      const rest = plain && !streams.isOpen('stdout') ? writeNow(text) : text;
      if (rest.length > 0) await write(streams.get('stdout'), rest);
    },
    settled: () => streams.flushed(),
    env: process.env,
    platform: process.platform,
    cwd: process.cwd(),
    onSignal: (signal: SignalName, listener: () => void) => {
      process.on(signal, listener);
      return () => {
        process.off(signal, listener);
      };
    },
    leave: (status) => {
      process.exit(status);
    },
    ...parts,
  };
}
