/** All commands, by name. A failure of any is one message, with the log at hand. */
import * as vscode from 'vscode';
import { messageOf, type Session } from '../host/session.js';
import { HostFailure } from '../host/supervisor.js';
import type { ContainersView } from '../views/containers.js';
import type { LayersView, NetworksView } from '../views/networks.js';
import type { Plans } from '../spec/plans.js';
import type { Documents } from '../views/documents.js';
import { containerCommands } from './containers.js';
import { createCommands } from './create.js';
import { hostCommands } from './host.js';

export interface Parts {
  readonly session: Session;
  readonly containers: ContainersView;
  readonly networks: NetworksView;
  readonly layers: LayersView;
  readonly documents: Documents;
  readonly plans: Plans;
}

/** `args`: what VS Code hands over: the node under the mouse, then the selected ones; or what a key binding says. */
export type Command = (...args: unknown[]) => unknown;
export type Commands = Readonly<Record<string, Command>>;

export function registerCommands(context: vscode.ExtensionContext, parts: Parts): void {
  const all: Commands = { ...hostCommands(parts), ...containerCommands(parts), ...createCommands(parts) };
  for (const [name, run] of Object.entries(all)) {
    context.subscriptions.push(
      vscode.commands.registerCommand(`hostcompute.${name}`, async (...args: unknown[]) => {
        try {
          return await run(...args);
        } catch (error) {
          if (error instanceof vscode.CancellationError) return undefined;
          parts.session.log.error(`${name}: ${messageOf(error)}`);
          // That the host does not run is said already, with what can be done.
          if (error instanceof HostFailure && parts.session.state.kind === 'failed') return undefined;
          const show = 'Show Log';
          // Not waited for: a command is over when it has failed.
          void vscode.window.showErrorMessage(messageOf(error), show).then((answer) => {
            if (answer === show) parts.session.log.show();
          });
          return undefined;
        }
      }),
    );
  }
}
