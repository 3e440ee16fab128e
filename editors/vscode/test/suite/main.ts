/**
 * The extension in VS Code: tests in the extension host, then the packaged extension as a user sees it. A suite of scripts/test.mjs; by itself:
 * npm run test:vscode. `--pictures` takes those of docs/images instead, `--reach` measures instead, `--only=inside|ui|vsix` and `--match=PATTERN` (ui) are for work on the tests.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { SuiteHome } from './home.js';
import { insideTests } from './inside.js';
import { load } from './load.js';
import { HCS, LEFT } from './places.js';
import { PICTURE_SETTINGS, takePictures } from './pictures.js';
import { count, failed, say } from './report.js';
import { SETTINGS, startServer } from './server.js';
import { CannotInstall, installTools, type Tools } from './tools.js';
import { trustTests, untrustedFolder } from './trust.js';
import { uiTests } from './ui.js';
import { makeVsix, vsixTests } from './vsix.js';
import { Window } from './window.js';

function step(what: string, program: string, args: readonly string[], cwd: string): void {
  const ran = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: 120_000, stdio: ['ignore', 'pipe', 'pipe'] });
  if (ran.status !== 0) throw new Error(`${what}: ${ran.error?.message ?? `${ran.stdout}${ran.stderr}`.trim()}`);
}

interface Place {
  readonly window: Window;
  readonly home: SuiteHome;
  readonly folder: string;
  readonly extensions: string;
}

interface PlaceOptions {
  readonly vsix: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What the extension needs comes by the environment: granting trust is a change of all restricted settings that are set. */
  readonly unset?: boolean;
  readonly args?: readonly string[];
  /** Puts files there before the window opens. */
  readonly prepare?: (folder: string) => void;
}

/** code-server with the extension installed from a VSIX, in folders of its own, and a window of it. */
async function withWindow(
  tools: Tools,
  browser: Browser,
  base: string,
  { vsix, settings, unset, args, prepare }: PlaceOptions,
  use: (place: Place) => Promise<void>,
): Promise<void> {
  const folder = join(base, 'workspace');
  const data = join(base, 'data');
  const extensions = join(base, 'extensions');
  for (const one of [base, folder, data, extensions]) mkdirSync(one, { recursive: true });
  prepare?.(folder);
  const home = new SuiteHome(join(base, 'home'));
  const own = ['--user-data-dir', data, '--extensions-dir', extensions, '--config', join(base, 'config.yaml')];
  step('installing the extension', tools.node, [tools.codeServer, '--install-extension', vsix, ...own], base);
  const server = await startServer({
    node: tools.node,
    data,
    settings: {
      ...SETTINGS,
      // The back end's native parts are built for the Node that runs this.
      ...(unset === true
        ? {}
        : {
            'hostcompute.node': process.execPath,
            'hostcompute.home': home.folder,
            'hostcompute.backend': 'simulator',
          }),
      ...settings,
    },
    env:
      unset === true
        ? { ...home.env, PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(':') }
        : process.env,
    log: join(LEFT, 'server.log'),
    probe: '/healthz',
    args: (port) => [
      tools.codeServer,
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, ...own],
      ...['--disable-telemetry', '--disable-update-check', ...(args ?? []), folder],
    ],
  });
  try {
    const window = await Window.open(browser, `http://127.0.0.1:${server.port}/?folder=${folder}`);
    await use({ window, home, folder, extensions });
    await window.page.close();
  } finally {
    await server.stop();
    await home.end();
  }
}

async function ui(tools: Tools, browser: Browser, base: string): Promise<void> {
  const vsix = makeVsix(tools, base);
  const pictures = process.argv.includes('--pictures');
  const settings = { 'hostcompute.path': HCS, ...(pictures ? PICTURE_SETTINGS : {}) };
  const options = { vsix, settings, args: ['--disable-workspace-trust'] };
  await withWindow(tools, browser, join(base, 'ui'), options, (place) =>
    pictures ? takePictures(place) : uiTests(place),
  );
}

async function installed(tools: Tools, browser: Browser, base: string): Promise<void> {
  const vsix = await vsixTests(tools, base);
  const settings = {
    'security.workspace.trust.enabled': true,
    'security.workspace.trust.startupPrompt': 'never',
    // Else VS Code itself asks for trust before any terminal.
    'terminal.integrated.allowInUntrustedWorkspace': true,
  };
  const options = { vsix, settings, unset: true, prepare: untrustedFolder };
  await withWindow(tools, browser, join(base, 'trust'), options, trustTests);
}

async function all(): Promise<void> {
  rmSync(LEFT, { recursive: true, force: true });
  mkdirSync(LEFT, { recursive: true });
  const tools = installTools();
  const base = mkdtempSync(join(tmpdir(), 'hcs-vscode-'));
  const browser = await chromium.launch({
    executablePath: tools.chromium,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
  try {
    if (process.argv.includes('--reach')) await insideTests(tools, browser, base, { reach: load });
    else {
      const only = process.argv.find((word) => word.startsWith('--only='))?.slice('--only='.length);
      if (only === undefined ? !process.argv.includes('--pictures') : only === 'inside')
        await insideTests(tools, browser, base);
      if (only === undefined || only === 'ui') await ui(tools, browser, base);
      if (only === undefined ? !process.argv.includes('--pictures') : only === 'vsix')
        await installed(tools, browser, base);
    }
  } finally {
    await browser.close();
    rmSync(base, { recursive: true, force: true, maxRetries: 10 });
  }
}

try {
  await all();
} catch (error) {
  // Nothing that was not tested counts as passed.
  if (error instanceof CannotInstall) {
    say('NOT TESTED: the extension in VS Code, because what it runs in cannot be installed on this machine');
  }
  failed('the extension in VS Code', error);
}
say(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed === 0 ? 0 : 1;
