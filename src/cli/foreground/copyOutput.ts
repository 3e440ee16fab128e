/** One output stream of a program, whole and in order, whatever happens to the engine meanwhile. */
import type { Writable } from 'node:stream';
import { isRuntimeError } from '../../core/errors.js';
import type { OutputStream, PrivatePipe } from '../../core/ports.js';
import type { ExitReport } from '../../core/runtime.js';
import type { Client } from '../../rpc/client/index.js';
import { openPrivatePipe } from '../../rpc/client/privatePipe.js';
import { write } from '../output/write.js';
import type { Connections } from './connections.js';
import { monotonicMs } from '../../home/monotonic.js';

export interface Target {
  readonly id: string;
  readonly execId?: string;
}

/** What a busy program has written meanwhile is passed on at once; one buffer for all of it. */
const BUFFER_BYTES = 256 * 1024;

/** Copies until the pipe ends or breaks; answers the bytes, 0 when it cannot be had. Rejects when the sink breaks. */
async function pump(pipe: PrivatePipe, open: () => Writable): Promise<number> {
  let sink: Writable | undefined;
  let bytes = 0;
  let done: (error?: Error) => void = () => undefined;
  let resume = (): void => undefined;
  const taken = (chunk: Uint8Array): boolean => {
    bytes += chunk.length;
    try {
      sink ??= open().once('error', done);
      sink.write(chunk);
    } catch (e) {
      // Files are written at once, and so fail at once: a disk that is full.
      done(e as Error);
      return false;
    }
    if (sink.writableLength === 0) return true;
    // The sink still has our buffer: nothing may be read into it until it has written everything.
    sink.write('', () => {
      resume();
    });
    return false;
  };
  const source = await openPrivatePipe(pipe, undefined, {
    buffer: Buffer.allocUnsafeSlow(BUFFER_BYTES),
    callback: (length, buffer) => taken(buffer.subarray(0, length)),
  }).catch(() => undefined);
  if (source === undefined) return 0;
  return new Promise((resolve, reject) => {
    done = (error) => {
      sink?.off('error', done);
      source.destroy();
      if (error === undefined) resolve(bytes);
      else reject(error);
    };
    resume = () => {
      source.resume();
    };
    // A broken pipe is only an early end: the log has the rest.
    source.once('error', () => {
      done();
    });
    source.once('close', () => {
      done();
    });
    source.resume();
  });
}

/** Copies from the log what follows the byte `from`, live, until the stream's end. */
async function copyFromLog(
  client: Client,
  target: Target,
  stream: OutputStream,
  from: number | 'end',
  sink: () => Writable,
  advance: (bytes: number) => void,
  opened: () => void = () => undefined,
): Promise<void> {
  const source = await client.openStream({ ...target, stream, from });
  opened();
  let dropped = 0;
  for await (const chunk of source) {
    await write(sink(), chunk);
    advance(chunk.length + source.droppedBytes - dropped);
    dropped = source.droppedBytes;
  }
}

/** A program that lives on for so long after the end of its stream may have closed it, or had a service or an engine die under it. */
const SUSPICIOUS_MS = 50;

/** How the program has ended, if it ends about now: its pipes tell of it first. Of one that is lost the log may have more than the pipe has brought. */
async function endOf(ended: Promise<ExitReport>): Promise<ExitReport | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, SUSPICIOUS_MS);
  });
  try {
    return await Promise.race([ended.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Copies a stream to `sink`, which is asked for when there are bytes (opening a standard stream takes 5 ms): first through its private pipe, when there is one, then, unless
 * the program's end says that this was all, from the log what the pipe did not bring. Resolves at the stream's end; survives engines. `ended` settles when the program has: an end
 * that came before may have been that of a service or an engine, so the log is asked once more. `opened`: its place in the log is taken. Rejects when the sink breaks, or the stream cannot be had any more.
 */
export async function copyOutput(
  connections: Connections,
  pipe: PrivatePipe | undefined,
  target: Target,
  stream: OutputStream,
  sink: () => Writable,
  ended: Promise<ExitReport>,
  begin: number | 'end' = 0,
  opened: () => void = () => undefined,
): Promise<void> {
  let from = begin;
  const advance = (bytes: number): void => {
    if (from !== 'end') from += bytes;
  };
  if (pipe !== undefined) {
    advance(await pump(pipe, sink));
    if ((await endOf(ended))?.output?.[stream] === from) return;
  }
  const first = connections.current();
  for (;;) {
    const client = connections.current();
    try {
      await copyFromLog(client, target, stream, from, sink, advance, opened);
      const endedAt = monotonicMs();
      await ended;
      const whole = client === first && monotonicMs() - endedAt < SUSPICIOUS_MS;
      if (!whole && from !== 'end') await copyFromLog(connections.current(), target, stream, from, sink, advance);
      return;
    } catch (e) {
      if (!isRuntimeError(e) || e.code !== 'unavailable') throw e;
      await connections.renew(client);
    }
  }
}
