/** Commands about containers and execs that exist. */
import * as vscode from 'vscode';
import type { Client } from 'hostcompute/client';
import type { Session } from '../host/session.js';
import { messageOf } from '../host/session.js';
import { AttendedTerminal, LogTerminal } from '../terminal/terminals.js';
import { INSPECT, LOG, virtual } from '../views/documents.js';
import { alive, isExec, oneContainer, pickContainers, running, selected } from './pick.js';
import type { Commands, Parts } from './register.js';

const GRACE_MS = 10_000;
/** Of so many the question says the names. */
const NAMED = 10;

export const containerCommands = ({ session }: Parts): Commands => ({
  start: async (...args) => {
    const ids = await pickContainers(session, args, 'Start a Container', ({ status }) => status === 'created');
    await each(session, 'Starting', ids, (client, id, signal) => client.start({ id }, { signal }));
  },
  stop: async (...args) => {
    const ids = await pickContainers(session, args, 'Stop a Container', alive);
    await each(session, 'Stopping', ids, (client, id, signal) => client.stop(id, GRACE_MS, { signal }));
  },
  kill: async (...args) => {
    const execs = selected(args, isExec);
    if (execs.length > 0) {
      const client = await session.client();
      await Promise.all(execs.map(({ id, execId }) => client.kill(id, execId, 'KILL')));
      return;
    }
    const ids = await pickContainers(session, args, 'Kill a Container', alive);
    await each(session, 'Killing', ids, (client, id, signal) => client.kill(id, undefined, 'KILL', { signal }));
  },
  pause: async (...args) => {
    const ids = await pickContainers(session, args, 'Pause a Container', running);
    await each(session, 'Pausing', ids, (client, id, signal) => client.pause(id, { signal }));
  },
  resume: async (...args) => {
    const ids = await pickContainers(session, args, 'Resume a Container', ({ status }) => status === 'paused');
    await each(session, 'Resuming', ids, (client, id, signal) => client.resume(id, { signal }));
  },
  delete: async (...args) => {
    const ids = await pickContainers(session, args, 'Delete a Container');
    if (!(await confirmDelete(session, ids))) return;
    await each(session, 'Deleting', ids, (client, id, signal) => client.delete(id, true, { signal }));
  },
  deleteEnded: async () => {
    await session.ready();
    const ended = session.store.all().filter((container) => !alive(container));
    if (ended.length === 0) {
      void vscode.window.showInformationMessage('No container has ended.');
      return;
    }
    const ids = ended.map(({ id }) => id);
    if (!(await confirmDelete(session, ids))) return;
    // Not by force: it was not asked for anything that runs.
    await each(session, 'Deleting', ids, (client, id, signal) => client.delete(id, false, { signal }));
  },
  execShell: async (...args) => {
    const id = await oneContainer(session, args, 'Open a Shell in a Container', running);
    openExec(session, id, await shell(session), false);
  },
  exec: async (...args) => {
    const id = await oneContainer(session, args, 'Execute a Command in a Container', running);
    const [, given] = args;
    const line = typeof given === 'string' ? given : await askCommand(session, id);
    openExec(session, id, line, true);
  },
  attach: async (...args) => {
    const [first] = args;
    const id = await oneContainer(session, args, 'Attach to a Container', alive);
    const target = isExec(first) ? { id, execId: first.execId } : { id };
    show(`attach: ${nameOf(target)}`, 'debug-console', new LogTerminal(session, target, 0));
  },
  followLogs: async (...args) => {
    const [first] = args;
    const id = await oneContainer(session, args, 'Follow the Logs of a Container');
    const target = isExec(first) ? { id, execId: first.execId } : { id };
    show(`logs: ${nameOf(target)}`, 'output', new LogTerminal(session, target, undefined));
  },
  openLogs: async (...args) => {
    const [first] = args;
    const id = await oneContainer(session, args, 'Open the Logs of a Container');
    const uri = virtual(LOG, isExec(first) ? [id, first.execId] : [id], 'log');
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  },
  inspect: async (...args) => {
    const id = await oneContainer(session, args, 'Inspect a Container');
    const document = await vscode.workspace.openTextDocument(virtual(INSPECT, [id], 'json'));
    await vscode.window.showTextDocument(document, { preview: true });
  },
  copyId: async (...args) => {
    const [first] = args;
    const id = await oneContainer(session, args, 'Copy the Id of a Container');
    await vscode.env.clipboard.writeText(isExec(first) ? first.execId : id);
  },
});

const nameOf = ({ id, execId }: { readonly id: string; readonly execId?: string }): string =>
  execId === undefined ? id : `${id} ${execId}`;

/** All at once, one failure does not keep the others from their turn. */
async function each(
  session: Session,
  doing: string,
  ids: readonly string[],
  work: (client: Client, id: string, signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const client = await session.client();
  const title = `${doing} ${ids.length === 1 ? (ids[0] ?? '') : `${ids.length} containers`}`;
  const where = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  // Quick work needs no notification.
  const all = (signal: AbortSignal): Promise<PromiseSettledResult<unknown>[]> =>
    Promise.allSettled(ids.map((id) => work(client, id, signal)));
  const abort = new AbortController();
  const settled = all(abort.signal);
  const quick = await Promise.race([settled, new Promise<null>((resolve) => setTimeout(resolve, 700, null))]);
  const results =
    quick ??
    (await vscode.window.withProgress(where, (_, token) => {
      token.onCancellationRequested(() => {
        abort.abort();
      });
      return settled;
    }));
  const failed = results.flatMap((result, i) =>
    result.status === 'rejected' && !abort.signal.aborted
      ? [{ id: ids[i] ?? '', error: result.reason as unknown }]
      : [],
  );
  const [first] = failed;
  if (first === undefined) return;
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
  throw new Error(`${first.id}: ${messageOf(first.error)}${more}`);
}

async function confirmDelete(session: Session, ids: readonly string[]): Promise<boolean> {
  const live = ids.filter((id) => {
    const container = session.store.get(id);
    return container !== undefined && container.status !== 'created' && alive(container);
  });
  const one = ids.length === 1;
  const what = one ? `the container ${ids[0] ?? ''}` : `${ids.length} containers`;
  const details = [
    one ? '' : `${ids.slice(0, NAMED).join(', ')}${ids.length > NAMED ? ', …' : ''}.`,
    live.length === 0
      ? ''
      : one
        ? 'It runs: its programs will be killed.'
        : `${live.length} of them run: their programs will be killed.`,
    one ? 'Its record and logs are removed.' : 'Their records and logs are removed.',
  ];
  const detail = details.filter((text) => text !== '').join(' ');
  const answer = await vscode.window.showWarningMessage(`Delete ${what}?`, { modal: true, detail }, 'Delete');
  return answer === 'Delete';
}

async function shell(session: Session): Promise<string> {
  const configured = vscode.workspace.getConfiguration('hostcompute').get<string>('shell', '');
  if (configured !== '') return configured;
  const client = await session.client();
  const { backend, platform } = await client.hostInfo();
  // Simulated containers run programs of the host.
  return backend === 'simulator' && platform !== 'win32' ? 'sh' : 'cmd';
}

async function askCommand(session: Session, id: string): Promise<string> {
  const line = await vscode.window.showInputBox({
    title: `Execute in ${id}`,
    prompt: 'Command line, by the rules of Windows',
    value: await shell(session),
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? 'A program is needed' : undefined),
  });
  if (line === undefined) throw new vscode.CancellationError();
  return line;
}

function openExec(session: Session, id: string, commandLine: string, stay: boolean): void {
  const terminal = new AttendedTerminal(session, {
    stay,
    start: async (client, { columns, rows }) => {
      const process = { commandLine, terminal: true, consoleSize: { width: columns, height: rows } };
      const { execId, stdio } = await client.exec({ id, process, inherit: true, stdin: true, foreground: ['stdout'] });
      return { client, target: { id, execId }, terminal: true, stdio };
    },
    end: async (client, { execId = '' }) => {
      const takeBack = session.store.closing(id, execId);
      try {
        await client.kill(id, execId, 'KILL');
      } catch (error) {
        takeBack();
        throw error;
      }
    },
  });
  show(`${id}: ${commandLine}`, 'terminal', terminal);
}

export function show(name: string, icon: string, pty: vscode.Pseudoterminal): void {
  const terminal = vscode.window.createTerminal({ name, pty, iconPath: new vscode.ThemeIcon(icon), isTransient: true });
  terminal.show();
}
