import type { Writable } from 'node:stream';
import type { Source } from '../context.js';

/**
 * Passes our stdin on to a program; its end is the program's end of input. Answers how to stop: the program has ended, nobody needs
 * what is typed now, and stdin must not keep this process alive.
 */
export function passInput(source: Source, sink: Writable): () => void {
  const onData = (chunk: Uint8Array): void => {
    if (sink.write(chunk)) return;
    source.pause();
    sink.once('drain', () => {
      source.resume();
    });
  };
  const onEnd = (): void => {
    sink.end();
  };
  let stopped = false;
  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    source.off('data', onData).off('end', onEnd).off('error', onEnd);
    source.pause();
    sink.destroy();
    if (source.isTTY === true) source.unref?.();
    else source.destroy();
  };
  // The program has closed its stdin, so we close ours: whoever writes to us hears of it, as in a shell's pipeline.
  sink.on('error', () => undefined).once('close', stop);
  source.on('data', onData).once('end', onEnd).once('error', onEnd);
  return stop;
}
