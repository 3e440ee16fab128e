// The hostcompute that a platform VSIX brings: the package as npm would publish it, with its dependencies for that platform.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const ours = `${process.platform}-${process.arch}`;
/** Windows parts are cross-compiled or prebuilt. Those of Linux are compiled where they are installed, so that only such a machine has them. */
export const TARGETS = ['win32-x64', 'win32-arm64', ...(process.platform === 'linux' ? [ours] : [])];

/** Throws for a platform that cannot be had from this machine. */
export function checkTarget(target) {
  if (TARGETS.includes(target)) return;
  const why = target.startsWith('darwin')
    ? 'there is no simulated service for macOS, so that a bundled hcs could run nothing'
    : /^linux-(x64|arm64)$/.test(target)
      ? `its native parts are compiled on ${target} itself`
      : 'hostcompute has no native parts for it';
  throw new Error(
    `package: no VSIX for ${target}: ${why}. Here there are ${TARGETS.join(', ')}; without --target there is one for every platform, which uses the hcs that is installed`,
  );
}

function run(args, cwd) {
  // Script shims of Windows cannot be started without a shell; npm's own program can.
  const npm =
    process.env.npm_execpath ?? path.join(path.dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
  const ran = spawnSync(process.execPath, [npm, ...args], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (ran.error) throw ran.error;
  if (ran.status !== 0) throw new Error(`package: npm ${args[0]} ended with ${ran.status}`);
}

/** What must be there, below node_modules, or the bundled hcs would not run. */
const needed = (os, cpu) => [
  'hostcompute/dist/bin/hcs.cjs',
  'hostcompute/dist/bin/engine.mjs',
  'hostcompute/dist/bin/simulator.mjs',
  'hostcompute/dist/bridge/HcsBridge.dll',
  'hostcompute/dist/bridge/edge/EdgeJs.dll',
  `@lmdb/lmdb-${os}-${cpu}`,
  `fs-native-extensions/prebuilds/${os}-${cpu}`,
  'edge-js/lib/edge.js',
  ...(os === 'win32'
    ? [
        ...['hcs.exe', 'hcs-private.exe', 'hcs-silo.exe', 'vmcompute.dll'].map(
          (name) => `hostcompute/dist/native/win32-x64/${name}`,
        ),
        `edge-js/lib/native/win32/${cpu}`,
      ]
    : [
        ...['libvmcompute.so', 'hcs-silo', 'hcs-cmd'].map((name) => `hostcompute/dist/native/${name}`),
        'edge-js/build/Release/edge_coreclr.node',
      ]),
];

/** Not read when it runs: sources, pages, and what is another platform's. */
function strip(modules, os, cpu) {
  const gone = (...parts) => rmSync(path.join(modules, ...parts), { recursive: true, force: true });
  const only = (keep, ...parts) => {
    const folder = path.join(modules, ...parts);
    for (const name of existsSync(folder) ? readdirSync(folder) : []) if (name !== keep) gone(...parts, name);
  };
  for (const name of ['docs', 'powershell', 'completions', 'src']) gone('hostcompute', name);
  gone('.bin');
  // Caches of V8 for the command line, which name the place where they were made.
  for (const name of readdirSync(path.join(modules, 'hostcompute/dist/bin/hcs')))
    if (name.endsWith('.v8')) gone('hostcompute/dist/bin/hcs', name);
  gone('edge-js', 'src');
  only(os === 'win32' ? 'win32' : '', 'edge-js', 'lib', 'native');
  only(cpu, 'edge-js', 'lib', 'native', 'win32');
  only(`${os}-${cpu}`, 'fs-native-extensions', 'prebuilds');
  const native = path.join(modules, 'hostcompute/dist/native');
  for (const name of existsSync(native) ? readdirSync(native) : [])
    if ((name === 'win32-x64') !== (os === 'win32')) gone('hostcompute/dist/native', name);
}

/** Makes `place`/node_modules. */
export function bundle(target, place) {
  const [os, cpu] = target.split('-');
  mkdirSync(place);
  run(['pack', '--silent', '--ignore-scripts', '--pack-destination', place], root);
  const archive = readdirSync(place).find((name) => name.endsWith('.tgz'));
  writeFileSync(path.join(place, 'package.json'), '{"private":true}');
  const quiet = ['--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--silent'];
  run(['install', `./${archive}`, `--os=${os}`, `--cpu=${cpu}`, ...quiet], place);
  for (const name of [archive, 'package.json', 'package-lock.json']) rmSync(path.join(place, name));
  const modules = path.join(place, 'node_modules');
  if (os !== 'win32') {
    const binary = 'edge-js/build/Release/edge_coreclr.node';
    const built = path.join(root, 'node_modules', binary);
    if (existsSync(built)) cpSync(built, path.join(modules, binary));
  }
  strip(modules, os, cpu);
  const missing = needed(os, cpu).filter((name) => !existsSync(path.join(modules, name)));
  if (missing.length > 0)
    throw new Error(
      `package: the bundled hostcompute lacks ${missing.join(', ')}; build it first (npm run build, and scripts/build-native.mjs --windows)`,
    );
}
