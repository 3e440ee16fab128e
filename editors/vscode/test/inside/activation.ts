import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { equal, extension, ok, type Results } from './results.js';

/** The reach, for whoever reads the figure (decision 0011): time is no matter for a test. What loads a module for the first time is in it. */
const REACH_MS = 200;

/** A window that comes up keeps both processors busy; that is not what is measured. */
async function quiet(): Promise<void> {
  for (let calm = 0; calm < 20;) {
    const asleep = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 50));
    calm = performance.now() - asleep < 60 ? calm + 1 : 0;
  }
}

export async function activationTests({ test, tell }: Results): Promise<void> {
  await test('activation starts no host; how long it takes is told', async () => {
    ok('active before anything asked for it', !extension().isActive);
    await quiet();
    const began = performance.now();
    const made = await extension().activate();
    const took = performance.now() - began;
    tell(
      `measured activation: ${took.toFixed(0)} ms (reach: ${REACH_MS} ms), of which in the extension ${made?.activationMs.toFixed(0) ?? '?'} ms`,
    );
    equal('host', made?.session.state.kind, 'idle');
  });

  await test('in a window of which the editor is elsewhere, as this one is, the extension runs where the files are', async () => {
    const { extensionKind, extensionUri } = extension();
    const manifest = extension().packageJSON as { extensionKind: string[] };
    equal('of the window', vscode.env.uiKind, vscode.UIKind.Web);
    equal('runs', extensionKind, vscode.ExtensionKind.Workspace);
    equal('may run', manifest.extensionKind, ['workspace']);
    // This is the server's process, which has its files; the browser has none.
    ok(extensionUri.fsPath, existsSync(join(extensionUri.fsPath, 'package.json')));
    await Promise.resolve();
  });

  await test('every command of package.json is registered', async () => {
    const manifest = extension().packageJSON as { contributes: { commands: { command: string }[] } };
    const there = new Set(await vscode.commands.getCommands(true));
    equal(
      'missing',
      manifest.contributes.commands.filter(({ command }) => !there.has(command)),
      [],
    );
  });

  await test('in a workspace that is not trusted only the settings of plans can be set', async () => {
    const manifest = extension().packageJSON as {
      capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
      contributes: { configuration: { properties: Record<string, unknown> } };
    };
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    equal('supported', supported, 'limited');
    const all = Object.keys(manifest.contributes.configuration.properties);
    equal(
      'not restricted',
      all.filter((name) => !restrictedConfigurations.includes(name)),
      ['hostcompute.plan.build', 'hostcompute.plan.cpus', 'hostcompute.plan.directories'],
    );
    await Promise.resolve();
  });
}
