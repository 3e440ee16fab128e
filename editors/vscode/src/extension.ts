/** Entry of the extension. Nothing here starts the host: a view that is seen, or a command, does. */
import { BEGUN } from './begun.js';
import * as vscode from 'vscode';
import { Session } from './host/session.js';
import { ContainersView } from './views/containers.js';
import { Plans } from './spec/plans.js';
import { Tasks, TYPE } from './tasks/provider.js';
import { Documents } from './views/documents.js';
import { LayersView, NetworksView } from './views/networks.js';
import { StatusBar } from './views/statusBar.js';
import { registerCommands } from './commands/register.js';

/** What tests in the extension host look at; not for other extensions. */
export interface Internals {
  readonly session: Session;
  readonly containers: ContainersView;
  /** Of loading and activating, in ms. */
  readonly activationMs: number;
}

let session: Session | undefined;

export function activate(context: vscode.ExtensionContext): Internals | undefined {
  session = new Session(context);
  const containers = new ContainersView(session);
  const networks = new NetworksView(session);
  const layers = new LayersView(session);
  const documents = new Documents(session);
  const plans = new Plans(session);
  context.subscriptions.push(session, containers, networks, layers, new StatusBar(session), documents, plans);
  context.subscriptions.push(vscode.tasks.registerTaskProvider(TYPE, new Tasks(session)));
  registerCommands(context, { session, containers, networks, layers, documents, plans });
  const activationMs = performance.now() - BEGUN;
  return context.extensionMode === vscode.ExtensionMode.Production ? undefined : { session, containers, activationMs };
}

/** The host ends with the window; VS Code waits for it. */
export async function deactivate(): Promise<void> {
  await session?.end();
}
