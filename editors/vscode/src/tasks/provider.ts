/** Tasks of `type: hostcompute`: a container that is the task, of a spec file or of a command. */
import * as vscode from 'vscode';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { commandSpec, layers, runTerminal, type NewContainer } from '../commands/create.js';
import type { Session } from '../host/session.js';
import { FailedTerminal } from '../terminal/terminals.js';
import { NoSpec, readSpec, type SpecSource } from '../spec/files.js';

export const TYPE = 'hostcompute';
const GLOB = '**/{hcs.json,*.hcs.json,*.oci.json}';
const MOST = 50;
/** For a VS Code that says nothing. */
const READ_MS = 10_000;

const Definition = t.intersection([
  t.type({ type: t.literal(TYPE) }),
  t.partial({
    spec: t.string,
    command: t.string,
    id: t.string,
    isolation: t.keyof({ process: null, hyperv: null }),
    layer: t.string,
    network: t.string,
  }),
]);
type Definition = t.TypeOf<typeof Definition>;

export class Tasks implements vscode.TaskProvider {
  constructor(private readonly session: Session) {}

  async provideTasks(): Promise<vscode.Task[]> {
    const files = await vscode.workspace.findFiles(GLOB, '**/node_modules/**', MOST);
    return files.map((uri) => {
      const folder = vscode.workspace.getWorkspaceFolder(uri);
      const spec = vscode.workspace.asRelativePath(uri, false);
      return this.task({ type: TYPE, spec }, `run ${spec}`, folder ?? vscode.TaskScope.Workspace);
    });
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const definition = Definition.decode(task.definition);
    if (E.isLeft(definition)) return undefined;
    const { scope } = task;
    // The very definition must come back, or VS Code takes it for another task.
    return this.task(definition.right, task.name, scope ?? vscode.TaskScope.Workspace, task.definition);
  }

  private task(
    wanted: Definition,
    name: string,
    scope: vscode.WorkspaceFolder | vscode.TaskScope,
    given: vscode.TaskDefinition = wanted,
  ): vscode.Task {
    const execution = new vscode.CustomExecution(async (resolved) => {
      const read = linesRead(wanted);
      // That with its variables replaced.
      const definition = Definition.decode(resolved);
      try {
        const { wish, source } = await request(E.isLeft(definition) ? wanted : definition.right, scope);
        return runTerminal(this.session, wish, source, read);
      } catch (error) {
        // VS Code would wait for a terminal for ever.
        return new FailedTerminal(this.session, error, error instanceof NoSpec ? [error.line] : [], read);
      }
    });
    return new vscode.Task(given, scope, name, TYPE, execution, ['$hcs', '$hcs-command']);
  }
}

/**
 * Resolves when VS Code has said that the task runs: from then on it reads the lines of the terminal; problem matchers see nothing of what was
 * written before.
 */
function linesRead({ type, spec, command, id }: Definition): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      off.dispose();
      resolve();
    };
    const timer = setTimeout(done, READ_MS);
    const off = vscode.tasks.onDidStartTaskProcess(({ execution }) => {
      const { definition } = execution.task;
      const same = Object.entries({ type, spec, command, id }).every(([name, value]) => definition[name] === value);
      if (same) done();
    });
  });
}

async function request(
  { spec, command, id, isolation, layer, network }: Definition,
  scope: vscode.WorkspaceFolder | vscode.TaskScope,
): Promise<{ readonly wish: NewContainer; readonly source?: SpecSource }> {
  const more = { ...(id === undefined ? {} : { id }), ...(network === undefined ? {} : { network }) };
  if (spec === undefined) {
    if (command === undefined) throw new Error('a task of type hostcompute needs "spec" or "command"');
    // A task's output is read by problem matchers: no terminal's control sequences, streams apart.
    const made = commandSpec(command, isolation === 'hyperv', false);
    return { wish: { spec: made, ...more, ...(layer === undefined ? layers(made) : { layer }) } };
  }
  const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error(`no folder is open, so that ${spec} means no file`);
  const source = await readSpec([vscode.Uri.joinPath(folder.uri, spec)]);
  const { value } = source.spec;
  return {
    source,
    wish: { spec: value, ...more, ...(layer === undefined ? layers(value) : { layer }) },
  };
}
