#!/usr/bin/env node
// Bundles the extension into dist/extension.cjs. Runs in a checkout that is built (npm ci at the top): esbuild, TypeScript and the packages that
// are bundled are those of the top folder, so that there is one version of each.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

// The schema for the editor: that of the command, but a member that hcs would ignore is pointed out.
const closed = (schema) => {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { properties, ...rest } = schema;
  if (properties === undefined)
    return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const members = Object.entries(properties).map(([key, value]) => [key, closed(value)]);
  return { ...rest, properties: Object.fromEntries(members), additionalProperties: false };
};
const asked = spawnSync(process.execPath, [path.join(root, 'dist/bin/hcs.cjs'), 'schema', 'spec', '--json'], {
  encoding: 'utf8',
});
if (asked.status !== 0) throw new Error(`hcs schema spec: ${asked.stderr}`);
const spec = closed(JSON.parse(asked.stdout).schemas[0].schema);
spec.$schema = 'http://json-schema.org/draft-07/schema#';
spec.properties.$schema = { type: 'string' };
spec.properties.process.required = ['cwd'];
spec.defaultSnippets = [
  {
    label: 'Windows container',
    body: {
      ociVersion: '1.0.2',
      process: { args: ['cmd', '/c', '${1:ver}'], cwd: 'C:\\\\' },
      windows: { layerFolders: ['${2}'] },
    },
  },
];
const { $id: _, $schema, ...then } = spec;
mkdirSync(path.join(here, 'dist'), { recursive: true });
const write = (name, value) => writeFileSync(path.join(here, 'dist', name), `${JSON.stringify(value)}\n`);
write('spec.schema.json', spec);
// Many things are called config.json; only one that says so is a spec.
write('config.schema.json', { $schema, if: { required: ['ociVersion'] }, then });

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
