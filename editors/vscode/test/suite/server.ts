/** VS Code's server on a free port of loopback, in folders of its own, ended with everything that it has started. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { until } from './until.js';

const START_MS = 60_000;

/** Nothing that a test does not look at: no welcome, no trust question, no telemetry, no assistant, no blinking. */
export const SETTINGS = {
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  'terminal.integrated.gpuAcceleration': 'off',
  'terminal.integrated.shellIntegration.enabled': false,
  'git.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Default Dark Modern',
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
  // Such an editor lies over the window, and Escape does not close it.
  'workbench.editor.useModal': 'off',
  'workbench.enableExperiments': false,
  'files.autoSave': 'off',
} as const;

export interface Server {
  readonly port: number;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly node: string;
  readonly args: (port: number) => readonly string[];
  /** Of the user data; both kinds of settings go there. */
  readonly data: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly env: NodeJS.ProcessEnv;
  readonly log: string;
  /** Answers with 200 when the server is up. */
  readonly probe: string;
}

export async function startServer(options: ServerOptions): Promise<Server> {
  const { node, data, log } = options;
  // Settings of a machine are read from a place of their own in a remote window, and this is one.
  for (const kind of ['User', 'Machine']) {
    mkdirSync(join(data, kind), { recursive: true });
    writeFileSync(join(data, kind, 'settings.json'), JSON.stringify(options.settings, undefined, 2));
  }
  const port = await freePort();
  const child = spawn(node, [...options.args(port)], {
    detached: true,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = createWriteStream(log, { flags: 'a' });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const server = { port, stop: () => stop(child) };
  try {
    await until(`the server on port ${port}`, START_MS, async () => {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: see ${log}`);
      return (await fetch(`http://127.0.0.1:${port}${options.probe}`).catch(() => undefined))?.ok === true;
    });
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else
      child.once('exit', () => {
        resolve();
      });
  });
  // Its own process group: the extension hosts and what they have started go with it.
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-(child.pid ?? 0), name);
    } catch {
      // Already gone.
    }
  };
  signal('SIGTERM');
  const timer = setTimeout(() => {
    signal('SIGKILL');
  }, 3000);
  await ended;
  clearTimeout(timer);
  signal('SIGKILL');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}
