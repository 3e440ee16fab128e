/** Networks with their endpoints, and layers. HCS tells no events of them: they are read when shown, and when containers come or go. */
import * as vscode from 'vscode';
import type { EndpointItem, LayerItem, NetworkItem } from 'hostcompute/client';
import { messageOf, type Session } from '../host/session.js';
import type { Owned } from '../signal.js';

type Row =
  | { readonly kind: 'network'; readonly network: NetworkItem; readonly endpoints: readonly EndpointItem[] }
  | { readonly kind: 'endpoint'; readonly endpoint: EndpointItem }
  | { readonly kind: 'layer'; readonly layer: LayerItem }
  | { readonly kind: 'note'; readonly text: string };

const GATHER_MS = 500;

/** A tooltip that is an id or a path would be read instead of what is seen. */
const spoken = (kind: string, { label, description }: vscode.TreeItem): string =>
  `${kind} ${typeof label === 'string' ? label : ''}, ${typeof description === 'string' ? description : ''}`;

abstract class ReadView implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.emitter.event;
  readonly view: vscode.TreeView<Row>;
  private timer: NodeJS.Timeout | undefined;
  private stale = false;
  private readonly disposables: Owned[] = [];

  constructor(
    protected readonly session: Session,
    id: string,
  ) {
    this.view = vscode.window.createTreeView(id, { treeDataProvider: this });
    const off = session.store.changed.on(({ structure }) => {
      if (structure) this.refresh();
    });
    this.disposables.push(
      this.emitter,
      this.view,
      session.onLoaded(() => {
        this.refresh();
      }),
      this.view.onDidChangeVisibility(({ visible }) => {
        if (visible && this.stale) this.refresh();
      }),
      { dispose: off },
    );
  }

  /** Reads again, at once or when the view is next seen. */
  refresh(): void {
    if (!this.view.visible) {
      this.stale = true;
      return;
    }
    this.stale = false;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.emitter.fire(undefined);
    }, GATHER_MS);
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (row !== undefined) {
      return row.kind === 'network' ? row.endpoints.map((endpoint) => ({ kind: 'endpoint', endpoint })) : [];
    }
    this.session.wake();
    if (this.session.supervisor.client === undefined) return [];
    try {
      return await this.rows();
    } catch (error) {
      return [{ kind: 'note', text: messageOf(error) }];
    }
  }

  getTreeItem(row: Row): vscode.TreeItem {
    switch (row.kind) {
      case 'network': {
        const { name, type, id, subnets } = row.network;
        const item = new vscode.TreeItem(
          name === '' ? id : name,
          row.endpoints.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
        );
        const ranges = subnets.flatMap(({ addressPrefix }) => addressPrefix ?? []);
        item.description = [type, ...ranges].join(', ');
        item.id = `network/${id}`;
        item.tooltip = id;
        item.iconPath = new vscode.ThemeIcon('globe');
        item.contextValue = 'network';
        item.accessibilityInformation = { label: spoken('network', item) };
        return item;
      }
      case 'endpoint': {
        const { name, id, ipAddress, containers } = row.endpoint;
        const item = new vscode.TreeItem(name === '' ? id : name);
        item.description = [ipAddress ?? '', ...containers].filter((text) => text !== '').join(', ');
        item.id = `endpoint/${id}`;
        item.tooltip = id;
        item.iconPath = new vscode.ThemeIcon('plug');
        item.contextValue = 'endpoint';
        item.accessibilityInformation = { label: spoken('endpoint', item) };
        return item;
      }
      case 'layer': {
        const { path, kind, container, exists } = row.layer;
        const item = new vscode.TreeItem(path.split(/[\\/]/).at(-1) ?? path);
        item.description = [kind, container ?? '', exists ? '' : 'missing'].filter((text) => text !== '').join(', ');
        item.id = `layer/${path}`;
        item.tooltip = path;
        item.iconPath = new vscode.ThemeIcon(exists ? 'layers' : 'warning');
        item.contextValue = 'layer';
        item.accessibilityInformation = { label: spoken('layer', item) };
        return item;
      }
      case 'note': {
        const item = new vscode.TreeItem(row.text);
        item.iconPath = new vscode.ThemeIcon('info');
        return item;
      }
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const one of this.disposables.splice(0)) one.dispose();
  }

  protected abstract rows(): Promise<Row[]>;
}

export class NetworksView extends ReadView {
  constructor(session: Session) {
    super(session, 'hostcompute.networks');
  }

  protected override async rows(): Promise<Row[]> {
    const client = await this.session.client();
    const [networks, endpoints] = await Promise.all([client.networks.networks(), client.networks.endpoints()]);
    return networks.map((network) => ({
      kind: 'network',
      network,
      endpoints: endpoints.filter(({ networkId }) => networkId === network.id),
    }));
  }
}

export class LayersView extends ReadView {
  constructor(session: Session) {
    super(session, 'hostcompute.layers');
  }

  protected override async rows(): Promise<Row[]> {
    const client = await this.session.client();
    const { items } = await client.layers.list();
    return items.map((layer) => ({ kind: 'layer', layer }));
  }
}
