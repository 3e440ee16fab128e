/** The house rules of docs/architecture.md that can be read off the imports. */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SRC = join(ROOT, 'src');

/** Which folder of src may import which; files of src itself wire everything. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  home: ['core'],
  bridge: ['core'],
  store: ['core'],
  simulator: ['core'],
  rpc: ['core', 'home'],
  cli: ['core', 'rpc', 'home'],
};

/** Packages that belong to some layers alone. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  'edge-js': ['bridge'],
  lmdb: ['store'],
  yargs: ['cli'],
  ora: ['cli'],
  'vscode-jsonrpc': ['rpc', 'simulator', 'cli'],
};

const CORE_PACKAGES = ['fp-ts', 'io-ts', 'lossless-json'];

interface Import {
  /** Relative to src, with forward slashes. */
  readonly file: string;
  readonly layer: string;
  readonly names: string;
}

const slashes = (path: string): string => path.split(sep).join('/');

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map(slashes);
}

const layerOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '');

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const found = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  // Packages with a native part are loaded by hand.
  for (const [, name] of text.matchAll(/createRequire\(.*?\)\('([^']+)'\)/g)) found.push(name ?? '');
  return found.map((names) => ({ file, layer: layerOf(file), names }));
}

const all = sources(SRC).flatMap(importsOf);
const inside = all
  .filter(({ names }) => names.startsWith('.'))
  .map((i) => ({ ...i, target: slashes(relative(SRC, normalize(join(SRC, dirname(i.file), i.names)))) }));
const packageOf = (name: string): string => name.split('/', name.startsWith('@') ? 2 : 1).join('/');
const outside = all
  .filter(({ names }) => !names.startsWith('.') && !names.startsWith('node:'))
  .map((i) => ({ ...i, package: packageOf(i.names) }));

const told = (i: Import): string => `${i.file} imports ${i.names}`;

test('the sources are found, and every folder of src is a layer', (t) => {
  t.true(all.length > 200, `${all.length} imports`);
  // The launcher is C, a program of its own.
  const folders = readdirSync(SRC, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== 'launcher',
  );
  t.deepEqual(folders.map(({ name }) => name).sort(), Object.keys(LAYERS).sort());
});

test('a layer imports itself and the layers under it, never back', (t) => {
  const wrong = inside.filter(({ layer, target }) => {
    const to = layerOf(target);
    return layer !== '' && to !== layer && LAYERS[layer]?.includes(to) !== true;
  });
  t.deepEqual(wrong.map(told), []);
});

test('project references and the lint fence say the same as the layers here', (t) => {
  const fence = readFileSync(join(ROOT, 'eslint.config.js'), 'utf8');
  for (const [layer, allowed] of Object.entries(LAYERS)) {
    const { references } = JSON.parse(readFileSync(join(SRC, layer, 'tsconfig.json'), 'utf8')) as {
      references: readonly { path: string }[];
    };
    t.deepEqual(references.map(({ path }) => path.replace('../', '')).sort(), [...allowed].sort(), layer);
    const line = new RegExp(`^  ${layer}: \\[(.*)\\],$`, 'm').exec(fence)?.[1] ?? 'missing';
    t.deepEqual(line.match(/\w+/g)?.sort() ?? [], [...allowed].sort(), `${layer} in eslint.config.js`);
  }
});

test('core does no I/O: no module of node, no package but the codecs', (t) => {
  const wrong = all.filter(
    ({ layer, names }) => layer === 'core' && !names.startsWith('.') && !CORE_PACKAGES.includes(packageOf(names)),
  );
  t.deepEqual(wrong.map(told), []);
});

test('a package that belongs to a layer is imported only there', (t) => {
  const wrong = outside.filter((i) => OWNERS[i.package]?.includes(i.layer) === false);
  t.deepEqual(wrong.map(told), []);
  for (const name of Object.keys(OWNERS))
    t.true(
      outside.some((i) => i.package === name),
      `${name} is not imported at all`,
    );
});

test('every package that is imported is a declared dependency', (t) => {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const declared = { ...dependencies, ...optionalDependencies };
  const wrong = outside.filter(
    (i) => !(i.package in declared) && !builtinModules.includes(i.package) && i.package !== 'hostcompute',
  );
  t.deepEqual(wrong.map(told), []);
});

test('only production.ts joins bridge, store and simulated service', (t) => {
  const wiring = inside.filter(({ layer, target }) => layer === '' && ['bridge', 'store'].includes(layerOf(target)));
  const files = new Set(wiring.map(({ file }) => file));
  // engine.ts reads a store on behalf of another engine, and nothing else.
  files.delete('engine.ts');
  t.deepEqual([...files], ['production.ts']);
});

test('the command line reaches the engine only through the client', (t) => {
  const asked = inside.filter(({ layer, target }) => layer === 'cli' && target.startsWith('rpc/'));
  t.true(asked.some(({ target }) => target === 'rpc/client/index.js'));
  // The shapes of messages, their schemas, and the page about them go nowhere.
  const open = /^rpc\/(client\/(index|privatePipe)|protocol\/\w+|jsonSchema|openrpc)\.js$/;
  t.deepEqual(asked.filter(({ target }) => !open.test(target)).map(told), []);
});

test('only the publisher gives out cursors and writes turns', (t) => {
  const users = sources(join(SRC, 'core')).filter((file) =>
    /\b\w*store\.(nextCursor|commit)\(/.test(readFileSync(join(SRC, 'core', file), 'utf8')),
  );
  t.deepEqual(users, ['events/publisher.ts']);
});
