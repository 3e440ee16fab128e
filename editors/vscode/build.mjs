#!/usr/bin/env node
// Bundles the extension into dist/extension.cjs. Runs in a checkout that is built (npm ci at the top): esbuild, TypeScript and the packages that
// are bundled are those of the top folder, so that there is one version of each.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

await build({
  absWorkingDir: here,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.cjs',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  // jsonc-parser's other form asks for its files in a way that no bundler sees.
  mainFields: ['module', 'main'],
  alias: { 'hostcompute/client': path.join(root, 'dist/rpc/client/index.js') },
  // The parts of the client that start an engine themselves are not used: `hcs serve` does.
  define: { __HCS_VERSION__: JSON.stringify(version), 'import.meta.url': '"file:///"' },
  minify: true,
  // io-ts tells types apart by their names in messages.
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
});
