/** Commands about the host itself. */
import type { ContainerNode } from '../views/containers.js';
import type { Commands, Parts } from './register.js';

export const hostCommands = ({ session, containers, networks, layers }: Parts): Commands => ({
  showLog: () => {
    session.log.show();
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

export const isContainer = (node: unknown): node is ContainerNode =>
  typeof node === 'object' && node !== null && (node as { kind?: unknown }).kind === 'container';
