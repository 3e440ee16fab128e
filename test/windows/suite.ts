/**
 * The Windows binaries under Wine: the launcher hcs.exe, the command on node.exe, the simulated service on named pipes, and a C
 * client on the stand-in vmcompute.dll. A suite of scripts/test.mjs. docs/windows.md says what Wine cannot prove.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { fileURLToPath } from 'node:url';
import { installParts, type Parts } from './parts.js';
import { windowsPath, Wine, type Ran } from './wine.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const NATIVE = join(ROOT, 'dist/native/win32-x64');
const SCRIPT = join(ROOT, 'dist/bin/hcs.cjs');

const say = (line: string): void => void process.stdout.write(`${line}\n`);
let passed = 0;
let failed = 0;

async function check(name: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
    passed++;
    say(`passed ${name}`);
  } catch (e) {
    failed++;
    say(`failed ${name}: ${(e instanceof Error ? e.message : String(e)).replaceAll('\n', ' | ')}`);
  }
}

function same(what: string, got: unknown, expected: unknown): void {
  if (isDeepStrictEqual(got, expected)) return;
  throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`);
}

const told = (ran: Ran): unknown => {
  if (ran.code !== 0) throw new Error(`status ${ran.code}: ${ran.stderr}`);
  return JSON.parse(ran.stdout.toString());
};

/** hcs.exe beside a script of the test's own, in a folder whose name has a blank and is not ASCII. */
async function launcher(wine: Wine, folder: string): Promise<void> {
  const place = join(folder, 'größe 例 x');
  mkdirSync(place);
  const exe = join(place, 'hcs.exe');
  copyFileSync(join(NATIVE, 'hcs.exe'), exe);
  const node = { HCS_NODE: windowsPath(wine.parts.node) };

  await check('hcs.exe without its script says so', async () => {
    const ran = await wine.run(exe, [], { env: node });
    same('status', ran.code, 5);
    same('stderr', ran.stderr, 'hcs: hcs.cjs was not found beside hcs.exe: install hostcompute again\r\n');
  });
  writeFileSync(
    join(place, 'hcs.cjs'),
    `if (process.argv[2] === 'code') process.exit(Number(process.argv[3]));
    else if (process.argv[2] === 'copy') process.stdin.pipe(process.stdout);
    else console.log(JSON.stringify(process.argv.slice(2)));`,
  );
  await check('hcs.exe hands arguments on byte for byte', async () => {
    const hard = ['a b', 'c"d', '', 'größe 例', 'x\\', 'a b\\', 'a\\"b', '%PATH%', '^&|<>', '--', '-x', "it's"];
    same('arguments', told(await wine.run(exe, hard, { env: node })), hard);
  });
  await check('hcs.exe hands a long command line on', async () => {
    const long = ['x'.repeat(30_000)];
    same('arguments', told(await wine.run(exe, long, { env: node })), long);
  });
  for (const code of [0, 7, 255, 256, 1067, 0x7fffffff, 0xc0000005, 0xffffffff]) {
    await check(`hcs.exe ends with the program's code ${code}`, async () => {
      same('status', (await wine.run(exe, ['code', String(code)], { env: node })).code, code);
    });
  }
  await check('hcs.exe leaves stdio to the program, byte for byte', async () => {
    const input = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7) % 256));
    const ran = await wine.run(exe, ['copy'], { env: node, input });
    same('status', ran.code, 0);
    if (!ran.stdout.equals(input)) throw new Error(`${ran.stdout.length} of ${input.length} bytes, or others`);
  });
  await check('hcs.exe finds node.exe by PATH', async () => {
    const env = { WINEPATH: windowsPath(join(wine.parts.node, '..')) };
    same('arguments', told(await wine.run(exe, ['x'], { env })), ['x']);
  });
  await check('hcs.exe does not take node.exe from the current folder', async () => {
    const cwd = join(folder, 'elsewhere');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'node.exe'), '');
    const ran = await wine.run(exe, [], { cwd });
    same('status', ran.code, 5);
    if (!ran.stderr.startsWith('hcs: node.exe was not found')) throw new Error(ran.stderr);
  });
}

/** What the command says without an engine is the same on both systems. */
async function command(wine: Wine, folder: string): Promise<void> {
  const env = { HCS_NODE: windowsPath(wine.parts.node), HCS_HOME: windowsPath(join(folder, 'home with blank')) };
  const hcs = (...args: string[]): Promise<Ran> => wine.run(join(NATIVE, 'hcs.exe'), args, { env });
  const here = (...args: string[]): unknown =>
    JSON.parse(execFileSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8', cwd: folder }));

  await check('hcs version tells win32', async () => {
    const { platform, ok } = told(await hcs('version', '--json')) as Record<string, unknown>;
    same('platform and ok', [platform, ok], ['win32', true]);
  });
  const spec = {
    ociVersion: '1.0.0',
    root: { path: '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\\' },
    process: { args: ['cmd', '/s', '/c', 'echo größe'], cwd: 'C:\\', env: ['A=ö'] },
    windows: { layerFolders: ['C:\\layers\\base', 'C:\\layers\\scratch'] },
  };
  const host = { build: 20348, cpus: 4, directories: [] };
  writeFileSync(join(folder, 'spec größe.json'), JSON.stringify(spec));
  // As Windows PowerShell's Out-File writes it.
  writeFileSync(join(folder, 'utf16.json'), Buffer.from(`\uFEFF${JSON.stringify(spec)}`, 'utf16le'));
  writeFileSync(join(folder, 'host.json'), JSON.stringify(host));
  const alike: readonly (readonly string[])[] = [
    ['plan', '--spec', 'spec größe.json', '--host', 'host.json', '--id', 'c1', '--json'],
    ['plan', '--spec', 'utf16.json', '--host', 'host.json', '--id', 'c1', '--json'],
    ['layer', 'id', 'C:\\layers\\base', '\\\\?\\C:\\größe', '--json'],
    ['schema'],
    ['help', '--json'],
  ];
  for (const args of alike) {
    await check(`hcs ${args.join(' ')} says the same on Windows`, async () => {
      same('document', told(await hcs(...args)), here(...args));
    });
  }
  await check('an unknown verb is status 2 on Windows, too', async () => {
    same('status', (await hcs('no-such-verb')).code, 2);
  });
}

const written = async (file: string): Promise<string> => {
  for (let look = 0; look < 300; look++) {
    if (existsSync(file)) {
      const text = readFileSync(file, 'utf8');
      if (text.endsWith('}') || text.endsWith('}\n')) return text;
    }
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error(`${file} did not appear`);
};

/** The simulated service on node.exe with its named pipes, and a C client on vmcompute.dll. */
async function service(wine: Wine, folder: string): Promise<void> {
  const home = join(folder, 'service größe');
  const layers = ['base', 'scratch'].map((name) => join(home, name));
  for (const layer of layers) mkdirSync(layer, { recursive: true });
  const [base = '', scratch = ''] = layers.map(windowsPath);
  const flags = ['--home', windowsPath(home), '--native', windowsPath(NATIVE), '--runtime-dir', 'C:\\'];
  const script = windowsPath(join(ROOT, 'dist/bin/simulator.mjs'));
  const file = join(home, 'simulator/service.json');

  await check('the service on Windows ends when it is idle, and takes its description along', async () => {
    const idle = wine.run(wine.parts.node, [script, ...flags, '--idle-ms', '1000']);
    await written(file);
    same('status', (await idle).code, 0);
    same('service.json is there', existsSync(file), false);
  });
  // It has a compute system until it is killed.
  const running = wine.run(wine.parts.node, [script, ...flags]);
  await check('a C client reaches the service through vmcompute.dll and a named pipe', async () => {
    const client = wine.compile(join(ROOT, 'test/native/client.c'), 'client.exe', '-lpthread');
    const { endpoint } = JSON.parse(await written(file)) as { endpoint: string };
    const document = {
      SystemType: 'Container',
      Name: 'c1',
      Owner: 'test',
      VolumePath: '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}',
      LayerFolderPath: scratch,
      Layers: [{ ID: '18955d65-d45a-557b-bf1c-49d6dfefc526', Path: base }],
      HvPartition: false,
    };
    const dll = windowsPath(join(NATIVE, 'vmcompute.dll'));
    const ran = await wine.run(client, [dll, 'c1', JSON.stringify(document), '-'], {
      env: { HCS_SIMULATOR_ENDPOINT: endpoint },
    });
    const lines = ran.stdout.toString().split(/\r?\n/);
    same('NameToGuid of "a"', lines[0], 'guid=44990397836e2d56b28077fa5622564e');
    // Create was answered and its notification came, or the client would not have gone on to start.
    same('the step that failed', ran.stderr.trim(), 'start: 0x80070002');
  });
  say('skipped a process in a compute system: the simulated service has no process launcher for Windows yet');
  wine.end();
  await running;
}

async function all(parts: Parts): Promise<void> {
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build-native.mjs'), '--windows'], {
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(built.stderr);
  const folder = mkdtempSync(join(tmpdir(), 'hcs-windows-'));
  const wine = new Wine(parts, folder, join(ROOT, 'test/windows'));
  try {
    await launcher(wine, folder);
    await command(wine, folder);
    await service(wine, folder);
  } finally {
    wine.end();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const parts = installParts();
if (typeof parts === 'string') say(`skipped the Windows binaries: ${parts}`);
else await all(parts);
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
