/** Stays with a program until it ends: its streams, its terminal, our Ctrl+C, the time it may take. */
import type { Writable } from 'node:stream';
import type { ExitReport, StartedStdio } from '../../core/runtime.js';
import type { Client } from '../../rpc/client/index.js';
import type { Context, SignalName } from '../context.js';
import { isClosedPipe } from '../output/write.js';
import { overEngines, sharedConnections } from './connections.js';
import { copyOutput, type Target } from './copyOutput.js';
import { passInput } from './input.js';
import { lendTerminal } from './terminal.js';

export interface Attendance {
  readonly context: Context;
  readonly client: Client;
  readonly target: Target;
  /** Private pipes; a stream without one is read from the log. */
  readonly stdio: StartedStdio;
  /** Opens its stdin, where we pass ours on; it may be refused. */
  readonly openInput?: (() => Promise<Writable>) | undefined;
  /** Where output goes, asked for when there is some; a program with a terminal has no stderr. */
  readonly stdout: () => Writable;
  readonly stderr: (() => Writable) | undefined;
  readonly tty: boolean;
  /** Where in its streams to begin; default 0. */
  readonly from?: number | 'end';
  /** After so many ms the program is ended. */
  readonly maxTimeMs?: number | undefined;
  /** First Ctrl+C: `stop` ends the program (run, exec), `leave` leaves it alone (attach). */
  readonly interrupt: 'stop' | 'leave';
  /** With `leave`: what is to be done before we leave at a Ctrl+C; it is given a moment. */
  readonly beforeLeaving?: (() => Promise<void>) | undefined;
  /** When we are killed the engine ends the program, or removes the container; absent: it runs on. */
  readonly tether?: 'kill' | 'delete';
}

export interface Attended {
  readonly exit: ExitReport;
  readonly timedOut: boolean;
  /** The signal that asked us to end it. */
  readonly interrupted: SignalName | undefined;
}

/** Status when we leave before the program has ended. */
const LEFT = 130;
/** Nobody reads what a program writes that runs on: no failure, as of `logs`. */
const READER_GONE = 0;

/** How long giving something back may keep somebody who leaves. */
const LEAVING_MS = 1000;

const never = new Promise<never>(() => undefined);

/** Resolves when the program has ended and all it wrote has been passed on. */
export const attend = (job: Attendance): Promise<Attended> => attendUntil(job, never);

/** As `attend`, but gives up when `left` resolves: with what that says, while the program runs on. */
export async function attendUntil<T>(job: Attendance, left: Promise<T>): Promise<Attended | T> {
  const { context, target, stdio, tty } = job;
  const { host } = context;
  const over = new AbortController();
  const connections = sharedConnections(context, job.client, over.signal);
  const cleanups: (() => void)[] = [];
  let timedOut = false;
  let asked: SignalName | undefined;
  const end = (signal: 'KILL' | 'TERM'): void => {
    const client = connections.current();
    const polite = signal === 'TERM' && target.execId === undefined;
    const ended: Promise<unknown> = polite
      ? client.stop(target.id, undefined)
      : client.kill(target.id, target.execId, signal);
    // It may have ended by itself; if not, the next Ctrl+C leaves.
    ended.catch(() => undefined);
  };
  const leave = (status: number): void => {
    for (const cleanup of cleanups.splice(0)) cleanup();
    host.leave(status);
  };
  context.takeSignals((signal) => {
    if (asked !== undefined) leave(LEFT);
    else if (job.interrupt === 'stop') end('TERM');
    else if (job.beforeLeaving === undefined) leave(LEFT);
    else {
      const bound = setTimeout(() => {
        leave(LEFT);
      }, LEAVING_MS);
      const done = (): void => {
        clearTimeout(bound);
        leave(LEFT);
      };
      job.beforeLeaving().then(done, done);
    }
    asked ??= signal;
  });
  try {
    if (tty) {
      cleanups.push(
        lendTerminal(host.stdin, host.stdout, ({ width, height }) => {
          connections
            .current()
            .resize(target.id, target.execId, width, height)
            .catch(() => undefined);
        }),
      );
    }
    if (job.maxTimeMs !== undefined) {
      const timer = setTimeout(() => {
        timedOut = true;
        end('KILL');
      }, job.maxTimeMs);
      cleanups.push(() => {
        clearTimeout(timer);
      });
    }
    const ended = overEngines(connections, (client) =>
      client.wait(target.id, target.execId, 'container', { signal: context.signal, tether: job.tether }),
    );
    const opened: Promise<void>[] = [];
    const copy = (stream: 'stdout' | 'stderr', sink: () => Writable): Promise<void> => {
      let open = (): void => undefined;
      opened.push(new Promise((resolve) => (open = resolve)));
      return copyOutput(connections, stdio[stream], target, stream, sink, ended, job.from, open).catch((e: unknown) => {
        // Nobody reads any more: in a shell's pipeline the program would be ended by that.
        if (job.interrupt === 'stop') end('KILL');
        else if (isClosedPipe(e)) leave(READER_GONE);
        if (!isClosedPipe(e)) throw e;
      });
    };
    const copies = [copy('stdout', job.stdout), ...(job.stderr === undefined ? [] : [copy('stderr', job.stderr)])];
    const whole = Promise.all([ended, ...copies]);
    if (job.openInput !== undefined) {
      // A program that ends at once takes its stdin with it.
      const coming = job.openInput().catch(() => {
        context.note('stdin cannot be passed on: the program takes none any more');
        // Whoever writes to us must hear of it, as when the program closes it later.
        if (host.stdin.isTTY !== true) host.stdin.destroy();
        return undefined;
      });
      // Who reads from the end of the log must be there before the program can answer.
      const ready = job.from === 'end' ? Promise.all(opened).then(() => coming) : coming;
      const input = await Promise.race([ready, whole.then(() => undefined)]);
      if (input !== undefined) cleanups.push(passInput(host.stdin, input));
    }
    const done = await Promise.race([whole, left.then((value) => ({ value }))]);
    if ('value' in done) return done.value;
    const [exit] = done;
    return { exit, timedOut, interrupted: asked };
  } finally {
    over.abort();
    for (const cleanup of cleanups) cleanup();
  }
}
