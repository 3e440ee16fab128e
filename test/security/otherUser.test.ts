/**
 * Another Unix user of the machine: neither connects nor reads, and what they lay in our way is noticed. Needs root, which alone can be
 * another user, too.
 */
import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readEngineFile } from '#src/home/engineFile.js';
import { homePaths } from '#src/home/paths.js';
import { Home, type Ran } from '../helpers/cli.js';

const NOBODY = 65534;
const asRoot = process.platform !== 'win32' && process.geteuid?.() === 0;
const another = asRoot ? test : test.skip;
if (!asRoot) process.stderr.write('skipped: tests of another user need root\n');

/** Runs a script as nobody; answers what it prints. */
function asNobody(script: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const options = { uid: NOBODY, gid: NOBODY, cwd: '/', env: {}, timeout: 20_000 };
    execFile(process.execPath, ['-e', script, ...args], options, (error, stdout) => {
      resolve(error === null ? stdout : `failed: ${error.message}`);
    });
  });
}

/** Error codes of reading and connecting, or `open` where it went through. */
const TRY = `
const fs = require('fs'), net = require('net');
const [endpoint, ...paths] = process.argv.slice(1);
const tried = {};
for (const path of paths) {
  try { fs.statSync(path).isDirectory() ? fs.readdirSync(path) : fs.readFileSync(path); tried[path] = 'open'; }
  catch (e) { tried[path] = e.code; }
}
const done = (how) => { tried[endpoint] = how; process.stdout.write(JSON.stringify(tried)); process.exit(0); };
net.connect(endpoint).on('connect', () => done('open')).on('error', (e) => done(e.code));
`;

async function tried(endpoint: string, paths: readonly string[]): Promise<Record<string, string>> {
  return JSON.parse(await asNobody(TRY, [endpoint, ...paths])) as Record<string, string>;
}

another('another user can neither connect to the engine nor read anything of the home', async (t) => {
  const home = await Home.make(t);
  t.is((await home.hcs(['run', '-d', '--id', 'a', '--', 'sh', '-c', 'echo out; sleep 60'])).status, 0);
  const paths = homePaths(home.folder);
  const endpoint = readEngineFile(paths.engineFile)?.endpoint ?? '';
  // The check of the test itself: as this user all of it is open.
  const watched = [
    home.folder,
    dirname(endpoint),
    ...[paths.engineFile, paths.engineLog, paths.engineLock],
    ...[paths.store, join(paths.store, 'data.mdb'), paths.containers, join(paths.simulator, 'service.json')],
  ];
  const answers = await tried(endpoint, watched);
  t.is(Object.keys(answers).length, watched.length + 1);
  for (const [path, how] of Object.entries(answers)) t.is(how, 'EACCES', path);
});

another('were all folders open by mistake, files and sockets are still closed', async (t) => {
  const home = await Home.make(t);
  t.is((await home.hcs(['run', '-d', '--id', 'a', '--', 'sleep', '60'])).status, 0);
  const paths = homePaths(home.folder);
  const endpoint = readEngineFile(paths.engineFile)?.endpoint ?? '';
  for (const folder of [home.folder, paths.store, paths.simulator]) chmodSync(folder, 0o755);
  const files = [
    paths.engineFile,
    paths.engineLog,
    join(paths.simulator, 'service.json'),
    join(paths.simulator, 'service.log'),
    join(paths.store, 'data.mdb'),
  ];
  const answers = await tried(endpoint, files);
  for (const path of files) t.is(answers[path], 'EACCES', path);
  const { checks } = (await home.json(['doctor'])) as { checks: { name: string; ok: boolean; fix?: string }[] };
  const check = checks.find(({ name }) => name === 'home');
  t.false(check?.ok);
  t.is(check?.fix, `close it with: chmod 700 ${home.folder}`);
});

/** A temporary folder open to all, as /tmp is. */
function commonFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hcs-common-'));
  chmodSync(folder, 0o1777);
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

async function listIn(t: ExecutionContext, folder: string): Promise<Ran & { readonly code: string | undefined }> {
  const home = await Home.make(t);
  home.env['TMPDIR'] = folder;
  delete home.env['XDG_RUNTIME_DIR'];
  const ran = await home.hcs(['list', '--json']);
  return { ...ran, code: (JSON.parse(ran.stdout) as { error?: { code: string } }).error?.code };
}

another('a socket folder that another user has made under our name is refused, with whose it is', async (t) => {
  const folder = commonFolder(t);
  const squatted = join(folder, `hostcompute-${process.geteuid?.() ?? 0}`);
  mkdirSync(squatted, { mode: 0o777 });
  chownSync(squatted, NOBODY, NOBODY);
  const ran = await listIn(t, folder);
  t.is(ran.status, 5);
  t.is(ran.code, 'unavailable');
  t.regex(ran.stderr, /socket folder .* belongs to another user \(uid 65534\)/);
});

another('a symbolic link under the name of the socket folder is refused', async (t) => {
  const folder = commonFolder(t);
  const target = join(folder, 'elsewhere');
  mkdirSync(target, { mode: 0o700 });
  symlinkSync(target, join(folder, `hostcompute-${process.geteuid?.() ?? 0}`));
  const ran = await listIn(t, folder);
  t.is(ran.status, 5);
  t.regex(ran.stderr, /is a symbolic link/);
});

another('a home that belongs to another user, or that others may write, is not used', async (t) => {
  const folder = commonFolder(t);
  const theirs = join(folder, 'home');
  mkdirSync(theirs, { mode: 0o777 });
  chownSync(theirs, NOBODY, NOBODY);
  const home = await Home.make(t);
  const refused = await home.hcs(['list', '--json', '--home', theirs]);
  t.is(refused.status, 6);
  t.regex(refused.stderr, /belongs to another user/);
});

another('an engine file that leads to a socket of somebody else gets no secret and no request', async (t) => {
  const home = await Home.make(t);
  const endpoint = join(home.folder, 'trap.sock');
  const heard: Buffer[] = [];
  const trap = createServer((socket) => {
    socket.on('data', (bytes: Buffer) => heard.push(bytes));
    socket.on('error', () => undefined);
    // Says something like a greeting, and cannot prove that it knows the key.
    socket.write(`${JSON.stringify({ hostcompute: 1, nonce: '0'.repeat(64), proof: '0'.repeat(64) })}\n`);
  });
  await new Promise<void>((resolve) => trap.listen(endpoint, resolve));
  t.teardown(() => trap.close());
  const key = 'a'.repeat(64);
  const file = { protocol: 1, pid: process.pid, endpoint, key, version: '0', startedAt: new Date().toISOString() };
  const whole = { ...file, backend: 'simulator', standalone: false };
  writeFileSync(homePaths(home.folder).engineFile, JSON.stringify(whole), { mode: 0o600 });
  await home.hcs(['create', '--json', '--timeout', '3s', '-e', 'PLANTED=not-for-the-trap', '--', 'true']);
  const text = Buffer.concat(heard).toString('latin1');
  t.false(text.includes(key));
  t.false(text.includes('not-for-the-trap'));
  t.false(text.includes('container/create'));
});
