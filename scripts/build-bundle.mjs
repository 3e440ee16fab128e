#!/usr/bin/env node
// Bundles the programs of the package with esbuild: dist/bin/hcs.cjs (the command), engine.mjs and simulator.mjs. An unbundled command
// would start several times slower: hundreds of small files. The command is CommonJS, which node starts quicker.
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const out = path.join(root, 'dist', 'bin');
const { version, dependencies, optionalDependencies } = JSON.parse(
  readFileSync(path.join(root, 'package.json'), 'utf8'),
);

// Native parts cannot be bundled; they stay where npm has put them.
const external = ['edge-js', 'lmdb', 'fs-native-extensions', 'node-pty'];
for (const name of external) {
  if (!(name in { ...dependencies, ...optionalDependencies, 'node-pty': true })) {
    throw new Error(`build-bundle: ${name} is kept out of the bundles but is no dependency`);
  }
}

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  external,
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'linked',
  logLevel: 'warning',
  define: { __HCS_VERSION__: JSON.stringify(version) },
};

const programs = [
  {
    entry: 'src/hcs.ts',
    options: {
      outfile: 'dist/bin/hcs.cjs',
      format: 'cjs',
      external: [...external, ...(existsSync(path.join(root, 'src/rpc/host/stdio.ts')) ? [] : ['./rpc/host/stdio.js'])],
      define: { ...common.define, 'import.meta.url': '__hcsFileUrl' },
      banner: {
        // Compiled code is kept by node between starts where it can (22.8 and later).
        js: `#!/usr/bin/env node\nrequire('node:module').enableCompileCache?.();const __hcsFileUrl=require('node:url').pathToFileURL(__filename).href;`,
      },
    },
  },
  ...[
    ['src/engine.ts', 'dist/bin/engine.mjs'],
    ['src/simulator/main.ts', 'dist/bin/simulator.mjs'],
  ].map(([entry, outfile]) => ({
    entry,
    options: {
      outfile,
      format: 'esm',
      // Bundled CommonJS packages ask for node's modules with require.
      banner: {
        js: `import{createRequire as __hcsCreateRequire}from'node:module';const require=__hcsCreateRequire(import.meta.url);`,
      },
    },
  })),
];

mkdirSync(out, { recursive: true });
for (const { entry, options } of programs) {
  if (!existsSync(path.join(root, entry))) {
    process.stderr.write(`build-bundle: ${entry} is not there yet, ${options.outfile} is left out\n`);
    continue;
  }
  await build({ ...common, entryPoints: [entry], ...options });
}
const command = path.join(out, 'hcs.cjs');
if (existsSync(command)) {
  chmodSync(command, 0o755);
  link(command);
}

/**
 * So that `npx hcs` finds the command in this checkout without asking the registry: npm links a package's own bin only when it is installed
 * somewhere else.
 */
function link(target) {
  const folder = path.join(root, 'node_modules', '.bin');
  if (!existsSync(path.join(root, 'node_modules'))) return;
  mkdirSync(folder, { recursive: true });
  const name = path.join(folder, 'hcs');
  const relative = path.relative(folder, target);
  if (process.platform === 'win32') {
    writeFileSync(`${name}.cmd`, `@node "%~dp0\\${relative}" %*\r\n`);
    return;
  }
  if (lstatSync(name, { throwIfNoEntry: false }) !== undefined) rmSync(name);
  symlinkSync(relative, name);
}
