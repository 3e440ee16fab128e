#!/usr/bin/env node
// Bundles the programs of the package with esbuild: dist/bin/hcs.cjs (the command), engine.mjs and simulator.mjs. Unbundled, a command
// would load hundreds of small files and start several times slower.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleCommand } from './command-packs.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const out = path.join(root, 'dist', 'bin');
const { version, dependencies, optionalDependencies, devDependencies } = JSON.parse(
  readFileSync(path.join(root, 'package.json'), 'utf8'),
);

// Native parts cannot be bundled; they stay where npm has put them.
const external = ['edge-js', 'lmdb', 'fs-native-extensions', 'node-pty'];
for (const name of external) {
  if (!(name in { ...dependencies, ...optionalDependencies, ...devDependencies })) {
    throw new Error(`build-bundle: ${name} is kept out of the bundles but is no dependency`);
  }
}

const common = {
  absWorkingDir: root,
  platform: 'node',
  target: 'node20',
  minify: true,
  // Class names are looked at (io-ts tells types apart by them in messages).
  keepNames: true,
  logLevel: 'warning',
  legalComments: 'none',
};
const define = { __HCS_VERSION__: JSON.stringify(version) };

/** The table of commands as data, for completion (src/cli/commandTable.ts). */
async function writeCommandTable() {
  const { commandTable, TABLE_FILE } = await import(
    pathToFileURL(path.join(root, 'dist', 'cli', 'commandTable.js')).href
  );
  const file = path.join(root, 'dist', TABLE_FILE);
  writeFileSync(`${file}.new`, JSON.stringify(await commandTable()));
  renameSync(`${file}.new`, file);
}

const bundleModule = (entry, outfile) =>
  build({
    ...common,
    bundle: true,
    external,
    entryPoints: [entry],
    outfile,
    format: 'esm',
    sourcemap: true,
    sourcesContent: false,
    define,
    // Bundled CommonJS packages ask for node's modules with require.
    banner: {
      js: `import{createRequire as __hcsCreateRequire}from'node:module';const require=__hcsCreateRequire(import.meta.url);`,
    },
  });

/** So that npm scripts of this checkout have `hcs` on their PATH; npm links a package's own bin only where it is installed. */
function link(target) {
  const folder = path.join(root, 'node_modules', '.bin');
  if (!existsSync(path.join(root, 'node_modules'))) return;
  mkdirSync(folder, { recursive: true });
  const name = path.join(folder, 'hcs');
  const relative = path.relative(folder, target);
  if (process.platform === 'win32') {
    writeFileSync(`${name}.cmd`, `@node -- "%~dp0\\${relative}" %*\r\n`);
    return;
  }
  if (lstatSync(name, { throwIfNoEntry: false }) !== undefined) rmSync(name);
  symlinkSync(relative, name);
}

mkdirSync(out, { recursive: true });
await bundleCommand(
  {
    ...common,
    external,
    // Every piece lies in the one folder, so any of them may answer where we are.
    define: { ...define, 'import.meta.url': 'globalThis.__hcsFileUrl' },
  },
  root,
  'src/hcs.ts',
  out,
);
await writeCommandTable();
for (const [entry, outfile] of [
  ['src/engine.ts', 'dist/bin/engine.mjs'],
  ['src/simulator/main.ts', 'dist/bin/simulator.mjs'],
]) {
  if (existsSync(path.join(root, entry))) await bundleModule(entry, outfile);
  else process.stderr.write(`build-bundle: ${entry} is not there yet, ${outfile} is left out\n`);
}
link(path.join(out, 'hcs.cjs'));
