/** The package as it is published: its client in an ES module, by require, in a CommonJS bundle of an extension, and its types. */
import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { build } from 'esbuild';
import { Home, ROOT } from './support.js';

const run = promisify(execFile);
const MODULES = join(ROOT, 'node_modules');

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/** A project that has the packed package, and of its dependencies what is installed here. */
async function project(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'hcs-packed-'));
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: ROOT, shell: process.platform === 'win32' });
  await run('tar', ['-xzf', join(folder, stdout.trim()), '-C', folder]);
  mkdirSync(join(folder, 'node_modules'));
  const installed = join(folder, 'node_modules/hostcompute');
  symlinkSync(join(folder, 'package'), installed, 'junction');
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ) as Manifest;
  // Beside the package, where a package manager would have put them.
  for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), '@types/node', 'undici-types']) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(join(MODULES, name), join(folder, 'node_modules', name), 'junction');
  }
  writeFileSync(join(folder, 'package.json'), '{"name":"consumer","private":true}');
  return folder;
}

/** Uses a client the way a program would, and says what came of it. */
const USE = `
async function use(connect, options) {
  const client = await connect(options);
  const { id } = await client.create({ builtinBase: true, spec: { process: { cwd: '/', args: ['sh', '-c', 'printf hi; exit 5'] } } });
  await client.start({ id });
  let said = '';
  for await (const chunk of await client.openStream({ id, stream: 'stdout' })) said += Buffer.from(chunk);
  const { exitCode } = await client.wait(id, undefined, 'container');
  await client.delete(id, false);
  const types = [];
  for await (const event of client.events({ after: 0 })) {
    if (event.containerId !== id) continue;
    types.push(event.type);
    if (event.type === 'delete') break;
  }
  await client.close();
  console.log(said, exitCode, types.join(' '));
}
`;
const OUTCOME = 'hi 5 create start stopping exit delete\n';

let folder = '';
test.before(async () => {
  folder = await project();
});
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function ran(home: Home, file: string, text: string): Promise<{ stdout: string; stderr: string }> {
  writeFileSync(join(folder, file), text);
  return run(process.execPath, [file], { cwd: folder, env: home.env, timeout: 60_000 });
}

test('an ES module imports the client, which finds and starts the engine of its own package', async (t) => {
  const home = await Home.make(t);
  const { stdout, stderr } = await ran(
    home,
    'program.mjs',
    `import { connect } from 'hostcompute/client';\n${USE}\nawait use(connect, {});`,
  );
  t.is(stdout, OUTCOME);
  t.is(stderr, '');
});

test('the client exports the owner of a create that names none, with which a plan is that of such a create', async (t) => {
  const home = await Home.make(t);
  const { stdout } = await ran(
    home,
    'owner.mjs',
    `import { connect, DEFAULT_OWNER } from 'hostcompute/client';
const client = await connect({});
const wish = { id: 'x', builtinBase: true, spec: { process: { cwd: '/', args: ['true'] } } };
await client.create(wish);
const { owner } = await client.state('x');
const { container } = await client.plan({ ...wish, owner: DEFAULT_OWNER });
await client.close();
console.log(owner === DEFAULT_OWNER, JSON.parse(container.document).Owner === owner);`,
  );
  t.is(stdout, 'true true\n');
});

test('a CommonJS program requires the client', async (t) => {
  const home = await Home.make(t);
  const { stdout } = await ran(
    home,
    'program.cjs',
    `const { connect } = require('hostcompute/client');\n${USE}\nuse(connect, {});`,
  );
  t.is(stdout, OUTCOME);
});

test('a CommonJS bundle of an extension reaches a command’s host and a running engine, and says what to do when there is none', async (t) => {
  const home = await Home.make(t);
  const source = join(folder, 'extension.mjs');
  writeFileSync(
    source,
    `import { connect } from 'hostcompute/client';
${USE}
export async function activate(node, hcs) {
  await connect({}).catch((error) => console.log(error.code, error.details.hint));
  await use(connect, { command: node, args: [hcs, 'serve', '--stdio'] });
  await use(connect, {});
}`,
  );
  const bundle = join(folder, 'bundle', 'extension.cjs');
  const { warnings } = await build({
    entryPoints: [source],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    // A CommonJS bundle has no import.meta, and the client does not need it there.
    logOverride: { 'empty-import-meta': 'silent' },
    logLevel: 'silent',
  });
  t.deepEqual(warnings, []);
  const away = mkdtempSync(join(tmpdir(), 'hcs-extension-'));
  t.teardown(() => {
    rmSync(away, { recursive: true, force: true });
  });
  copyFileSync(bundle, join(away, 'extension.cjs'));
  const hcs = join(folder, 'package/dist/bin/hcs.cjs');
  const { stdout } = await run(
    process.execPath,
    ['-e', `require('./extension.cjs').activate(process.execPath, ${JSON.stringify(hcs)})`],
    { cwd: away, env: home.env, timeout: 60_000 },
  );
  const [missing, ...rest] = stdout.trimEnd().split('\n');
  t.regex(missing ?? '', /^unavailable .*command/);
  t.deepEqual(rest, [OUTCOME.trim(), OUTCOME.trim()]);
});

for (const [module, moduleResolution] of [
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
]) {
  test(`the types of the packed client hold with module resolution ${moduleResolution ?? ''}`, (t) => {
    const name = `types-${moduleResolution ?? ''}`;
    mkdirSync(join(folder, name));
    copyFileSync(join(ROOT, 'test/types/client.types.ts'), join(folder, name, 'client.ts'));
    writeFileSync(
      join(folder, name, 'tsconfig.json'),
      JSON.stringify({
        // As strict as a consumer may be, and the declarations themselves are checked too.
        compilerOptions: {
          module,
          moduleResolution,
          target: 'es2022',
          lib: ['es2023'],
          types: ['node'],
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          skipLibCheck: false,
        },
      }),
    );
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(MODULES, 'typescript/bin/tsc'), '-p', join(folder, name)],
      { encoding: 'utf8' },
    );
    t.is(status, 0, stdout);
  });
}
