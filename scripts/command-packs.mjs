// Bundles the command into a few packs, by how often what is in them is needed. esbuild splits it into some two hundred pieces, so that a verb
// evaluates only what it needs; but two hundred files cost more to open than to run. So the pieces of one hot path lie in one file.
import {
  readdirSync,
  readFileSync,
  rmSync,
  mkdirSync,
  existsSync,
  renameSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { build, transform } from 'esbuild';

/**
 * Packs by the modules that are asked for with `import()`; each takes all that these import, unless an earlier one has it. What is in none
 * goes to `rest`. To see that a hot verb reads no pack that is not its own: strace -e openat node dist/bin/hcs.cjs VERB.
 */
const HOT = {
  start: ['src/hcs.ts', 'src/cli/commands/version.ts'],
  ask: [
    'src/cli/commands/list.ts',
    'src/cli/commands/state.ts',
    'src/cli/commands/complete.ts',
    'src/home/paths.ts',
    'src/rpc/client/connect.ts',
    'src/rpc/client/launchEngine.ts',
  ],
  run: ['src/cli/commands/run.ts', 'src/cli/commands/exec.ts'],
};

/** The pieces as ES modules, the only form that esbuild splits, and what it says of them. */
async function split(common, root, entry) {
  const folder = path.join(root, 'build', 'bundle');
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({
    ...common,
    bundle: true,
    entryPoints: { hcs: entry },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    chunkNames: 'hcs/[hash]',
    format: 'esm',
    splitting: true,
    metafile: true,
    sourcemap: 'inline',
    sourcesContent: false,
  });
  return metafile.outputs;
}

const nameOf = (output) => (output.endsWith('/hcs.cjs') ? 'ENTRY' : path.basename(output, '.cjs'));

/** Pack of each piece. */
function assign(outputs) {
  const packOf = new Map();
  const byEntry = new Map(Object.entries(outputs).map(([output, { entryPoint }]) => [entryPoint, output]));
  const take = (pack, output) => {
    if (packOf.has(output)) return;
    packOf.set(output, pack);
    for (const { path: imported, kind } of outputs[output].imports) {
      if (kind === 'import-statement' && imported in outputs) take(pack, imported);
    }
  };
  for (const [pack, modules] of Object.entries(HOT)) {
    for (const module of modules) {
      // A module that something hot imports statically, too, is no entry of its own: then it is there already.
      const output = byEntry.get(module);
      if (output !== undefined) take(pack, output);
    }
  }
  for (const output of Object.keys(outputs)) take('rest', output);
  return packOf;
}

/**
 * Text and source map of a pack: an object of functions, each one a piece as node would wrap a CommonJS module. It is both a CommonJS
 * module and a script whose value is the object: the loader need not wrap it, which would copy it twice.
 */
async function makePack(common, root, outputs) {
  let text = '(typeof module==="object"?module:{}).exports={';
  const sections = [];
  for (const output of outputs) {
    const { code, map } = await transform(readFileSync(path.join(root, output), 'utf8'), {
      target: common.target,
      minify: true,
      keepNames: false,
      legalComments: 'none',
      format: 'cjs',
      platform: 'node',
      sourcemap: true,
      sourcesContent: false,
      sourcefile: output,
      supported: { 'dynamic-import': false },
    });
    text += `"${nameOf(output)}"(exports,require,module,__filename,__dirname){\n`;
    sections.push({ offset: { line: text.split('\n').length - 1, column: 0 }, map: JSON.parse(map) });
    text += `${code}},`;
  }
  return { text: `${text}};\n`, map: JSON.stringify({ version: 3, sections }) };
}

/** Renames into place what is not there yet. */
function put(file, text) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** Writes `hcs.cjs` and `hcs/` into the folder `out`. The entry comes last: a command that starts meanwhile finds all its packs. */
export async function bundleCommand(common, root, entry, out) {
  const outputs = await split(common, root, entry);
  const packOf = assign(outputs);
  mkdirSync(path.join(out, 'hcs'), { recursive: true });
  const names = {};
  const kept = new Set();
  for (const pack of new Set(packOf.values())) {
    const members = Object.keys(outputs).filter((output) => packOf.get(output) === pack);
    const { text, map } = await makePack(common, root, members);
    const name = `${pack}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
    for (const output of members) names[nameOf(output)] = name;
    put(path.join(out, 'hcs', `${name}.cjs.map`), map);
    put(path.join(out, 'hcs', `${name}.cjs`), `${text}//# sourceMappingURL=${name}.cjs.map\n`);
    kept.add(name);
  }
  const loader = readFileSync(path.join(root, 'scripts', 'pack-loader.cjs'), 'utf8');
  const { code } = await transform(`const PACK_OF=${JSON.stringify(names)};${loader}`, {
    minify: true,
    platform: 'node',
    target: common.target,
  });
  const file = path.join(out, 'hcs.cjs');
  // Without the two dashes node takes an --env-file anywhere in the line for its own.
  put(file, `#!/usr/bin/env -S node --\n${code}`);
  chmodSync(file, 0o755);
  for (const name of readdirSync(path.join(out, 'hcs'))) {
    if (!kept.has(name.split('.')[0])) rmSync(path.join(out, 'hcs', name));
  }
}
