/**
 * `hcs serve --stdio`: the client's stdio joined to the engine's socket, message by message. It understands only what ends it:
 * `initialize` (whose process is watched), `shutdown` and `exit`.
 */
import type { Duplex, Readable, Writable } from 'node:stream';
import { toRuntimeError } from '../../core/errors.js';
import { FramingError, type Framing } from '../transport/frames.js';
import { pipeMessages } from './messagePipe.js';
import { watchProcess } from './watchProcess.js';

export interface ServeStdioOptions {
  readonly input: Readable;
  /** The real stdout: see `divertStdout`. */
  readonly output: Writable;
  readonly framing: Framing;
  /** A proven connection to the engine (half-open allowed), which speaks Content-Length framing. */
  readonly connectEngine: () => Promise<Duplex>;
  /** One line for a person. */
  readonly complain: (line: string) => void;
  /** Ends the session with status 130. */
  readonly signal?: AbortSignal;
}

/** Longest message that is looked into: none of ours that ends a session is longer. */
const SMALL = 64 * 1024;
/** After the end of input: longer than the engine goes on answering. */
const LINGER_MS = 1900;

/**
 * Runs until the end of input, `exit`, the death of the client's process, or the end of the engine. Resolves with the exit
 * status: 0 at the end of input and at `exit` after `shutdown`; 1 at `exit` without it, at a broken frame, and when the engine
 * has gone (then with a line for stderr). Rejects only when the engine cannot be reached.
 */
export async function serveStdio(options: ServeStdioOptions): Promise<number> {
  // What the client says meanwhile waits in the pipe.
  options.input.pause();
  const engine = await options.connectEngine();
  return new Promise((resolve) => {
    const session = new StdioSession(options, engine, resolve);
    session.run();
  });
}

class StdioSession {
  private shutdownSeen = false;
  /** Status to end with once the engine has answered what was asked; null: the input goes on. */
  private ending: number | null = null;
  private over = false;
  private unwatch: (() => void) | null = null;
  private linger: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: ServeStdioOptions,
    private readonly engine: Duplex,
    private readonly resolve: (status: number) => void,
  ) {}

  run(): void {
    const { input, output, framing } = this.options;
    const engine = { stream: this.engine, framing: 'content-length' as const };
    pipeMessages({ stream: input, framing }, engine, {
      message: (body) => {
        this.look(body);
      },
      ended: () => {
        this.endOfInput();
      },
      failed: (error) => {
        if (error instanceof FramingError) this.brokenInput(error);
        else this.engineGone(error);
      },
    });
    pipeMessages(
      engine,
      { stream: output, framing },
      {
        ended: () => {
          this.engineGone(null);
        },
        failed: (error) => {
          this.engineGone(error);
        },
      },
    );
    const { signal } = this.options;
    signal?.addEventListener('abort', this.interrupted, { once: true });
    if (signal?.aborted === true) this.interrupted();
    this.engine.resume();
    input.resume();
  }

  private readonly interrupted = (): void => {
    this.finish(130, 'interrupted');
  };

  /** Only small messages that name one of the methods are parsed. */
  private look(body: Buffer): void {
    if (body.length > SMALL) return;
    if (!body.includes('initialize') && !body.includes('shutdown') && !body.includes('exit')) return;
    const message = parsed(body);
    if (message === null) return;
    if (message.method === 'initialize') this.watch(message.params?.processId);
    else if (message.method === 'shutdown') this.shutdownSeen = true;
    else if (message.method === 'exit') this.exit();
  }

  private watch(pid: unknown): void {
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0 || this.unwatch !== null) return;
    this.unwatch = watchProcess(pid, () => {
      this.finish(1, `the client's process ${pid} is gone`);
    });
  }

  private exit(): void {
    this.endWith(this.shutdownSeen ? 0 : 1);
  }

  private endOfInput(): void {
    this.endWith(0);
  }

  /** What was asked is still answered: the engine closes when it is done, within its own bound. */
  private endWith(status: number): void {
    if (this.ending !== null) return;
    this.ending = status;
    this.engine.end();
    this.linger = setTimeout(() => {
      this.finish(status);
    }, LINGER_MS);
  }

  private brokenInput(error: Error): void {
    const body = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32700, message: error.message } });
    const text =
      this.options.framing === 'ndjson' ? `${body}\n` : `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    this.options.output.write(text);
    this.finish(1, `broken input: ${error.message}`);
  }

  private engineGone(error: Error | null): void {
    if (this.ending !== null) this.finish(this.ending);
    else this.finish(1, `the engine has gone${error === null ? '' : `: ${toRuntimeError(error).message}`}`);
  }

  private finish(status: number, why?: string): void {
    if (this.over) return;
    this.over = true;
    this.options.signal?.removeEventListener('abort', this.interrupted);
    this.unwatch?.();
    clearTimeout(this.linger);
    if (why !== undefined) this.options.complain(why);
    const { input, output } = this.options;
    input.pause();
    input.on('error', () => undefined);
    output.on('error', () => undefined);
    this.engine.on('error', () => undefined);
    this.engine.destroy();
    // Let the last bytes go out; a client that does not read must not hold us.
    const timer = setTimeout(() => {
      this.resolve(status);
    }, 500);
    output.write('', () => {
      clearTimeout(timer);
      this.resolve(status);
    });
  }
}

interface Looked {
  readonly method?: unknown;
  readonly params?: { readonly processId?: unknown };
}

function parsed(body: Buffer): Looked | null {
  try {
    const message: unknown = JSON.parse(body.toString('utf8'));
    return typeof message === 'object' && message !== null ? message : null;
  } catch {
    // The engine answers it with a parse error.
    return null;
  }
}
