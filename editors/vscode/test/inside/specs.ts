import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { planUri } from '../../src/spec/plans.js';
import { FailedTerminal } from '../../src/terminal/terminals.js';
import { equal, hcs, internals, ok, until, type Results } from './results.js';

const GOOD = {
  ociVersion: '1.0.2',
  process: { cwd: 'C:\\', args: ['cmd', '/c', 'ver'] },
  root: { path: '\\\\?\\Volume{00000000-0000-0000-0000-000000000001}\\' },
  windows: { layerFolders: ['C:\\layers\\base', 'C:\\layers\\scratch'] },
};

export async function specTests({ test }: Results): Promise<void> {
  const { session } = await internals();
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const file = (name: string, value: unknown): vscode.Uri => {
    const path = join(folder, name);
    writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
    return vscode.Uri.file(path);
  };
  const ofSource = (uri: vscode.Uri, source: string): vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(uri).filter((one) => one.source === source);

  await test('a mistake in a spec is a diagnostic on its line, and goes when it is corrected', async () => {
    await session.ready();
    const uri = file('wrong.hcs.json', { ...GOOD, process: { ...GOOD.process, cwd: 5 } });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const [found] = await until('a diagnostic', () => {
      const all = ofSource(uri, 'hcs plan');
      return all.length > 0 && all;
    });
    equal('line', document.lineAt(found?.range.start.line ?? 0).text.trim(), '"cwd": 5,');
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, found?.range ?? new vscode.Range(0, 0, 0, 0), '"C:\\\\"');
    await vscode.workspace.applyEdit(edit);
    await until(
      'no diagnostic',
      () => ofSource(uri, 'hcs plan').length === 0,
      () => [document.getText(), ofSource(uri, 'hcs plan').map(({ message }) => message)],
    );
    await document.save();
  });

  await test('the plan of a file that is not open holds both documents of HCS', async () => {
    const uri = file('closed.hcs.json', GOOD);
    await vscode.commands.executeCommand('hostcompute.plan', uri);
    const text = (await vscode.workspace.openTextDocument(planUri(uri))).getText();
    ok(
      text,
      /"HcsCreateComputeSystem": \{[^]*"SystemType": "Container"[^]*"HcsCreateProcess": \{[^]*"CommandLine"/.test(text),
    );
  });

  await test('the plan of a spec without layers stands beside it, and is that of hcs create', async () => {
    const bare = { ociVersion: '1.0.2', process: { cwd: '/', args: ['true'] } };
    const uri = file('bare.hcs.json', bare);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    await vscode.commands.executeCommand('hostcompute.plan');
    const seen = (): readonly vscode.TextEditor[] => vscode.window.visibleTextEditors;
    const plan = await until('the plan in an editor', () =>
      seen().find(({ document }) => document.uri.toString() === planUri(uri).toString()),
    );
    const spec = seen().find(({ document }) => document.uri.toString() === uri.toString());
    equal('columns of spec and plan', [spec?.viewColumn, plan.viewColumn], [1, 2]);
    const text = plan.document.getText();
    ok(text, text.includes('// warning: the spec names no layers'));
    const shown = JSON.parse(text.replace(/^\/\/.*$/gm, '')) as Record<string, object>;
    const dry = JSON.parse(await hcs('create', '--dry-run', '--json', '--id', 'bare', '--spec', uri.fsPath)) as Record<
      'container' | 'process',
      { document: string }
    >;
    equal('HcsCreateComputeSystem', shown['HcsCreateComputeSystem'], JSON.parse(dry.container.document));
    equal('HcsCreateProcess', shown['HcsCreateProcess'], JSON.parse(dry.process.document));
    equal('diagnostics', ofSource(uri, 'hcs plan').length, 0);
    // What create would stand on is looked up, not made.
    equal('containers', session.store.size, 0);
  });

  await test('the plan of a spec without layers for another Windows says on the spec what it lacks', async () => {
    const uri = file('elsewhere.hcs.json', {
      ociVersion: '1.0.2',
      process: { cwd: 'C:\\', args: ['cmd'] },
      windows: {},
    });
    const config = vscode.workspace.getConfiguration('hostcompute');
    await config.update('plan.build', 20348, vscode.ConfigurationTarget.Workspace);
    try {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
      await vscode.commands.executeCommand('hostcompute.plan');
      const found = await until('a diagnostic', () => ofSource(uri, 'hcs plan')[0]);
      ok(found.message, found.message.includes('layerFolders'));
      const text = (await vscode.workspace.openTextDocument(planUri(uri))).getText();
      ok(text, /^\/\/ elsewhere\.hcs\.json cannot be planned: [^\n]*layerFolders/.test(text));
    } finally {
      await config.update('plan.build', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  await test('other JSON is left alone', async () => {
    const uri = file('other.json', { name: 'x', process: { cwd: 5 } });
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    const spec = file('later.hcs.json', { ...GOOD, process: 5 });
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(spec));
    await until('the diagnostic of the spec', () => ofSource(spec, 'hcs plan').length > 0);
    equal('diagnostics', ofSource(uri, 'hcs plan').length, 0);
  });

  await test('the schema completes names and says what is wrong, in *.hcs.json and in a config.json that is a spec', async () => {
    for (const name of ['schema.hcs.json', 'config.json']) {
      const uri = file(name, { ...GOOD, windows: { ...GOOD.windows, hypervv: {} }, hostname: 'x' });
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document);
      await until(`hypervv is marked in ${name}`, () =>
        vscode.languages.getDiagnostics(uri).some(({ message }) => message.includes('hypervv')),
      );
      const offset = document.getText().indexOf('"hypervv"') + 1;
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        uri,
        document.positionAt(offset),
      );
      const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      ok(`${name}: ${labels.join(', ')}`, labels.includes('hyperv') && labels.includes('credentialSpec'));
    }
  });

  await test('a config.json that does not say it is a spec gets nothing of the schema', async () => {
    mkdirSync(join(folder, 'plain'));
    const uri = file('plain/config.json', { windows: { h: {} } });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const at = document.positionAt(document.getText().indexOf('"h"') + 2);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      uri,
      at,
    );
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    ok(labels.join(', '), !labels.includes('hyperv'));
  });

  /** Answers its exit code. */
  const runTask = async (wanted: string): Promise<number | undefined> => {
    const found = await vscode.tasks.fetchTasks({ type: 'hostcompute' });
    const run = found.find(({ name }) => name === wanted);
    if (run === undefined) throw new Error(`no task ${wanted}: ${found.map(({ name }) => name).join(', ')}`);
    const ended = new Promise<number | undefined>((resolve) => {
      const off = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
        if (execution.task.name !== run.name) return;
        off.dispose();
        resolve(exitCode);
      });
    });
    await vscode.tasks.executeTask(run);
    return ended;
  };

  await test('tasks are found for spec files, and a mistake in one becomes a problem on its line', async () => {
    const uri = file('broken.hcs.json', { ociVersion: '1.0.2', process: { cwd: '/', args: 7 } });
    equal('exit code', await runTask('run broken.hcs.json'), 1);
    const [problem] = await until('the problem', () => {
      const all = ofSource(uri, 'hcs');
      return all.length > 0 && all;
    });
    const document = await vscode.workspace.openTextDocument(uri);
    ok(
      document.lineAt(problem?.range.start.line ?? 0).text,
      document.lineAt(problem?.range.start.line ?? 0).text.includes('"args": 7'),
    );
  });

  await test('the terminal of a task writes when it is read, and ends when all that it wrote was', async () => {
    let readNow: () => void = () => undefined;
    const read = new Promise<void>((resolve) => (readNow = resolve));
    const terminal = new FailedTerminal(session, new Error('why'), ['place'], read);
    const seen: string[] = [];
    terminal.onDidWrite((text) => seen.push(text));
    terminal.onDidClose((code) => seen.push(`closed ${String(code)}`));
    terminal.open(undefined);
    await new Promise((resolve) => setImmediate(resolve));
    equal('before it is read', seen, []);
    readNow();
    await until('the question', () => seen.includes('\x1b[5n'));
    equal('first', seen[0], 'place\r\n');
    await new Promise((resolve) => setImmediate(resolve));
    equal('before the answer', seen.at(-1), '\x1b[5n');
    terminal.handleInput('\x1b[0n');
    await until('its end', () => seen.at(-1) === 'closed 1');
  });

  await test('variables of a task are replaced', async () => {
    const command = `sh -c "echo \${workspaceFolderBasename} > '${join(folder, 'named.txt')}'"`;
    const task = { type: 'hostcompute', label: 'named', command };
    mkdirSync(join(folder, '.vscode'), { recursive: true });
    writeFileSync(join(folder, '.vscode/tasks.json'), JSON.stringify({ version: '2.0.0', tasks: [task] }));
    await until('the task', async () =>
      (await vscode.tasks.fetchTasks({ type: 'hostcompute' })).some(({ name }) => name === 'named'),
    );
    equal('exit code', await runTask('named'), 0);
    equal('written', readFileSync(join(folder, 'named.txt'), 'utf8'), 'inside\n');
  });

  await test('a task whose spec is no JSON ends, not well, and that is a problem where it begins to be none', async () => {
    const uri = file('half.hcs.json', {});
    writeFileSync(uri.fsPath, '{\n  "ociVersion": "1.0.2",\n  "process": [,\n');
    equal('exit code', await runTask('run half.hcs.json'), 1);
    const problem = await until('the problem', () => ofSource(uri, 'hcs')[0]);
    equal('line', problem.range.start.line, 2);
  });

  await test('a task runs its container, which goes with it', async () => {
    const mark = join(folder, 'mark.txt');
    file('marks.hcs.json', { ociVersion: '1.0.2', process: { cwd: '/', args: ['sh', '-c', `echo done > '${mark}'`] } });
    equal('exit code', await runTask('run marks.hcs.json'), 0);
    const text = await until('the mark', async () => {
      try {
        return Buffer.from(await vscode.workspace.fs.readFile(vscode.Uri.file(mark))).toString();
      } catch {
        return undefined;
      }
    });
    equal('mark', text, 'done\n');
    await until('no container is left', () => session.store.size === 0);
  });
}
