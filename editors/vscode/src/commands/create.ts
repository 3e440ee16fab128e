/** Commands that make containers: of a spec file, or of a command line. */
import * as vscode from 'vscode';
import { isRuntimeError, type Client } from 'hostcompute/client';
import type { Session } from '../host/session.js';
import { readSpec, type SpecSource } from '../spec/files.js';
import { findings, placeOf } from '../spec/text.js';
import { AttendedTerminal } from '../terminal/terminals.js';
import { show } from './containers.js';
import type { Commands, Parts } from './register.js';

type Spec = Readonly<Record<string, unknown>>;

/** What goes to `container/create`. */
export interface NewContainer {
  readonly id?: string;
  readonly spec: Spec;
  readonly layer?: string;
  readonly network?: string;
  readonly builtinBase?: boolean;
}

export const createCommands = ({ session }: Parts): Commands => ({
  create: async (...args) => {
    const source = await readSpec(args);
    const wish = await fromSpec(session, source, args[1]);
    const { id, warnings } = await create(await session.client(), wish);
    tellWarnings(warnings);
    const answer = vscode.window.showInformationMessage(`Created ${id}.`, 'Start');
    void answer.then(async (chosen) => {
      if (chosen === 'Start') await vscode.commands.executeCommand('hostcompute.start', id);
    });
    return id;
  },
  runSpec: async (...args) => {
    const source = await readSpec(args);
    const wish = await fromSpec(session, source, args[1]);
    show(`run: ${wish.id ?? source.suggestedId}`, 'play', runTerminal(session, wish, source));
  },
  run: async (...args) => {
    const { commandLine, wish } = await fromCommand(args);
    show(`run: ${wish.id ?? commandLine}`, 'play', runTerminal(session, wish));
  },
});

export async function create(
  client: Client,
  { spec, ...rest }: NewContainer,
): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
  const { id, warnings } = await client.request('container/create', { ...rest, spec });
  return { id, warnings: warnings ?? [] };
}

/**
 * A terminal that is the container: it is made and started when the terminal opens, stopped when it is closed, and goes when it has ended. `read`:
 * that of a task, see AttendedWish; any other stays until a key is pressed.
 */
export function runTerminal(
  session: Session,
  wish: NewContainer,
  source?: SpecSource,
  read?: Promise<unknown>,
): AttendedTerminal {
  const process = wish.spec['process'] as Spec | undefined;
  const terminal = process?.['terminal'] === true;
  return new AttendedTerminal(session, {
    stay: read === undefined,
    ...(read === undefined ? {} : { read }),
    ...(source === undefined ? {} : { explain: (error: unknown) => problemLines(source, error) }),
    start: async (client, { columns, rows }) => {
      const sized = { ...process, consoleSize: { width: columns, height: rows } };
      const { id } = await create(client, { ...wish, spec: terminal ? { ...wish.spec, process: sized } : wish.spec });
      try {
        const foreground = terminal ? (['stdout'] as const) : (['stdout', 'stderr'] as const);
        const { stdio } = await client.start({ id, stdin: true, foreground });
        return { client, target: { id }, terminal, stdio };
      } catch (error) {
        await client.delete(id, true).catch(() => undefined);
        throw error;
      }
    },
    end: (client, { id }) => client.delete(id, true),
    after: (client, { id }) => client.delete(id, true),
  });
}

/** What is wrong with the spec, as `FILE:LINE:COLUMN: error: WHAT`: the editor makes links of it, and problem matchers read it. */
function problemLines({ uri, spec, text }: SpecSource, error: unknown): readonly string[] {
  if (!isRuntimeError(error) || error.code !== 'invalidRequest') return [];
  const found = findings(spec, error.details.issues ?? [], []);
  return found.map(({ message, span }) => `${uri.fsPath}:${placeOf(text, span.offset)}: error: ${message}`);
}

async function fromSpec(session: Session, source: SpecSource, given: unknown): Promise<NewContainer> {
  const id = typeof given === 'string' ? given : await askId(session, source.suggestedId);
  return { ...(id === '' ? {} : { id }), spec: source.spec.value, ...layers(source.spec.value) };
}

/** As `hcs run --layer` of the setting, else as `hcs run`: the engine looks whether the spec leaves its layers to the built-in base. */
export function layers(spec: Spec): { layer?: string; builtinBase?: boolean } {
  const windows = spec['windows'] as { readonly layerFolders?: unknown } | undefined;
  const named = Array.isArray(windows?.layerFolders) && windows.layerFolders.length > 0;
  const layer = vscode.workspace.getConfiguration('hostcompute').get<string>('layer', '');
  // An engine refuses a layer for a spec that has its own.
  return layer === '' || named || spec['linux'] !== undefined ? { builtinBase: true } : { layer };
}

/** `command line`, then perhaps `{isolation, id}`; what is not given is asked for. */
async function fromCommand([line, over]: readonly unknown[]): Promise<{
  readonly commandLine: string;
  readonly wish: NewContainer;
}> {
  const given = typeof line === 'string' ? line : undefined;
  const commandLine = given ?? (await askCommand());
  const { isolation, id } = (typeof over === 'object' && over !== null ? over : {}) as Record<string, unknown>;
  const chosen = typeof isolation === 'string' ? isolation : given === undefined ? await askIsolation() : 'process';
  const spec = commandSpec(commandLine, chosen === 'hyperv', true);
  const wish = { spec, ...(typeof id === 'string' ? { id } : {}), ...layers(spec) };
  return { commandLine, wish };
}

/** A container for one command. */
export const commandSpec = (commandLine: string, hyperv: boolean, terminal: boolean): Spec => ({
  ociVersion: '1.0.2',
  process: { cwd: 'C:\\', commandLine, ...(terminal ? { terminal } : {}) },
  ...(hyperv ? { windows: { hyperv: {} } } : {}),
});

async function askCommand(): Promise<string> {
  const line = await vscode.window.showInputBox({
    title: 'Run in a New Container',
    prompt: 'Command line, by the rules of Windows. The container goes when it has ended.',
    placeHolder: 'cmd /c ver',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? 'A program is needed' : undefined),
  });
  if (line === undefined) throw new vscode.CancellationError();
  return line;
}

async function askIsolation(): Promise<string> {
  const items = [
    { label: 'process', description: "shares the host's kernel" },
    { label: 'hyperv', description: 'a kernel of its own, in a utility VM; can be paused' },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Isolation',
    placeHolder: 'How far it is kept apart',
  });
  if (picked === undefined) throw new vscode.CancellationError();
  return picked.label;
}

async function askId(session: Session, suggested: string): Promise<string> {
  await session.ready();
  const free = (text: string): boolean => session.store.get(text) === undefined;
  const id = await vscode.window.showInputBox({
    title: 'Id of the New Container',
    prompt: 'Empty: one is made up',
    value: free(suggested) ? suggested : '',
    ignoreFocusOut: true,
    validateInput: (text) => (free(text.trim()) ? undefined : `There is a container ${text.trim()} already`),
  });
  if (id === undefined) throw new vscode.CancellationError();
  return id.trim();
}

function tellWarnings(warnings: readonly string[]): void {
  if (warnings.length > 0) void vscode.window.showWarningMessage(warnings.join('\n'));
}
