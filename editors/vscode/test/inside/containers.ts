import * as vscode from 'vscode';
import { virtual, INSPECT, LOG } from '../../src/views/documents.js';
import { equal, internals, ok, until, type Results } from './results.js';

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
    await session.ready();
    equal('state', session.state.kind, 'running');
    equal('containers', session.store.size, 0);
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
    equal('description', item?.description, 'running, process, <1 min');
    equal('context', item?.contextValue, 'container.running.process');
    equal('for screen readers', item?.accessibilityInformation?.label, 'container row-7, running, process, <1 min');
    await gone(...ids);
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

  await test('inspect is a read-only document that follows events', async () => {
    await make('seen');
    await vscode.commands.executeCommand('hostcompute.inspect', 'seen');
    const uri = virtual(INSPECT, ['seen'], 'json');
    const document = await vscode.workspace.openTextDocument(uri);
    equal('id', (JSON.parse(document.getText()) as { id: string }).id, 'seen');
    await vscode.commands.executeCommand('hostcompute.kill', 'seen');
    await until('the end in the document', () => document.getText().includes('"exitCode": 1067'));
    await gone('seen');
  });

  await test('logs open in an editor', async () => {
    await make('spoke', 'echo out; echo err >&2; exec sleep 1000');
    const text = await until('both streams', async () => {
      const uri = virtual(LOG, ['spoke'], 'log').with({ fragment: String(Date.now()) });
      const found = (await vscode.workspace.openTextDocument(uri)).getText();
      return found.includes('out') && found.includes('err') ? found : undefined;
    });
    ok(text, !text.includes('\r'));
    await gone('spoke');
  });

  await test('a failing command is told, not thrown, and the log has it', async () => {
    await vscode.commands.executeCommand('hostcompute.start', 'nobody');
    equal('state', session.state.kind, 'running');
  });

  await test('the host ends when asked to and the next call starts another', async () => {
    const before = session.state.kind === 'running' ? session.state.pid : 0;
    await session.restart();
    const after = session.state.kind === 'running' ? session.state.pid : 0;
    tell(`measured host restart: pids ${before} ${after}`);
    ok('the same host', before !== after && after !== 0);
  });
}
