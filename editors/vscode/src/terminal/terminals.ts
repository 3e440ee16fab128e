/** Terminals of the editor that are programs in containers: a Pseudoterminal over the streams of a process. */
import * as vscode from 'vscode';
import { isRuntimeError, type Client, type StartedStdio } from 'hostcompute/client';
import type { Session } from '../host/session.js';
import { messageOf } from '../host/session.js';
import { describeExit } from '../model/exitCode.js';
import { Keys } from './keys.js';
import { copyLog, copyStream, overHosts, type Target } from './output.js';
import { PacedText } from './paced.js';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}
const USUAL: Size = { columns: 80, rows: 24 };
const RESIZE_MS = 40;
/** "Are you there?" and the answer: a terminal gives it when it has read all that was written before. */
const ASK = '\x1b[5n';
const ANSWER = '\x1b[0n';
/** For a terminal that does not answer. */
const ANSWER_MS = 5000;

const dim = (text: string): string => `\x1b[2m${text}\x1b[22m`;
const red = (text: string): string => `\x1b[31m${text}\x1b[39m`;

/** What all of them share: output, an end that can be read, a program that is left or ended when the terminal is closed. */
abstract class ProgramTerminal implements vscode.Pseudoterminal {
  protected readonly written = new vscode.EventEmitter<string>();
  private readonly ended = new vscode.EventEmitter<number | undefined>();
  readonly onDidWrite = this.written.event;
  readonly onDidClose = this.ended.event;
  protected readonly abort = new AbortController();
  private waitingForKey = false;
  private over = false;
  private answered: (() => void) | undefined;

  constructor(
    protected readonly session: Session,
    /** Stays open when the program has ended, so that its last words can be read. */
    private readonly stay: boolean,
    /** That of a task, whose lines problem matchers read: from when this has resolved. */
    private readonly read?: Promise<unknown>,
  ) {}

  open(size: vscode.TerminalDimensions | undefined): void {
    this.begin(size === undefined ? USUAL : { columns: size.columns, rows: size.rows }).catch((error: unknown) => {
      if (this.abort.signal.aborted) return;
      for (const line of this.explain(error)) this.written.fire(`${line}\r\n`);
      this.note(red(messageOf(error)));
      this.finish(undefined, 1);
    });
  }

  close(): void {
    this.abort.abort();
    if (!this.over) this.left();
  }

  handleInput(data: string): void {
    if (this.answered !== undefined && data.includes(ANSWER)) this.answered();
    else if (this.waitingForKey) this.ended.fire(undefined);
    else this.input(data);
  }

  /** Of the host that runs, or runs next. */
  protected readonly connect = (): Promise<Client> => this.session.resumed();

  protected note(text: string): void {
    this.written.fire(`\r\n${text}\r\n`);
  }

  /** Lines before the message, for those who read places in files. */
  protected abstract explain(error: unknown): readonly string[];

  /** The program has ended. */
  protected finish(told: string | undefined, code: number | undefined): void {
    this.over = true;
    if (told !== undefined && this.stay) this.note(dim(told));
    if (this.stay) {
      this.waitingForKey = true;
      this.written.fire(dim('Press any key to close the terminal.'));
    } else {
      void this.whole().then(() => {
        this.ended.fire(code);
      });
    }
  }

  /** Resolves when no line of a task is on its way any more: VS Code drops those that it has not read when the terminal ends. */
  private async whole(): Promise<void> {
    if (this.read === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.answered = resolve;
      timer = setTimeout(resolve, ANSWER_MS);
      this.written.fire(ASK);
    });
    this.answered = undefined;
    clearTimeout(timer);
  }

  private async begin(size: Size): Promise<void> {
    await this.read;
    await this.run(size);
  }

  protected abstract run(size: Size): Promise<void>;
  /** Keys of the user; most terminals have no way to the program's stdin. */
  protected abstract input(data: string): void;
  /** The user has closed the terminal while the program runs. */
  protected left(): void {
    // It runs on.
  }
}

export interface Started {
  readonly client: Client;
  readonly target: Target;
  readonly terminal: boolean;
  readonly stdio: StartedStdio | undefined;
}

export interface AttendedWish {
  /** Makes the process, with a terminal of this size. */
  readonly start: (client: Client, size: Size) => Promise<Started>;
  /** Ends it when the terminal is closed before. */
  readonly end: (client: Client, target: Target) => Promise<unknown>;
  /** After its end: clean up. */
  readonly after?: (client: Client, target: Target) => Promise<unknown>;
  readonly stay: boolean;
  readonly explain?: (error: unknown) => readonly string[];
  /** Of a task: from when this has resolved VS Code reads its lines. */
  readonly read?: Promise<unknown>;
}

/** A process that this terminal starts: keys go to it, its size follows, closing the terminal ends it. */
export class AttendedTerminal extends ProgramTerminal {
  private started: Started | undefined;
  private readonly keys = new Keys((text) => {
    this.note(dim(text));
  });
  private size: Size = USUAL;
  private resizing: NodeJS.Timeout | undefined;

  constructor(
    session: Session,
    private readonly wish: AttendedWish,
  ) {
    super(session, wish.stay, wish.read);
  }

  setDimensions({ columns, rows }: vscode.TerminalDimensions): void {
    this.size = { columns, rows };
    clearTimeout(this.resizing);
    this.resizing = setTimeout(() => {
      this.resize();
    }, RESIZE_MS);
  }

  protected async run(size: Size): Promise<void> {
    this.size = size;
    const started = await this.wish.start(await this.session.client(), size);
    this.started = started;
    const { client, target, terminal } = started;
    if (this.abort.signal.aborted) {
      await this.wish.end(client, target);
      return;
    }
    await this.keys.open(started.stdio?.stdin);
    // The terminal may have got another size while the process was made.
    if (this.size.columns !== size.columns || this.size.rows !== size.rows) this.resize();
    const put = (text: string): void => {
      this.written.fire(text);
    };
    const copy = async (stream: 'stdout' | 'stderr'): Promise<void> => {
      const paced = new PacedText(put, !terminal);
      await copyStream(this.connect, client, target, stream, (bytes) => paced.write(bytes), this.abort.signal);
      paced.end();
    };
    const streams = terminal ? (['stdout'] as const) : (['stdout', 'stderr'] as const);
    const exited = overHosts(this.connect, this.abort.signal, (now) =>
      now.wait(target.id, target.execId, 'container', { signal: this.abort.signal }),
    );
    const [exit] = await Promise.all([exited, ...streams.map(copy)]);
    this.keys.close();
    await this.wish.after?.(await this.connect(), target);
    this.finish(`Ended with exit code ${describeExit(exit)}.`, exit.exitCode ?? 1);
  }

  protected override input(data: string): void {
    this.keys.type(data);
  }

  protected override explain(error: unknown): readonly string[] {
    return this.wish.explain?.(error) ?? [];
  }

  protected override left(): void {
    const { started } = this;
    this.keys.close();
    if (started === undefined) return;
    // A host that was given up is started for it.
    this.session
      .client()
      .then((client) => this.wish.end(client, started.target))
      .catch((error: unknown) => {
        // It may have ended by itself.
        if (!isRuntimeError(error)) this.session.log.warn(messageOf(error));
      });
  }

  private resize(): void {
    const { started, size } = this;
    if (started?.terminal !== true) return;
    const { id, execId } = started.target;
    this.connect()
      .then((client) => client.resize(id, execId, size.columns, size.rows))
      .catch(() => undefined);
  }
}

/** Follows what a process writes; closing the terminal leaves it alone. stderr is red, as far as the program has no colours of its own. */
export class LogTerminal extends ProgramTerminal {
  private saidWhose = false;

  constructor(
    session: Session,
    private readonly wanted: Target,
    private readonly tail: number | undefined,
  ) {
    super(session, true);
  }

  protected override explain(): readonly string[] {
    return [];
  }

  protected override input(): void {
    if (this.saidWhose) return;
    this.saidWhose = true;
    this.note(dim('Keys do not reach the program: what is followed here was started elsewhere.'));
  }

  protected async run(): Promise<void> {
    const { wanted, abort } = this;
    await this.session.client();
    const texts = {
      stdout: new PacedText((text) => {
        this.written.fire(text);
      }, true),
      stderr: new PacedText((text) => {
        this.written.fire(red(text));
      }, true),
    };
    const wish = this.tail === undefined ? wanted : { ...wanted, tail: this.tail };
    await copyLog(this.connect, wish, ({ stream, data }) => texts[stream].write(data), abort.signal);
    const exit = await overHosts(this.connect, abort.signal, (client) =>
      client.wait(wanted.id, wanted.execId, 'container', { signal: abort.signal }),
    );
    this.finish(`Ended with exit code ${describeExit(exit)}.`, undefined);
  }
}

/** Of a task that cannot even begin: says why. */
export class FailedTerminal extends ProgramTerminal {
  constructor(
    session: Session,
    private readonly error: unknown,
    private readonly lines: readonly string[],
    read: Promise<unknown>,
  ) {
    super(session, false, read);
  }

  protected override explain(): readonly string[] {
    return this.lines;
  }

  protected override input(): void {
    // Nobody reads it.
  }

  protected run(): Promise<void> {
    return Promise.reject(this.error instanceof Error ? this.error : new Error(String(this.error)));
  }
}
