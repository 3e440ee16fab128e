#!/usr/bin/env node
// Makes the VSIX: node package.mjs [--target win32-x64] [--out FILE] [--vsce FILE]. With a target it brings hostcompute with the native parts of that
// platform; without one, as for Linux, it brings none and uses the hcs that is installed. Runs in a checkout that is built (npm ci at the top).
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const { values } = parseArgs({
  options: { target: { type: 'string' }, out: { type: 'string' }, vsce: { type: 'string' } },
});
const { target } = values;

function run(program, args, cwd) {
  const ran = spawnSync(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (ran.error) throw ran.error;
  if (ran.status !== 0) process.exit(ran.status ?? 1);
}

const { version } = JSON.parse(readFileSync(path.join(here, 'package.json'), 'utf8'));
const vsce = path.resolve(values.vsce ?? path.join(here, 'node_modules/@vscode/vsce/vsce'));
if (!existsSync(vsce)) {
  console.error(`package: there is no ${vsce}; run npm ci in ${here}, or name one with --vsce`);
  process.exit(1);
}
run(process.execPath, [path.join(here, 'build.mjs')], here);

const builds = path.join(root, 'build');
mkdirSync(builds, { recursive: true });
const stage = mkdtempSync(path.join(builds, 'vsix-'));
try {
  const files = [
    'package.json',
    'README.md',
    'CHANGELOG.md',
    'LICENSE',
    '.vscodeignore',
    'images',
    'dist/extension.cjs',
    'dist/spec.schema.json',
    'dist/config.schema.json',
  ];
  for (const file of files) cpSync(path.join(here, file), path.join(stage, file), { recursive: true });
  takePictures(path.join(stage, 'README.md'));
  if (target !== undefined) bundle(target);
  const name = ['hostcompute', ...(target === undefined ? [] : [target]), version].join('-');
  const out = path.resolve(values.out ?? path.join(builds, `${name}.vsix`));
  run(
    process.execPath,
    [
      vsce,
      'package',
      ...['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', out],
      ...(target === undefined ? [] : ['--target', target]),
    ],
    stage,
  );
} finally {
  rmSync(stage, { recursive: true, force: true });
}

// The pictures of the README lie with the others of the repository; a VSIX brings its own.
function takePictures(readme) {
  const text = readFileSync(readme, 'utf8').replace(/\]\(\.\.\/\.\.\/docs\/images\/([\w.-]+)\)/g, (_, name) => {
    cpSync(path.join(root, 'docs/images', name), path.join(stage, 'images', name));
    return `](images/${name})`;
  });
  writeFileSync(readme, text);
}

/** The package as npm would publish it, with its dependencies for that platform; what is not read when it runs is left out. */
function bundle(platform) {
  // Elsewhere edge-js is compiled where it is installed, and a VSIX brings no compiler: npm install hostcompute there.
  const known = /^(win32)-(x64|arm64)$/.exec(platform);
  if (known === null) throw new Error(`package: no target is called ${platform}; there are win32-x64 and win32-arm64`);
  const [, os, cpu] = known;
  const place = path.join(stage, 'bundled');
  mkdirSync(place);
  // Script shims of Windows cannot be started without a shell; npm's own program can.
  const npm =
    process.env.npm_execpath ?? path.join(path.dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
  run(process.execPath, [npm, 'pack', '--silent', '--ignore-scripts', '--pack-destination', place], root);
  const archive = readdirSync(place).find((name) => name.endsWith('.tgz'));
  writeFileSync(path.join(place, 'package.json'), '{"private":true}');
  run(
    process.execPath,
    [
      npm,
      'install',
      `./${archive}`,
      `--os=${os}`,
      `--cpu=${cpu}`,
      '--ignore-scripts',
      '--omit=dev',
      '--no-audit',
      '--no-fund',
      '--silent',
    ],
    place,
  );
  for (const name of [archive, 'package.json', 'package-lock.json']) rmSync(path.join(place, name));
  const modules = path.join(place, 'node_modules');
  const needed = [
    'hostcompute/dist/bin/hcs.cjs',
    'hostcompute/dist/bin/engine.mjs',
    'hostcompute/dist/bridge/HcsBridge.dll',
    'lmdb',
    'edge-js',
  ];
  if (os === 'win32') needed.push(`hostcompute/dist/native/win32-x64/hcs.exe`);
  const missing = needed.filter((name) => !existsSync(path.join(modules, name)));
  if (missing.length > 0)
    throw new Error(
      `package: the bundled hostcompute lacks ${missing.join(', ')}; build it first (npm run build, and --windows)`,
    );
  for (const name of ['docs', 'powershell', 'completions', 'src'])
    rmSync(path.join(modules, 'hostcompute', name), { recursive: true, force: true });
  rmSync(path.join(modules, '.bin'), { recursive: true, force: true });
}
