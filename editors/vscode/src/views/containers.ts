/** The tree of containers, with their execs and processes. Redraws what changed, when an event says so. */
import * as vscode from 'vscode';
import type { ProcessItem } from 'hostcompute/client';
import type { Session } from '../host/session.js';
import {
  bytes,
  containerContext,
  containerDescription,
  containerFacts,
  containerLook,
  execDescription,
  execLook,
  execTooltip,
  figureFacts,
  programName,
  type Fact,
  type Look,
} from '../model/describe.js';
import type { Change, Container, Exec } from '../model/store.js';
import type { Owned } from '../signal.js';
import { KeptRows } from './kept.js';
import { Pace, type Drawing } from './pace.js';
import { Turns } from './turns.js';

export type ContainerNode = { readonly kind: 'container'; readonly id: string };
export type ExecNode = { readonly kind: 'exec'; readonly id: string; readonly execId: string };
export type Node =
  | ContainerNode
  | ExecNode
  | { readonly kind: 'process'; readonly id: string; readonly process: ProcessItem }
  | { readonly kind: 'note'; readonly text: string };

const AGE_MS = 15_000;
/** Who waits for a tooltip does not wait long. */
const FIGURES_MS = 2000;
/** Rows that are made in one turn: VS Code asks for all of a list at once, and 500 of them take 30 ms. */
const ROWS = 50;

const icon = ({ icon: name, color }: Look): vscode.ThemeIcon =>
  new vscode.ThemeIcon(name, color === undefined ? undefined : new vscode.ThemeColor(color));

export class ContainersView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<Node | Node[] | undefined>();
  readonly onDidChangeTreeData = this.emitter.event;
  readonly view: vscode.TreeView<Node>;
  /** One node an id: VS Code tells nodes apart by identity. */
  private readonly nodes = new Map<string, ContainerNode>();
  private readonly drawn = new KeptRows<vscode.TreeItem>();
  /** Whose processes were asked for. */
  private readonly opened = new Set<string>();
  private readonly rows = new Turns(ROWS);
  private readonly pace: Pace;
  private empty = false;
  private readonly ages: NodeJS.Timeout;
  /** For measurements: how often the whole tree and single rows were redrawn, and how many rows of containers were made. */
  readonly redraws = { trees: 0, nodes: 0, items: 0 };
  private readonly disposables: Owned[] = [];

  constructor(private readonly session: Session) {
    this.pace = new Pace(
      (drawing) => {
        this.draw(drawing);
      },
      () => session.store.size,
    );
    this.view = vscode.window.createTreeView('hostcompute.containers', {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
    });
    const off = [
      session.store.changed.on((change) => {
        this.onChange(change);
      }),
      session.supervisor.changed.on(() => {
        this.onState();
      }),
    ];
    this.disposables.push(
      this.emitter,
      this.view,
      session.onLoaded((loaded) => {
        // While a list is drawn anew VS Code knows no row of it, so that a menu's command would hear of none: only when there is news.
        if (loaded) this.pace.whole();
        this.onState();
      }),
      this.view.onDidChangeVisibility(({ visible }) => {
        if (visible) session.wake();
      }),
      this.view.onDidCollapseElement(({ element }) => {
        if (element.kind === 'container') this.opened.delete(element.id);
      }),
      ...off.map((stop) => ({ dispose: stop })),
    );
    this.ages = setInterval(() => {
      this.redrawAges();
    }, AGE_MS);
  }

  /** The node of a container that the tree shows. */
  node(id: string): ContainerNode | undefined {
    return this.nodes.get(id);
  }

  /** Asks for the processes anew; they come and go without events. */
  refresh(node?: ContainerNode): void {
    if (node === undefined) this.pace.whole();
    else this.pace.rows([node.id]);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node === undefined) {
      this.session.wake();
      return this.roots();
    }
    return node.kind === 'container' ? this.processesOf(node) : [];
  }

  getParent(node: Node): Node | undefined {
    return node.kind === 'exec' || node.kind === 'process' ? this.nodes.get(node.id) : undefined;
  }

  getTreeItem(node: Node): vscode.TreeItem | Promise<vscode.TreeItem> {
    return this.rows.run(() => this.itemOf(node));
  }

  private itemOf(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'container':
        return this.containerItem(node);
      case 'exec':
        return this.execItem(node);
      case 'process':
        return processItem(node.id, node.process);
      case 'note': {
        const item = new vscode.TreeItem(node.text);
        item.iconPath = new vscode.ThemeIcon('info');
        return item;
      }
    }
  }

  /** Tooltips are made when somebody looks; what a container uses is asked for then. */
  async resolveTreeItem(item: vscode.TreeItem, node: Node): Promise<vscode.TreeItem> {
    if (node.kind !== 'container') return item;
    const container = this.session.store.get(node.id);
    if (container === undefined) return item;
    const text = new vscode.MarkdownString();
    text.appendMarkdown('| | |\n|---|---|\n');
    for (const [name, value] of [...containerFacts(container), ...(await this.figuresOf(container))]) {
      text.appendMarkdown('| ').appendText(name).appendMarkdown(' | ').appendText(value).appendMarkdown(' |\n');
    }
    // Not on the row, which is kept: its next tooltip tells other figures. VS Code takes nothing else of this one.
    const told = new vscode.TreeItem(node.id);
    told.tooltip = text;
    return told;
  }

  private async figuresOf({ id, status }: Container): Promise<readonly Fact[]> {
    const { client } = this.session.supervisor;
    if (client === undefined || (status !== 'running' && status !== 'paused')) return [];
    try {
      return figureFacts(await client.stats(id, { timeoutMs: FIGURES_MS }));
    } catch {
      // It has just ended, or takes too long: the rest is shown.
      return [];
    }
  }

  dispose(): void {
    this.pace.stop();
    clearInterval(this.ages);
    for (const one of this.disposables.splice(0)) one.dispose();
  }

  private roots(): Node[] {
    const { store } = this.session;
    const all = store.all();
    const gone = [...this.nodes.keys()].filter((id) => store.get(id) === undefined);
    for (const id of gone) {
      this.nodes.delete(id);
      this.drawn.forget(id);
      this.opened.delete(id);
    }
    return all.map(({ id }) => this.nodeOf(id));
  }

  private nodeOf(id: string): ContainerNode {
    const known = this.nodes.get(id);
    if (known !== undefined) return known;
    const made: ContainerNode = { kind: 'container', id };
    this.nodes.set(id, made);
    return made;
  }

  private async processesOf(node: ContainerNode): Promise<Node[]> {
    const { id } = node;
    const { store, supervisor } = this.session;
    this.opened.add(id);
    const { client } = supervisor;
    if (client === undefined || store.get(id) === undefined) return [];
    const version = store.version(id);
    try {
      const live = store.get(id)?.status === 'running';
      const [detail, processes] = await Promise.all([
        client.state(id, { timeoutMs: 10_000 }),
        live ? client.processes(id, { timeoutMs: 10_000 }) : Promise.resolve([]),
      ]);
      store.completeExecs(id, detail.execs, version);
      const execs = (store.get(id)?.execs ?? detail.execs).map(({ execId }): Node => ({ kind: 'exec', id, execId }));
      const others = processes
        .filter(({ processId }) => processId === null || processId === 'init')
        .map((process): Node => ({ kind: 'process', id, process }));
      const rows = [...others, ...execs.reverse()];
      return rows.length > 0 ? rows : [{ kind: 'note', text: 'no processes' }];
    } catch (error) {
      // It may have ended or gone meanwhile: then an event redraws.
      return [{ kind: 'note', text: error instanceof Error ? error.message : String(error) }];
    }
  }

  private containerItem({ id }: ContainerNode): vscode.TreeItem {
    const container = this.session.store.get(id);
    const made = (): vscode.TreeItem => {
      this.redraws.items++;
      const item = new vscode.TreeItem(id, vscode.TreeItemCollapsibleState.Collapsed);
      item.id = `container/${id}`;
      return item;
    };
    // It has gone meanwhile: the list that is drawn next is without it.
    if (container === undefined) return made();
    const now = Date.now();
    return this.drawn.row(container, now, () => {
      const item = made();
      const description = containerDescription(container, now);
      item.description = description;
      item.iconPath = icon(containerLook(container));
      item.contextValue = containerContext(container);
      item.accessibilityInformation = { label: `container ${id}, ${description}` };
      return item;
    });
  }

  private execItem({ id, execId }: ExecNode): vscode.TreeItem {
    const item = new vscode.TreeItem(execId);
    item.id = `exec/${id}/${execId}`;
    const exec = this.session.store.get(id)?.execs.find((one): one is Exec => one.execId === execId);
    if (exec === undefined) return item;
    const closed = this.session.store.wasClosed(id, execId);
    const description = execDescription(exec, closed);
    item.description = description;
    item.iconPath = icon(execLook(exec, closed));
    item.contextValue = `exec.${exec.status}`;
    item.accessibilityInformation = { label: `exec ${execId}, ${description}` };
    if (exec.status === 'stopped') item.tooltip = execTooltip(exec, closed);
    return item;
  }

  private onChange({ structure, changed, processes }: Change): void {
    if (structure) {
      this.pace.whole();
      this.tellEmpty();
    }
    this.pace.rows([...changed, ...processes.filter((id) => this.opened.has(id))]);
  }

  private draw({ whole, ids }: Drawing): void {
    if (whole) {
      this.redraws.trees++;
      this.emitter.fire(undefined);
      return;
    }
    const nodes = ids.flatMap((id) => this.nodes.get(id) ?? []);
    if (nodes.length === 0) return;
    this.redraws.nodes += nodes.length;
    this.emitter.fire(nodes);
  }

  private redrawAges(): void {
    if (this.view.visible) this.pace.rows(this.drawn.aged(Date.now()));
  }

  /** Says above the tree what the host is doing, when that is not just running. */
  private onState(): void {
    const { state, loaded } = this.session;
    const message =
      state.kind === 'starting'
        ? 'Starting the host…'
        : state.kind === 'waiting'
          ? `The host has ended (${state.why}). Starting it again…`
          : state.kind === 'failed'
            ? `The host does not run: ${state.why}`
            : state.kind === 'running' && !loaded
              ? 'Reading the containers…'
              : undefined;
    // VS Code takes undefined for none; its types say so only in words.
    (this.view as { message?: string | undefined }).message = message;
    this.tellEmpty();
  }

  /** Which welcome is shown in place of rows. */
  private tellEmpty(): void {
    const empty = this.session.loaded && this.session.store.size === 0;
    if (empty === this.empty) return;
    this.empty = empty;
    void vscode.commands.executeCommand('setContext', 'hostcompute.empty', empty);
  }
}

function processItem(container: string, process: ProcessItem): vscode.TreeItem {
  const { pid, imageName, processId, memoryCommitBytes } = process;
  const item = new vscode.TreeItem(programName(imageName));
  item.id = `process/${container}/${pid}`;
  const role = processId === 'init' ? 'init, ' : '';
  item.description = `${role}pid ${pid}, ${bytes(memoryCommitBytes)}`;
  item.iconPath = new vscode.ThemeIcon(processId === 'init' ? 'vm-active' : 'gear');
  item.contextValue = processId === 'init' ? 'process.init' : 'process';
  item.tooltip = imageName;
  item.accessibilityInformation = { label: `${programName(imageName)}, ${item.description}` };
  return item;
}
