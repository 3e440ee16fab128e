/** Which containers a command is about: those selected in the tree, those that a caller names, or one that the user picks. */
import * as vscode from 'vscode';
import type { Session } from '../host/session.js';
import { containerDescription, containerLook } from '../model/describe.js';
import type { Container } from '../model/store.js';
import type { ContainerNode, ExecNode } from '../views/containers.js';

export const isContainer = (node: unknown): node is ContainerNode => kindOf(node) === 'container';
export const isExec = (node: unknown): node is ExecNode => kindOf(node) === 'exec';
const kindOf = (node: unknown): unknown =>
  typeof node === 'object' && node !== null ? (node as { kind?: unknown }).kind : undefined;

/** What the row under the mouse is one of: all that are selected with it, else itself; of one kind. Empty when it is of another kind. */
export function selected<T>([first, all]: readonly unknown[], is: (node: unknown) => node is T): readonly T[] {
  if (!is(first)) return [];
  const nodes = Array.isArray(all) ? all.filter(is) : [];
  return nodes.includes(first) ? nodes : [first];
}

export type Fits = (container: Container) => boolean;
export const running: Fits = ({ status }) => status === 'running';
export const alive: Fits = ({ status }) => !['stopped', 'failed'].includes(status);

/** Of `args` as VS Code hands them over: the node, then all that are selected. Throws CancellationError when nothing was picked. */
export async function pickContainers(
  session: Session,
  args: readonly unknown[],
  title: string,
  fits: Fits = () => true,
): Promise<readonly string[]> {
  const [first] = args;
  if (typeof first === 'string') return [first];
  const rows = selected(args, isContainer);
  return rows.length > 0 ? rows.map(({ id }) => id) : [await pickContainer(session, title, fits)];
}

export async function oneContainer(
  session: Session,
  args: readonly unknown[],
  title: string,
  fits?: Fits,
): Promise<string> {
  const [first] = args;
  if (typeof first === 'string') return first;
  return isContainer(first) || isExec(first) ? first.id : pickContainer(session, title, fits ?? (() => true));
}

async function pickContainer(session: Session, title: string, fits: Fits): Promise<string> {
  await session.ready();
  const fitting = session.store.all().filter(fits);
  if (fitting.length === 0) throw new Error('there is no container for which this can be done');
  const items = fitting.map((container) => ({
    label: container.id,
    description: containerDescription(container, Date.now()),
    iconPath: new vscode.ThemeIcon(containerLook(container).icon),
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: 'Container',
    matchOnDescription: true,
  });
  if (picked === undefined) throw new vscode.CancellationError();
  return picked.label;
}
