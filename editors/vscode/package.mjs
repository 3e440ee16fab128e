#!/usr/bin/env node
// Makes the VSIX: node package.mjs [--target win32-x64] [--out FILE] [--vsce FILE]. With a target it brings hostcompute with the native parts of that
// platform (bundled.mjs); without one it brings none and uses the hcs that is installed. Runs in a checkout that is built (npm ci at the top).
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle, checkTarget } from './bundled.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const { values } = parseArgs({
  options: { target: { type: 'string' }, out: { type: 'string' }, vsce: { type: 'string' } },
});
const { target } = values;
if (target !== undefined) {
  try {
    checkTarget(target);
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

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
    'images/activity.svg',
    'images/icon.png',
    'dist/extension.cjs',
    'dist/spec.schema.json',
    'dist/config.schema.json',
  ];
  for (const file of files) cpSync(path.join(here, file), path.join(stage, file), { recursive: true });
  takePictures(path.join(stage, 'README.md'));
  if (target !== undefined) bundle(target, path.join(stage, 'bundled'));
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
