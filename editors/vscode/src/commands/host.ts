/** Commands about the host itself. */
import * as vscode from 'vscode';
import { specUri } from '../spec/files.js';
import { DOCTOR, virtual } from '../views/documents.js';
import { isContainer } from './pick.js';
import type { Commands, Parts } from './register.js';

export const hostCommands = ({ session, containers, networks, layers, documents, plans }: Parts): Commands => ({
  showLog: () => {
    session.log.show();
  },
  doctor: async () => {
    const uri = virtual(DOCTOR, ['hcs doctor'], 'md');
    documents.refresh(uri);
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  },
  plan: async (...args) => {
    await plans.show(await specUri(args));
  },
  restartHost: () => session.restart(),
  refresh: (node) => {
    containers.refresh(isContainer(node) ? node : undefined);
  },
  refreshNetworks: () => {
    networks.refresh();
  },
  refreshLayers: () => {
    layers.refresh();
  },
});
