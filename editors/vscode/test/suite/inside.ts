/** Tests in the extension host: VS Code's server runs the extension as one in development, and the tests beside it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { build } from 'esbuild';
import { SuiteHome } from './home.js';
import { EXTENSION, HCS, LEFT, ROOT } from './places.js';
import { failed, passed, say } from './report.js';
import { SETTINGS, startServer } from './server.js';
import type { Tools } from './tools.js';
import { until } from './until.js';

const ALL_MS = 150_000;
const REACH_MS = 300_000;

/** Bundled like the extension, since both run in VS Code's host. */
async function bundle(): Promise<string> {
  const outfile = join(ROOT, 'build/vscode-inside/index.cjs');
  await build({
    absWorkingDir: EXTENSION,
    entryPoints: ['test/inside/index.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
    mainFields: ['module', 'main'],
    alias: { 'hostcompute/client': join(ROOT, 'dist/rpc/client/index.js') },
    define: { 'import.meta.url': '"file:///"', __HCS_VERSION__: '"0.0.0"' },
    logLevel: 'error',
  });
  return outfile;
}

export interface InsideOptions {
  /** Measure under load instead of testing: this makes it, the file `made` when all containers are there, and ends when told. */
  readonly reach?: (home: SuiteHome, made: string, signal: AbortSignal) => Promise<void>;
}

export async function insideTests(
  tools: Tools,
  browser: Browser,
  base: string,
  options: InsideOptions = {},
): Promise<void> {
  const tests = await bundle();
  const folder = join(base, 'inside');
  const data = join(base, 'inside-data');
  for (const one of [folder, data]) mkdirSync(one);
  const results = join(base, 'results.txt');
  writeFileSync(results, '');
  const made = join(base, 'made');
  const home = new SuiteHome(join(base, 'inside-home'));
  const server = await startServer({
    node: tools.node,
    data,
    settings: {
      ...SETTINGS,
      'hostcompute.path': HCS,
      'hostcompute.node': process.execPath,
      'hostcompute.home': home.folder,
      'hostcompute.backend': 'simulator',
      // VS Code's own search for ports reads all of /proc in the thread that is measured.
      ...(options.reach === undefined ? {} : { 'remote.autoForwardPortsSource': 'output' }),
    },
    env: {
      ...process.env,
      HCS_TEST_RESULTS: results,
      ...(options.reach === undefined ? {} : { HCS_TEST_REACH: made }),
    },
    log: join(LEFT, 'inside.log'),
    probe: '/version',
    args: (port) => [
      join(tools.vscode, 'out/server-main.js'),
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--accept-server-license-terms'],
      ...['--enable-smoke-test-driver', '--disable-telemetry', '--disable-workspace-trust'],
      ...['--server-data-dir', data, '--user-data-dir', data, '--extensions-dir', join(base, 'inside-extensions')],
    ],
  });
  const page = await browser.newPage();
  const lines = (): string[] =>
    readFileSync(results, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  const stop = new AbortController();
  const load = options.reach?.(home, made, stop.signal);
  try {
    await page.exposeFunction('codeAutomationLog', () => undefined);
    await page.exposeFunction('codeAutomationExit', () => undefined);
    const at = `vscode-remote://127.0.0.1:${server.port}`;
    const payload = [
      ['extensionDevelopmentPath', at + EXTENSION.replace(/\/$/, '')],
      ['extensionTestsPath', at + tests],
      ['skipWelcome', 'true'],
    ];
    const query = `folder=${folder}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    await page.goto(`http://127.0.0.1:${server.port}/?${query}`, { timeout: 60_000 });
    await until(
      'the tests in the extension host are over',
      options.reach === undefined ? ALL_MS : REACH_MS,
      () => lines().includes('end'),
      () => Promise.resolve(lines()),
    );
  } catch (error) {
    await page.screenshot({ path: join(LEFT, 'inside.png') }).catch(() => undefined);
    failed('the tests in the extension host', error);
  } finally {
    stop.abort();
    await load?.catch(() => undefined);
    for (const line of existsSync(results) ? lines() : []) {
      if (line.startsWith('passed ')) passed(line.slice('passed '.length));
      else if (line.startsWith('failed ')) {
        const at = line.indexOf(': ');
        failed(line.slice('failed '.length, at), line.slice(at + 2));
      } else if (line !== 'end') say(line);
    }
    await page.close();
    await server.stop();
    await home.end();
  }
}
