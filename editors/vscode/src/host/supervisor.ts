/**
 * Keeps one `hcs serve --stdio` for this window: started when somebody needs it, started again with back-off when it ends, ended with the
 * window. Knows nothing of `vscode`.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { connect, isRuntimeError, type Client } from 'hostcompute/client';
import { Signal } from '../signal.js';
import { Backoff, type BackoffOptions } from './backoff.js';
import { Lines } from './lines.js';
import type { Located, NotLocated } from './locate.js';

export type HostState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly client: Client; readonly pid: number; readonly again: boolean }
  | { readonly kind: 'waiting'; readonly why: string; readonly delayMs: number }
  | { readonly kind: 'failed'; readonly why: string; readonly hint: string | undefined };

export interface SupervisorParts {
  /** Asked at each start: settings and trust may have changed. */
  readonly locate: () => Located | NotLocated;
  /** Of the host, over this process's own. */
  readonly env: () => Readonly<Record<string, string>>;
  readonly cwd: () => string | undefined;
  readonly version: string;
  readonly log: (line: string, level: 'info' | 'warn' | 'error' | 'host') => void;
  readonly backoff?: BackoffOptions;
}

const CONNECT_MS = 20_000;
const STOPPED = 'the host was stopped';
/** Trying again would give the same answer. */
const FINAL = new Set(['permissionDenied', 'versionMismatch', 'invalidRequest', 'unsupported']);

export class HostFailure extends Error {
  constructor(
    message: string,
    readonly hint: string | undefined,
  ) {
    super(message);
  }
}

export class Supervisor {
  readonly changed = new Signal<HostState>();
  private current: HostState = { kind: 'idle' };
  private readonly backoff: Backoff;
  private child: ChildProcess | null = null;
  /** What the host was started with last. */
  private used = '';
  private timer: NodeJS.Timeout | undefined;
  private startedBefore = false;
  private ended = false;

  constructor(private readonly parts: SupervisorParts) {
    this.backoff = new Backoff(parts.backoff);
  }

  get state(): HostState {
    return this.current;
  }

  get client(): Client | undefined {
    return this.current.kind === 'running' ? this.current.client : undefined;
  }

  /** The connected client; starts the host when it does not run. Rejects with HostFailure when it cannot be had. */
  async connected(): Promise<Client> {
    if (this.current.kind === 'running') return this.current.client;
    const settled = this.settled();
    if (this.current.kind !== 'starting') this.start();
    return settled;
  }

  /**
   * For what goes on over hosts: the client of the host that runs, or that runs next. It does not hurry one that is to be started again later, and
   * rejects with HostFailure when it is given up.
   */
  async resumed(): Promise<Client> {
    for (;;) {
      const { current } = this;
      if (this.ended) throw new HostFailure(STOPPED, undefined);
      if (current.kind === 'running') return current.client;
      if (current.kind === 'failed') throw new HostFailure(current.why, current.hint);
      const moved = new Promise<void>((resolve) => {
        const off = this.changed.on(() => {
          off();
          resolve();
        });
      });
      if (current.kind === 'idle') this.start();
      await moved;
    }
  }

  /** Starts the host anew, with the settings of now; one that is still coming up is given up. */
  async restart(): Promise<Client> {
    this.backoff.reset();
    if (this.current.kind === 'running') {
      const { client } = this.current;
      // Its end is no failure, also when somebody has asked for the next one before it comes.
      this.child = null;
      this.move({ kind: 'idle' });
      await client.close();
    } else if (this.current.kind === 'starting') {
      // Its end is no failure: it is not the child any more.
      this.child?.kill();
      this.child = null;
      const settled = this.settled();
      this.start();
      return settled;
    }
    return this.connected();
  }

  /** Another hcs may be the one to use now. One that was wanted is started anew when that is so, or when it could not be had. */
  async relocated(): Promise<void> {
    const { kind } = this.current;
    if (kind === 'idle') return;
    if (kind === 'failed' || JSON.stringify(this.parts.locate()) !== this.used) await this.restart();
  }

  /** Ends the host. Containers and the engine live on. */
  async dispose(): Promise<void> {
    this.ended = true;
    clearTimeout(this.timer);
    const { client } = this;
    this.move({ kind: 'idle' });
    if (client !== undefined) await client.close();
    await this.end();
  }

  private settled(): Promise<Client> {
    return new Promise((resolve, reject) => {
      const off = this.changed.on((state) => {
        if (state.kind === 'starting') return;
        off();
        if (state.kind === 'running') resolve(state.client);
        else if (state.kind === 'idle') reject(new HostFailure(STOPPED, undefined));
        else reject(new HostFailure(state.why, state.kind === 'failed' ? state.hint : undefined));
      });
    });
  }

  private start(): void {
    clearTimeout(this.timer);
    if (this.ended) {
      // No failure: nobody is to be told.
      this.move({ kind: 'idle' });
      return;
    }
    this.move({ kind: 'starting' });
    const found = this.parts.locate();
    this.used = JSON.stringify(found);
    if ('problem' in found) {
      this.parts.log(`${found.problem} (${found.hint})`, 'error');
      // Not at once: who called has yet to listen.
      queueMicrotask(() => {
        this.move({ kind: 'failed', why: found.problem, hint: found.hint });
      });
      return;
    }
    void this.run(found);
  }

  private async run(found: Located): Promise<void> {
    const { log } = this.parts;
    log(`starting ${[found.command, ...found.args, 'serve', '--stdio'].join(' ')} (from ${found.source})`, 'info');
    const cwd = this.parts.cwd();
    const child = spawn(found.command, [...found.args, 'serve', '--stdio'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      env: { ...process.env, ...this.parts.env() },
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.child = child;
    const last: string[] = [];
    const lines = new Lines((line) => {
      last.push(line);
      if (last.length > 5) last.shift();
      log(line, 'host');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      lines.push(chunk);
    });
    const gone = new Promise<string>((resolve) => {
      child.once('error', (error) => {
        resolve(`cannot run ${found.command}: ${error.message}`);
      });
      child.once('close', (code, signal) => {
        lines.end();
        const how = signal === null ? `with status ${code ?? 'unknown'}` : `by ${signal}`;
        resolve([`hcs serve ended ${how}`, ...last.slice(-1)].join(': '));
      });
    });
    const begun = Date.now();
    try {
      const client = await connect({
        streams: { readable: child.stdout, writable: child.stdin },
        clientInfo: { name: 'vscode-hostcompute', version: this.parts.version },
        timeoutMs: CONNECT_MS,
      });
      if (this.ended || this.child !== child) {
        await client.close();
        return;
      }
      log(`connected to ${client.serverInfo.name} ${client.serverInfo.version}, pid ${child.pid ?? 0}`, 'info');
      this.move({ kind: 'running', client, pid: child.pid ?? 0, again: this.startedBefore });
      this.startedBefore = true;
      await client.closed;
      this.lost(child, await this.reason(child, gone), Date.now() - begun);
    } catch (error) {
      const final = isRuntimeError(error) && FINAL.has(error.code);
      if (final && this.child === child) {
        this.child = null;
        log(error.message, 'error');
        this.move({ kind: 'failed', why: error.message, hint: error.details.hint });
        return;
      }
      const why = await this.reason(child, gone);
      this.lost(child, why, 0);
    }
  }

  /** Why it went; a host that closed its output and does not end is ended. */
  private async reason(child: ChildProcess, gone: Promise<string>): Promise<string> {
    const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
    const why = await gone;
    clearTimeout(timer);
    return why;
  }

  private lost(child: ChildProcess, why: string, ranMs: number): void {
    if (this.child !== child) return;
    this.child = null;
    if (this.ended || this.current.kind === 'idle') return;
    const delayMs = this.backoff.next(ranMs);
    if (delayMs === null) {
      this.parts.log(`${why}; it ended too often and is not started again by itself`, 'error');
      this.move({ kind: 'failed', why, hint: 'see the log, or run "hcs doctor"' });
      return;
    }
    this.parts.log(`${why}; starting it again in ${delayMs} ms`, 'warn');
    this.move({ kind: 'waiting', why, delayMs });
    this.timer = setTimeout(() => {
      this.start();
    }, delayMs);
  }

  private async end(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.stdin?.end();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
      child.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private move(state: HostState): void {
    this.current = state;
    this.changed.fire(state);
  }
}
