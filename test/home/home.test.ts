import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { isRuntimeError, type ErrorCode } from '#src/core/errors.js';
import { readEngineFile, removeEngineFile, writeEngineFile, type EngineFile } from '#src/home/engineFile.js';
import { homePaths, resolveHome, shortHash } from '#src/home/paths.js';
import { checkHome, prepareHome } from '#src/home/prepareHome.js';
import { checkedSocketPath, newEndpoint, removeStaleEndpoints, socketFolder } from '#src/home/sockets.js';
import { writeAtomic } from '#src/home/writeAtomic.js';

const posix = process.platform !== 'win32';
const root = posix && process.getuid?.() === 0;
const onPosix = posix ? test : test.skip;
const asRoot = root ? test : test.skip;

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hcs-home-'));
  t.teardown(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

function refused(t: ExecutionContext, act: () => unknown, code: ErrorCode, path: string): void {
  const error = t.throws(act);
  t.true(isRuntimeError(error), String(error));
  if (!isRuntimeError(error)) return;
  t.is(error.code, code, error.message);
  t.true(error.message.includes(path), error.message);
  t.truthy(error.details.hint);
}

const mode = (path: string): number => statSync(path).mode & 0o777;

onPosix('the home is found from the option, HCS_HOME, XDG_STATE_HOME, then the user folder', (t) => {
  const env = { HCS_HOME: '/h', XDG_STATE_HOME: '/x', HOME: '/u' };
  t.is(resolveHome('/o', env, 'linux'), '/o');
  t.is(resolveHome(undefined, env, 'linux'), '/h');
  t.is(resolveHome(undefined, { ...env, HCS_HOME: '' }, 'linux'), '/x/hostcompute');
  t.is(resolveHome(undefined, { XDG_STATE_HOME: 'relative', HOME: '/u' }, 'linux'), '/u/.local/state/hostcompute');
  t.is(resolveHome('rel', {}, 'linux'), join(process.cwd(), 'rel'));
  t.true(resolveHome(undefined, { LOCALAPPDATA: 'C:\\Users\\u\\AppData\\Local' }, 'win32').endsWith('hostcompute'));
});

onPosix('a new home is made for its user alone, with its parents', (t) => {
  const home = join(folder(t), 'a', 'b');
  t.false(checkHome(home));
  t.is(prepareHome(home).store, join(home, 'store'));
  t.is(mode(home), 0o700);
  t.true(checkHome(home));
});

onPosix(
  'an empty home that is open to others is closed; one with foreign files is refused, and left as it was',
  (t) => {
    const home = folder(t);
    chmodSync(home, 0o755);
    prepareHome(home);
    t.is(mode(home), 0o700);
    writeFileSync(join(home, 'notes.txt'), '');
    prepareHome(home);
    chmodSync(home, 0o755);
    refused(t, () => prepareHome(home), 'permissionDenied', home);
    t.is(mode(home), 0o755);
    writeFileSync(join(home, 'engine.lock'), '');
    prepareHome(home);
    t.is(mode(home), 0o700);
  },
);

onPosix('a home that others can write is not believed by a client', (t) => {
  const home = folder(t);
  chmodSync(home, 0o777);
  refused(t, () => checkHome(home), 'permissionDenied', home);
});

onPosix('a home that is a file, or lies under one, is told by name', (t) => {
  const path = join(folder(t), 'file');
  writeFileSync(path, '');
  refused(t, () => prepareHome(path), 'failedPrecondition', path);
  refused(t, () => prepareHome(join(path, 'home')), 'failedPrecondition', join(path, 'home'));
});

onPosix('a home on a file system that cannot be written is told by name', (t) => {
  refused(t, () => prepareHome('/proc/hostcompute'), 'failedPrecondition', '/proc/hostcompute');
});

asRoot('a home of another user is refused, also behind a symbolic link', (t) => {
  const place = folder(t);
  const theirs = join(place, 'theirs');
  mkdirSync(theirs, { mode: 0o700 });
  t.is(spawnSync('chown', ['65534', theirs]).status, 0);
  refused(t, () => prepareHome(theirs), 'permissionDenied', theirs);
  refused(t, () => checkHome(theirs), 'permissionDenied', theirs);
  const link = join(place, 'link');
  symlinkSync(theirs, link);
  refused(t, () => prepareHome(link), 'permissionDenied', link);
});

asRoot('a home that may not be written is permissionDenied for an ordinary user', (t) => {
  const home = folder(t);
  chmodSync(join(home, '..'), statSync(join(home, '..')).mode & 0o7777);
  t.is(spawnSync('chown', ['65534', home]).status, 0);
  chmodSync(home, 0o500);
  const module = new URL('home/prepareHome.js', import.meta.resolve('#src/engineLog.js')).href;
  const script = `import(${JSON.stringify(module)}).then(({prepareHome})=>{try{prepareHome(process.argv[1]);console.log('fine')}catch(e){console.log(e.code,e.message)}})`;
  const ran = spawnSync(process.execPath, ['-e', script, home], { encoding: 'utf8', uid: 65534, gid: 65534 });
  t.is(ran.stdout.trim(), `permissionDenied home ${home} cannot be written`, ran.stderr);
});

onPosix('the socket folder is XDG_RUNTIME_DIR when that is sound, else one in the temporary folder', (t) => {
  const runtime = folder(t);
  t.is(socketFolder({ XDG_RUNTIME_DIR: runtime }), join(runtime, 'hostcompute'));
  t.is(mode(join(runtime, 'hostcompute')), 0o700);
  const elsewhere = join(tmpdir(), `hostcompute-${process.geteuid!()}`);
  t.is(socketFolder({}), elsewhere);
  t.is(socketFolder({ XDG_RUNTIME_DIR: 'relative' }), elsewhere);
  t.is(socketFolder({ XDG_RUNTIME_DIR: join(runtime, 'missing') }), elsewhere);
  chmodSync(runtime, 0o777);
  t.is(socketFolder({ XDG_RUNTIME_DIR: runtime }), elsewhere);
});

onPosix('a symbolic link in the place of the socket folder is refused', (t) => {
  const runtime = folder(t);
  const other = folder(t);
  symlinkSync(other, join(runtime, 'hostcompute'));
  refused(t, () => socketFolder({ XDG_RUNTIME_DIR: runtime }), 'permissionDenied', join(runtime, 'hostcompute'));
});

onPosix('endpoints are short, differ each time, and a path over 100 bytes is an error, never cut', (t) => {
  const place = folder(t);
  const home = `/${'very-long/'.repeat(30)}`;
  const endpoint = newEndpoint('e', home, place);
  t.true(endpoint.length < place.length + 35);
  t.not(newEndpoint('e', home, place), endpoint);
  t.is(checkedSocketPath('x'.repeat(100)).length, 100);
  refused(t, () => newEndpoint('e', home, `/${'d'.repeat(80)}`), 'failedPrecondition', 'd'.repeat(80));
  refused(t, () => checkedSocketPath('é'.repeat(51)), 'failedPrecondition', 'é'.repeat(51));
});

onPosix('stale endpoints of a home are removed, those of others stay', (t) => {
  const place = folder(t);
  for (const home of ['/one', '/two']) writeFileSync(newEndpoint('e', home, place), '');
  removeStaleEndpoints('e', '/one', place);
  t.deepEqual(
    readdirSync(place).map((name) => name.slice(2, 14)),
    [shortHash('/two').slice(0, 12)],
  );
});

const engine: EngineFile = {
  protocol: 1,
  pid: 42,
  endpoint: '/run/x.sock',
  key: 'ab'.repeat(32),
  version: '0.1.0',
  startedAt: '2026-11-23T00:00:00.000Z',
  backend: 'simulator',
  standalone: false,
};

test('the engine file comes back as written, readable by its user alone, and only its own engine removes it', (t) => {
  const path = homePaths(folder(t)).engineFile;
  t.is(readEngineFile(path), null);
  writeEngineFile(path, engine);
  t.deepEqual(readEngineFile(path), engine);
  if (posix) t.is(mode(path), 0o600);
  removeEngineFile(path, 43);
  t.deepEqual(readEngineFile(path), engine);
  removeEngineFile(path, 42);
  t.is(readEngineFile(path), null);
});

test('an engine file that is cut, foreign or of another shape counts as none', (t) => {
  const path = homePaths(folder(t)).engineFile;
  for (const text of ['', '{"protocol":1', '[]', 'null', JSON.stringify({ ...engine, backend: 'other' })]) {
    writeFileSync(path, text);
    t.is(readEngineFile(path), null, text);
  }
});

test('an atomic write leaves the old text when it fails, and no temporary file', (t) => {
  const place = folder(t);
  const path = join(place, 'file');
  writeAtomic(path, 'old');
  mkdirSync(join(place, 'dir'));
  t.throws(() => {
    writeAtomic(join(place, 'dir'), 'new');
  });
  writeAtomic(path, 'new');
  t.deepEqual(readdirSync(place).sort(), ['dir', 'file']);
  t.true(lstatSync(path).isFile());
});
