import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { virtual, INSPECT, LOG } from '../../src/views/documents.js';
import { equal, hcs, internals, ok, until, type Results } from './results.js';

const spec = (script: string): Record<string, unknown> => ({
  ociVersion: '1.0.2',
  process: { cwd: '/', args: ['sh', '-c', script] },
});

export async function containerTests({ test, tell }: Results): Promise<void> {
  const { session, containers } = await internals();
  const make = async (id: string, script = 'exec sleep 1000', hyperv = false): Promise<void> => {
    const client = await session.client();
    const whole = { ...spec(script), ...(hyperv ? { windows: { hyperv: {} } } : {}) };
    await client.create({ id, spec: whole, builtinBase: true });
    await vscode.commands.executeCommand('hostcompute.start', id);
    await until(`${id} runs`, () => session.store.get(id)?.status === 'running');
  };
  const gone = async (...ids: string[]): Promise<void> => {
    const client = await session.client();
    await Promise.all(ids.map((id) => client.delete(id, true)));
    await until('gone', () => ids.every((id) => session.store.get(id) === undefined));
  };
  const status = (id: string): string | undefined => session.store.get(id)?.status;

  await test('the first call starts the host, and the store has what it tells', async () => {
    await hcs('run', '-d', '--id', 'before', '--', 'sleep', '1000');
    await session.ready();
    equal('state', session.state.kind, 'running');
    equal(
      'containers',
      session.store.all().map(({ id, isolation }) => [id, isolation, status(id)]),
      [['before', 'process', 'running']],
    );
    // What it tells is for this side: it is a child of the process in which the extension is.
    const pid = session.state.kind === 'running' ? session.state.pid : 0;
    const parent = /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    equal('parent of the host', Number(parent), process.pid);
    await gone('before');
  });

  await test('the tree follows what is done to a container without asking the host', async () => {
    await make('told', 'exec sleep 1000', true);
    await until('all is known', () => session.store.get('told')?.vague === false);
    const client = await session.client();
    const asked: string[] = [];
    const questions = ['list', 'state', 'processes'] as const;
    for (const name of questions) {
      const question = client[name].bind(client) as (...args: unknown[]) => unknown;
      const asking = (...args: unknown[]): unknown => {
        asked.push(name);
        return question(...args);
      };
      Object.assign(client, { [name]: asking });
    }
    try {
      await hcs('pause', 'told');
      await until('paused', () => status('told') === 'paused');
      await hcs('resume', 'told');
      await until('running', () => status('told') === 'running');
      await hcs('kill', 'told');
      await until('stopped', () => status('told') === 'stopped');
      equal('asked', asked, []);
    } finally {
      for (const name of questions) Reflect.deleteProperty(client, name);
    }
    await gone('told');
  });

  await test('start, pause, resume, stop by command', async () => {
    await make('life', 'exec sleep 1000', true);
    await vscode.commands.executeCommand('hostcompute.pause', 'life');
    await until('paused', () => status('life') === 'paused');
    await vscode.commands.executeCommand('hostcompute.resume', 'life');
    await until('running', () => status('life') === 'running');
    await vscode.commands.executeCommand('hostcompute.stop', 'life');
    await until('stopped', () => status('life') === 'stopped');
    await gone('life');
  });

  await test('the tree gives items with icon, description and context, and redraws only the one that changed', async () => {
    const ids = Array.from({ length: 30 }, (_, i) => `row-${i}`);
    const client = await session.client();
    await Promise.all(ids.map((id) => client.create({ id, spec: spec('exec sleep 1000'), builtinBase: true })));
    await until('30 rows', () => session.store.size === 30 && session.store.all().every(({ vague }) => !vague));
    const nodes = await containers.getChildren();
    equal('rows', nodes.length, 30);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const redrawn: string[] = [];
    const off = containers.onDidChangeTreeData((what) => {
      const all = what === undefined ? ['the whole tree'] : Array.isArray(what) ? what : [what];
      redrawn.push(
        ...all.map((node) => (typeof node === 'string' ? node : node.kind === 'container' ? node.id : node.kind)),
      );
    });
    await client.start({ id: 'row-7' });
    await until('a redraw', () => redrawn.length > 0);
    off.dispose();
    equal('redrawn', [...new Set(redrawn)], ['row-7']);
    const node = containers.node('row-7');
    const item = node === undefined ? undefined : await containers.getTreeItem(node);
    const color = new vscode.ThemeColor('testing.iconPassed');
    equal('icon', item?.iconPath, new vscode.ThemeIcon('play-circle', color));
    equal('description', item?.description, 'running, process, <1 min');
    equal('context', item?.contextValue, 'container.running.process');
    equal('for screen readers', item?.accessibilityInformation?.label, 'container row-7, running, process, <1 min');
    // VS Code asks for all rows when one comes; those that are as before are not made again.
    for (const one of nodes) await containers.getTreeItem(one);
    const made = containers.redraws.items;
    await make('row-new');
    const all = await containers.getChildren();
    for (const one of all) await containers.getTreeItem(one);
    equal('rows', all.length, 31);
    ok(`rows made: ${containers.redraws.items - made}`, containers.redraws.items - made < 10);
    await gone('row-new', ...ids);
  });

  await test('rows of a long list are made in turns, between which others have theirs, and all are made', async () => {
    const nodes = Array.from({ length: 500 }, (_, i) => ({ kind: 'container', id: `far-${i}` }) as const);
    const before = containers.redraws.items;
    const made = (): number => containers.redraws.items - before;
    const items = nodes.map((node) => containers.getTreeItem(node));
    const turns = [made()];
    while (made() < nodes.length) {
      await new Promise((resolve) => setImmediate(resolve));
      turns.push(made());
    }
    const steps = turns.map((count, i) => count - (turns[i - 1] ?? 0));
    ok(
      `made in a turn: ${steps.join(', ')}`,
      steps.every((count) => count <= 100),
    );
    const labels = (await Promise.all(items.map((item) => Promise.resolve(item)))).map(({ label }) => label);
    equal(
      'labels',
      labels,
      nodes.map(({ id }) => id),
    );
  });

  await test('kill ends all execs that are selected, and only them', async () => {
    await make('many');
    const client = await session.client();
    const process = { args: ['sleep', '1000'], cwd: '/' };
    for (const execId of ['one', 'two', 'three']) await client.exec({ id: 'many', execId, process });
    const rows = await containers.getChildren({ kind: 'container', id: 'many' });
    const row = (execId: string): unknown => rows.find((one) => one.kind === 'exec' && one.execId === execId);
    await vscode.commands.executeCommand('hostcompute.kill', row('one'), [row('one'), row('three')]);
    const execs = async (): Promise<string> =>
      (await client.state('many')).execs
        .map(({ execId, status: what }) => `${execId} ${what}`)
        .sort()
        .join();
    await until(
      'their end',
      async () => (await execs()) === 'one stopped,three stopped,two running',
      () => session.store.get('many'),
    );
    equal('container', status('many'), 'running');
    await gone('many');
  });

  await test('the tooltip of a container that runs tells what it uses, that of one that has ended does not', async () => {
    await make('used', 'head -c 8000000 /dev/zero | tail -c 1 >/dev/null; exec sleep 1000');
    const tooltip = async (): Promise<string> => {
      const node = containers.node('used') ?? ({ kind: 'container', id: 'used' } as const);
      const item = await containers.resolveTreeItem(await containers.getTreeItem(node), node);
      return item.tooltip instanceof vscode.MarkdownString ? item.tooltip.value.replaceAll('&nbsp;', ' ') : '';
    };
    const figures = /\| memory \| [1-9][\d.]* [KM]iB, committed [1-9]\S* [KM]iB.*\n\| processor time \| \d+\.\d s \|/;
    const before = await tooltip();
    ok(before, figures.test(before.replaceAll('\\', '')) && before.includes('| status | running |'));
    // A row that had its tooltip would not ask for it again.
    equal('tooltip of the row', (await containers.getTreeItem({ kind: 'container', id: 'used' })).tooltip, undefined);
    await vscode.commands.executeCommand('hostcompute.kill', 'used');
    await until('the end', () => status('used') === 'stopped');
    const after = await tooltip();
    ok(after, !after.includes('| memory |') && after.includes('1067'));
    await gone('used');
  });

  await test('an exec that is ended by closing its terminal is no red row, one that ends badly by itself is', async () => {
    await make('shells');
    const icons = async (): Promise<string[]> => {
      const rows = await containers.getChildren({ kind: 'container', id: 'shells' });
      const items = await Promise.all(
        rows.filter(({ kind }) => kind === 'exec').map(async (row) => containers.getTreeItem(row)),
      );
      return items.map(({ iconPath, description, tooltip }) =>
        [
          (iconPath as vscode.ThemeIcon).id,
          description,
          typeof tooltip === 'string' && /: exit \d+/.test(tooltip) ? 'told' : 'lives',
        ].join(),
      );
    };
    await vscode.commands.executeCommand('hostcompute.execShell', 'shells');
    await until('a shell', async () => (await icons()).join().startsWith('terminal,exec, pid '));
    vscode.window.terminals.find(({ name }) => name.startsWith('shells: '))?.dispose();
    await until(
      'its end',
      async () => (await icons()).join().endsWith('told'),
      () => session.store.get('shells'),
    );
    equal('closed', await icons(), ['circle-slash,exec, ended by closing its terminal,told']);
    const client = await session.client();
    const process = { args: ['sh', '-c', 'exit 3'], cwd: '/' };
    const { execId } = await client.exec({ id: 'shells', process });
    await client.wait('shells', execId, 'container');
    const [bad] = await icons();
    equal('ended badly', bad, 'error,exec, exit 3,told');
    await gone('shells');
  });

  await test('inspect is a read-only document that follows events', async () => {
    await make('seen');
    await vscode.commands.executeCommand('hostcompute.inspect', 'seen');
    const uri = virtual(INSPECT, ['seen'], 'json');
    const document = await vscode.workspace.openTextDocument(uri);
    equal('shown', vscode.window.activeTextEditor?.document.uri.toString(), uri.toString());
    equal('id', (JSON.parse(document.getText()) as { id: string }).id, 'seen');
    await vscode.commands.executeCommand('hostcompute.kill', 'seen');
    await until('the end in the document', () => document.getText().includes('"exitCode": 1067'));
    await gone('seen');
  });

  await test('logs open in an editor', async () => {
    await make('spoke', 'echo out; echo err >&2; exec sleep 1000');
    const client = await session.client();
    await until('both streams', async () => {
      const streams = new Set<string>();
      for await (const { stream } of client.logs({ id: 'spoke' })) streams.add(stream);
      return streams.size === 2;
    });
    await vscode.commands.executeCommand('hostcompute.openLogs', 'spoke');
    const shown = vscode.window.activeTextEditor?.document;
    equal('shown', shown?.uri.toString(), virtual(LOG, ['spoke'], 'log').toString());
    equal('lines', shown?.getText().split('\n').sort(), ['', 'err', 'out']);
    await gone('spoke');
  });

  await test('a failing command does not throw at its caller, is in the log, and the host goes on', async () => {
    const { log } = session;
    const whole = log.error.bind(log);
    const logged: string[] = [];
    log.error = (line) => {
      logged.push(String(line));
    };
    try {
      equal('answer', await vscode.commands.executeCommand('hostcompute.start', 'nobody'), undefined);
    } finally {
      log.error = whole;
    }
    ok(logged.join('; '), logged.length === 1 && /^start: nobody: .*does not exist/.test(logged[0] ?? ''));
    equal('state', session.state.kind, 'running');
  });

  await test('the host ends when asked to and the next call starts another', async () => {
    const before = session.state.kind === 'running' ? session.state.pid : 0;
    await session.restart();
    const after = session.state.kind === 'running' ? session.state.pid : 0;
    tell(`measured host restart: pids ${before} ${after}`);
    ok('the same host', before !== after && after !== 0);
  });

  await test('what a host and the engine write, and when a host is tried again, is in the log', async () => {
    const { log } = session;
    const logged: string[] = [];
    const [info, warn] = [log.info.bind(log), log.warn.bind(log)];
    log.info = (line) => void logged.push(`info ${line}`);
    log.warn = (line) => void logged.push(`warn ${line}`);
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    const script = join(folder, 'noisy.cjs');
    writeFileSync(script, "process.stderr.write('words of a host\\n'); process.exitCode = 3;\n");
    const config = vscode.workspace.getConfiguration('hostcompute');
    const use = (path?: string): Thenable<void> => config.update('path', path, vscode.ConfigurationTarget.Workspace);
    const has = (pattern: RegExp): Promise<unknown> =>
      until(
        String(pattern),
        () => logged.some((line) => pattern.test(line)),
        () => logged,
      );
    try {
      await use(script);
      await has(/^info \[host\] words of a host$/);
      await has(/^warn hcs serve ended with status 3: words of a host; starting it again in \d+ ms$/);
      await use();
      await until('the host of before', () => session.state.kind === 'running');
      // Again and again: what was there before the log is watched is not told.
      await until('words of an engine', () => {
        appendFileSync(join(config.get('home', ''), 'engine.log'), 'words of an engine\n');
        return logged.includes('info [engine] words of an engine');
      });
    } finally {
      await use();
      Object.assign(log, { info, warn });
    }
  });
}
