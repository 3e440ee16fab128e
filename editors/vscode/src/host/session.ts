/** The host of this window, as the rest of the extension sees it: settings, log, what is said to the user, and the store that follows it. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { isRuntimeError, type Client } from 'hostcompute/client';
import { follow, type Following } from '../model/follow.js';
import { ContainerStore } from '../model/store.js';
import type { Owned } from '../signal.js';
import { EngineLogTail } from './engineLog.js';
import { locate, type Located, type NotLocated } from './locate.js';
import { HostFailure, Supervisor, type HostState } from './supervisor.js';

const READY_MS = 20_000;
const SHOW_LOG = 'Show Log';
const TRY_AGAIN = 'Try Again';
const OPEN_SETTINGS = 'Open Settings';

export class Session implements vscode.Disposable {
  readonly store = new ContainerStore();
  readonly supervisor: Supervisor;
  readonly log: vscode.LogOutputChannel;
  /** The store has what the host has told. */
  private loadedNow = false;
  private following: Following | null = null;
  private tail: EngineLogTail | null = null;
  private readonly loading = new vscode.EventEmitter<boolean>();
  readonly onLoaded = this.loading.event;
  private readonly disposables: Owned[] = [];

  constructor(private readonly context: vscode.ExtensionContext) {
    this.log = vscode.window.createOutputChannel('hostcompute', { log: true });
    this.supervisor = new Supervisor({
      locate: () => this.locate(),
      env: () => environment(),
      cwd: () => folders()[0],
      version: (context.extension.packageJSON as { version: string }).version,
      log: (line, level) => {
        this.write(line, level);
      },
    });
    this.supervisor.changed.on((state) => {
      this.onState(state);
    });
    this.disposables.push(
      this.log,
      this.loading,
      vscode.workspace.onDidChangeConfiguration((event) => {
        const names = ['path', 'node', 'home', 'backend'];
        if (!names.some((name) => event.affectsConfiguration(`hostcompute.${name}`))) return;
        if (this.supervisor.state.kind !== 'idle') void this.restart();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        // The workspace may bring another hcs, which was not to be used before. What fails is told as a state.
        this.supervisor.relocated().catch(() => undefined);
      }),
    );
  }

  get loaded(): boolean {
    return this.loadedNow;
  }

  get state(): HostState {
    return this.supervisor.state;
  }

  /** The client, started when it must be; rejects with what is to be told. */
  client(): Promise<Client> {
    return this.supervisor.connected();
  }

  /** For what goes on when the host is started again by itself; see Supervisor. */
  resumed(): Promise<Client> {
    return this.supervisor.resumed();
  }

  /** Resolves when the store has what the host tells. */
  async ready(): Promise<void> {
    await this.client();
    if (this.loadedNow) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        over.dispose();
        reject(new Error('the host does not tell its containers'));
      }, READY_MS);
      const over = this.onLoaded((loaded) => {
        if (!loaded) return;
        clearTimeout(timer);
        over.dispose();
        resolve();
      });
    });
  }

  /** For views: starts the host and leaves telling of failures to the state. */
  wake(): void {
    if (this.state.kind === 'idle') this.client().catch(() => undefined);
  }

  async restart(): Promise<void> {
    await this.supervisor.restart().catch(() => undefined);
  }

  /** How `hcs` is started here, for verbs that are no requests. */
  locate(): Located | NotLocated {
    const config = vscode.workspace.getConfiguration('hostcompute');
    return locate({
      path: config.get('path', ''),
      node: config.get('node', ''),
      trusted: vscode.workspace.isTrusted,
      folders: folders(),
      extension: this.context.extensionPath,
      platform: process.platform,
      env: process.env,
      ownNode: process.versions['electron'] === undefined ? process.execPath : undefined,
      home: homedir(),
      exists: existsSync,
    });
  }

  environment(): Readonly<Record<string, string>> {
    return environment();
  }

  async end(): Promise<void> {
    this.following?.stop();
    this.tail?.stop();
    await this.supervisor.dispose();
  }

  dispose(): void {
    for (const one of this.disposables.splice(0)) one.dispose();
  }

  private write(line: string, level: 'info' | 'warn' | 'error' | 'host'): void {
    if (level === 'host') this.log.info(`[host] ${line}`);
    else this.log[level](line);
  }

  private onState(state: HostState): void {
    void vscode.commands.executeCommand('setContext', 'hostcompute.host', state.kind);
    if (state.kind === 'running') void this.follow(state.client);
    else {
      this.following?.stop();
      this.following = null;
      this.tail?.stop();
      this.tail = null;
      this.setLoaded(false);
    }
    if (state.kind === 'failed') void this.tell(state.why, state.hint);
  }

  private async follow(client: Client): Promise<void> {
    const failed = (error: unknown): void => {
      // What a lost connection leaves behind is told by the supervisor.
      if (this.supervisor.client === client) this.log.warn(`following events: ${messageOf(error)}`);
    };
    const following = follow(client, this.store, failed);
    this.following = following;
    try {
      await following.ready;
      if (this.following !== following) return;
      this.setLoaded(true);
      const { home, backend, warnings } = await client.hostInfo();
      this.log.info(`home ${home}, back end ${backend}`);
      for (const warning of warnings ?? []) this.log.warn(warning);
      if (this.following !== following) return;
      this.tail = new EngineLogTail(join(home, 'engine.log'), (line) => {
        this.log.info(`[engine] ${line}`);
      });
      await this.tail.start();
    } catch (error) {
      failed(error);
    }
  }

  private setLoaded(loaded: boolean): void {
    this.loadedNow = loaded;
    this.loading.fire(loaded);
  }

  private async tell(why: string, hint: string | undefined): Promise<void> {
    const text = `hostcompute: ${why}${hint === undefined ? '' : ` — ${hint}`}`;
    const answer = await vscode.window.showErrorMessage(text, TRY_AGAIN, SHOW_LOG, OPEN_SETTINGS);
    if (answer === TRY_AGAIN) await this.restart();
    if (answer === SHOW_LOG) this.log.show();
    if (answer === OPEN_SETTINGS) await vscode.commands.executeCommand('workbench.action.openSettings', 'hostcompute.');
  }
}

const folders = (): readonly string[] =>
  (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);

/** What the settings say goes to the host as the variables that the command line knows. */
function environment(): Readonly<Record<string, string>> {
  const config = vscode.workspace.getConfiguration('hostcompute');
  const home = config.get<string>('home', '');
  const backend = config.get<string>('backend', '');
  return {
    ...(home === '' ? {} : { HCS_HOME: home }),
    ...(backend === '' ? {} : { HCS_BACKEND: backend }),
  };
}

/** An error for people: message, hint, and how HCS calls it. */
export function messageOf(error: unknown): string {
  if (isRuntimeError(error)) {
    const { hint, symbol, hresult } = error.details;
    const name = [symbol, hresult].filter((text) => text !== undefined && !error.message.includes(text));
    const named = name.length === 0 ? error.message : `${error.message} (${name.join(', ')})`;
    return hint === undefined ? named : `${named}. ${hint}`;
  }
  if (error instanceof HostFailure && error.hint !== undefined) return `${error.message} — ${error.hint}`;
  return error instanceof Error ? error.message : String(error);
}
