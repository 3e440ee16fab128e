/** The engine and the stdio host as processes of a machine: what they hold of who started them, and when they end. */
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import test from 'ava';
import { HCS, Home } from '../e2e/support.js';
import { alive, exitOf, until } from './support.js';

const run = promisify(execFile);
const onLinux = process.platform === 'linux' ? test : test.skip;
const hasTmux = ((): boolean => {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const withTmux = hasTmux ? test : test.skip;

test('a command that started the engine ends with its output closed, while the engine lives on', async (t) => {
  const home = await Home.make(t);
  // Resolves when every writer of both pipes is gone, as $(...) and $x = ... wait for it.
  const { stdout } = await run(process.execPath, [HCS, 'list', '--json'], { env: home.env, timeout: 60_000 });
  t.like(JSON.parse(stdout), { ok: true, items: [] }, stdout);
  t.true(alive(await home.enginePid()));
});

onLinux('a pipe that the shell left open to the command is not held by the engine', async (t) => {
  const home = await Home.make(t);
  // bash waits for the reader, and the reader for the last writer.
  const script = `'${process.execPath}' '${HCS}' list --json > >(cat; echo closed >&2); wait $!`;
  const { stdout, stderr } = await run('bash', ['-c', script], { env: home.env, timeout: 30_000 });
  t.like(JSON.parse(stdout), { ok: true }, stdout);
  t.is(stderr, 'closed\n');
  t.true(alive(await home.enginePid()));
});

onLinux('the engine has nothing of its starter: no terminal, no pipe, no folder, no session', async (t) => {
  const home = await Home.make(t);
  await home.hcs(['list']);
  const proc = `/proc/${await home.enginePid()}`;
  const fd = (n: number): string => readlinkSync(join(proc, 'fd', String(n)));
  t.deepEqual([fd(0), fd(1), fd(2)], ['/dev/null', '/dev/null', join(home.folder, 'engine.log')]);
  const ours = new Set(
    readdirSync('/proc/self/fd').flatMap((n) => {
      try {
        return [readlinkSync(`/proc/self/fd/${n}`)].filter((name) => name.startsWith('pipe:'));
      } catch {
        return [];
      }
    }),
  );
  const theirs = readdirSync(join(proc, 'fd')).map((n) => fd(Number(n)));
  t.deepEqual(
    theirs.filter((name) => ours.has(name) || /^\/dev\/(pts|tty)/.test(name)),
    [],
  );
  t.is(readlinkSync(join(proc, 'cwd')), home.folder);
  // Leader of a session of its own: no signal of the starter's terminal reaches it.
  const stat = (await run('cat', [join(proc, 'stat')])).stdout.split(') ')[1]!.split(' ');
  t.is(stat[3], String(await home.enginePid()));
});

withTmux('the engine and its containers survive the terminal in which they were started', async (t) => {
  const home = await Home.make(t);
  const socket = join(home.folder, 'tmux');
  const tmux = (...args: string[]) => run('tmux', ['-S', socket, '-f', '/dev/null', ...args], { env: home.env });
  await tmux('new-session', '-d', `'${process.execPath}' '${HCS}' run -d --id web -- sleep 60; sleep 60`);
  t.teardown(() => tmux('kill-server').catch(() => undefined));
  await until('the container', () => {
    try {
      return statSync(join(home.folder, 'containers')).isDirectory();
    } catch {
      return false;
    }
  });
  while ((await home.items())?.[0]?.status !== 'running') continue;
  const pid = await home.enginePid();
  const { stdout } = await tmux('display-message', '-p', '#{pane_pid}');
  await tmux('kill-server');
  await until('the end of the terminal', () => !alive(Number(stdout)));
  t.true(alive(pid));
  t.like(await home.items(), [{ id: 'web', status: 'running' }] as never);
  t.is(await home.enginePid(), pid);
});

/** `hcs serve --stdio` in ndjson; `said` has the answers. */
function serve(home: Home): {
  readonly host: ChildProcess;
  readonly ask: (method: string, params: object) => Promise<void>;
} {
  const host = home.start(['serve', '--stdio', '--framing', 'ndjson']);
  const lines = createInterface({ input: host.stdout! });
  let id = 0;
  return {
    host,
    ask: async (method, params) => {
      host.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params })}\n`);
      if (method !== 'container/wait') await once(lines, 'line');
    },
  };
}

const greeting = (processId: number | null): object => ({ processId, protocolVersions: [1] });
/** The promise is 2 s; the rest is a busy machine. */
const SOON_MS = 6000;

test('the end of input ends the host although an answer is outstanding', async (t) => {
  const home = await Home.make(t);
  await home.hcs(['run', '-d', '--id', 'web', '--', 'sleep', '60']);
  const { host, ask } = serve(home);
  await ask('initialize', greeting(null));
  await ask('container/wait', { id: 'web' });
  const began = performance.now();
  host.stdin!.end();
  t.is(await exitOf(host), 0);
  t.true(performance.now() - began < SOON_MS);
});

test('the death of the process that the client named ends the host although its input stays open', async (t) => {
  const home = await Home.make(t);
  const parent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const { host, ask } = serve(home);
  await ask('initialize', greeting(parent.pid!));
  const began = performance.now();
  parent.kill('SIGKILL');
  t.is(await exitOf(host), 1);
  t.true(performance.now() - began < SOON_MS);
});

test('the end of the engine ends the host with status 1 and a line', async (t) => {
  const home = await Home.make(t);
  const { host, ask } = serve(home);
  let said = '';
  host.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await ask('initialize', greeting(null));
  process.kill(await home.enginePid(), 'SIGKILL');
  t.is(await exitOf(host), 1);
  t.regex(said, /^hcs: the engine has gone\n$/);
});
