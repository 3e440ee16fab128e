/** Starting the CLR under all kinds of circumstances, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { findDotnet } from '#src/bridge/findDotnet.js';
import { DIST, compileStub, temporaryFolder } from './helpers/stub.js';

let folder: string;
let library: string;
test.before(() => {
  folder = temporaryFolder();
  library = compileStub(folder);
});
test.after.always(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly dist?: string;
  readonly library?: string;
}

/** Creates the port in a new process, makes one call, closes; prints what came of it. */
function load(run: Run = {}): { readonly out: unknown; readonly stderr: string } {
  const script = `
    const { createEdgeHcs } = await import(${JSON.stringify(path.join(DIST, 'bridge', 'edgeHcs.js'))});
    const before = JSON.stringify(process.env);
    try {
      const hcs = await createEdgeHcs({ distFolder: process.argv[1], backend: 'simulator', library: process.argv[2] });
      const answer = await hcs.call('HcsGetServiceProperties', ['']);
      await hcs.close();
      console.log(JSON.stringify({ answer, environmentKept: JSON.stringify(process.env) === before }));
    } catch (e) {
      console.log(JSON.stringify({ code: e.code, message: e.message, hint: e.details?.hint }));
    }`;
  const dist = run.dist ?? DIST;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script, dist, run.library ?? library], {
    cwd: run.cwd ?? folder,
    env: run.env ?? process.env,
    encoding: 'utf8',
  });
  return { out: JSON.parse(child.stdout) as unknown, stderr: child.stderr };
}

const works = { answer: '{"strings":0,"handles":0}', environmentKept: true };

test('it loads from any folder, and leaves the environment as it was', (t) => {
  t.deepEqual(load({ cwd: '/' }), { out: works, stderr: '' });
});

test('it needs neither HOME nor PATH nor a package cache', (t) => {
  t.deepEqual(load({ env: {} }).out, works);
});

test('a package cache of the user is not read', (t) => {
  const cache = path.join(folder, 'cache', 'microsoft.extensions.dependencymodel', '8.0.2', 'lib', 'net8.0');
  fs.mkdirSync(cache, { recursive: true });
  fs.writeFileSync(path.join(cache, 'Microsoft.Extensions.DependencyModel.dll'), 'no assembly');
  t.deepEqual(load({ env: { NUGET_PACKAGES: path.join(folder, 'cache') } }).out, works);
});

test('a DOTNET_ROOT that leads nowhere is passed over', (t) => {
  t.deepEqual(load({ env: { DOTNET_ROOT: '/nowhere' } }).out, works);
});

test("a library that is missing is unavailable, with the loader's words and a hint", (t) => {
  const { out } = load({ library: path.join(folder, 'absent.so') });
  t.like(out, { code: 'unavailable', hint: 'build the simulator with `npm run build:native`' });
  t.regex((out as { message: string }).message, /absent\.so/);
});

test('a dist folder without the bridge is unavailable, with a hint', (t) => {
  const { out } = load({ dist: folder });
  t.like(out, { code: 'unavailable' });
  t.regex((out as { message: string }).message, /HcsBridge\.dll is missing/);
});

test('a dist folder without edge-js near it is unavailable, with a hint', (t) => {
  const dist = path.join(folder, 'alone');
  for (const file of ['HcsBridge.dll', 'edge/EdgeJs.dll']) {
    fs.mkdirSync(path.dirname(path.join(dist, 'bridge', file)), { recursive: true });
    fs.copyFileSync(path.join(DIST, 'bridge', file), path.join(dist, 'bridge', file));
  }
  t.like(load({ dist }).out, { code: 'unavailable', message: 'edge-js is not installed' });
});

/** A dist folder with edge-js beside it; `native`: what lies where its native part should. */
function withEdge(name: string, native: string | null): string {
  const edge = path.join(folder, name, 'node_modules', 'edge-js');
  fs.cpSync(path.join(DIST, 'bridge'), path.join(folder, name, 'dist', 'bridge'), { recursive: true });
  for (const part of ['package.json', 'lib', 'tools'])
    fs.cpSync(path.join(DIST, '..', 'node_modules', 'edge-js', part), path.join(edge, part), { recursive: true });
  if (native !== null) {
    fs.mkdirSync(path.join(edge, 'build', 'Release'), { recursive: true });
    fs.writeFileSync(path.join(edge, 'build', 'Release', 'edge_coreclr.node'), native);
  }
  return path.join(folder, name, 'dist');
}

for (const [what, native] of [
  ['was never built', null],
  ['is of another Node.js', 'nothing that this Node.js can load'],
] as const)
  test(`an edge-js whose native part ${what} is unavailable, with the way to build it`, (t) => {
    const { code, message, hint } = load({ dist: withEdge(what, native) }).out as Record<string, string>;
    t.is(code, 'unavailable');
    t.regex(message ?? '', /^edge-js has no native part for Node\.js v/);
    t.regex(hint ?? '', /npm rebuild edge-js/);
  });

function fakeDotnet(name: string, ...runtimes: readonly string[]): string {
  const root = path.join(folder, name);
  fs.mkdirSync(root, { recursive: true });
  fs.writeFileSync(path.join(root, 'dotnet'), '');
  for (const version of runtimes) {
    fs.mkdirSync(path.join(root, 'shared', 'Microsoft.NETCore.App', version), { recursive: true });
  }
  return root;
}

test('the newest released runtime from version 8 on is taken', (t) => {
  const root = fakeDotnet('several', '6.0.36', '8.0.9', '8.0.21', '10.0.2', '9.0.11', '11.0.0-preview.1');
  t.deepEqual(findDotnet({ DOTNET_ROOT: root }), { folder: root, runtime: '10.0.2' });
});

test('a dotnet without a runtime that will do is passed over', (t) => {
  const old = fakeDotnet('old', '6.0.36');
  const good = fakeDotnet('good', '8.0.1');
  t.deepEqual(findDotnet({ DOTNET_ROOT: old, PATH: `${folder}/none:${good}` }), { folder: good, runtime: '8.0.1' });
});

test('a link to dotnet on PATH leads to its folder', (t) => {
  const root = fakeDotnet('linked', '9.0.3');
  const bin = path.join(folder, 'bin');
  fs.mkdirSync(bin);
  fs.symlinkSync(path.join(root, 'dotnet'), path.join(bin, 'dotnet'));
  t.deepEqual(findDotnet({ PATH: bin }), { folder: root, runtime: '9.0.3' });
});
