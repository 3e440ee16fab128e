/** How many containers run, at the bottom of the window; says so, too, when the host does not run. */
import * as vscode from 'vscode';
import type { Session } from '../host/session.js';
import type { Owned } from '../signal.js';

export class StatusBar implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly disposables: Owned[] = [];
  private shown = '';

  constructor(private readonly session: Session) {
    // With an id and a name it can be reached by keyboard, hidden, and told by a screen reader.
    this.item = vscode.window.createStatusBarItem('hostcompute.running', vscode.StatusBarAlignment.Left, 10);
    this.item.name = 'Running Containers';
    this.item.command = 'hostcompute.containers.focus';
    const off = [
      session.store.changed.on(() => {
        this.draw();
      }),
      session.supervisor.changed.on(() => {
        this.draw();
      }),
    ];
    this.disposables.push(
      this.item,
      session.onLoaded(() => {
        this.draw();
      }),
      ...off.map((stop) => ({ dispose: stop })),
    );
    this.draw();
    this.item.show();
  }

  dispose(): void {
    for (const one of this.disposables.splice(0)) one.dispose();
  }

  private draw(): void {
    const { state, store, loaded } = this.session;
    const trouble = state.kind === 'waiting' || state.kind === 'failed';
    const text = trouble
      ? '$(warning) hcs'
      : !loaded
        ? state.kind === 'idle'
          ? '$(package) hcs'
          : '$(sync~spin) hcs'
        : `$(package) ${store.running} running`;
    const label = trouble
      ? `hostcompute: ${state.why}`
      : loaded
        ? `${store.running} of ${store.size} containers running`
        : state.kind === 'idle'
          ? 'Show containers'
          : 'Starting the container host';
    if (this.shown === text + label) return;
    this.shown = text + label;
    this.item.text = text;
    this.item.tooltip = label;
    this.item.accessibilityInformation = { label };
    // Background and its foreground belong together in every theme.
    this.item.backgroundColor = trouble ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }
}
