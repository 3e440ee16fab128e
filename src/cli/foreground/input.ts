import { Writable } from 'node:stream';
import type { StartedStdio } from '../../core/runtime.js';
import type { Client } from '../../rpc/client/index.js';
import { openPrivatePipe } from '../../rpc/client/privatePipe.js';
import type { Source } from '../context.js';
import type { Target } from './copyOutput.js';

/** How to open the stdin of a program that we started ourselves. */
export const ownInput = ({ stdin }: StartedStdio): (() => Promise<Writable>) | undefined =>
  stdin && (() => openPrivatePipe(stdin));

export interface LeftInput {
  readonly sink: Writable;
  /** Gives it back open: whoever attaches next goes on. */
  readonly leave: () => Promise<void>;
}

/**
 * The stdin that whoever started the program asked for and left. `keep`: the end of ours is not its end of input. Rejects with
 * failedPrecondition when it is not to be had.
 */
export async function leftInput(client: Client, target: Target, keep: boolean): Promise<LeftInput> {
  const stdin = await client.openStdin(target);
  const leave = (): Promise<void> => stdin.leave();
  const sink = new Writable({
    write: (chunk: Uint8Array, _encoding, done) => {
      stdin.write(chunk).then(() => {
        done();
      }, done);
    },
    final: (done) => {
      (keep ? leave() : stdin.end()).then(() => {
        done();
      }, done);
    },
  });
  return { sink, leave };
}

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
