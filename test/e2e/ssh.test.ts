/** The typed client over `ssh HOST hcs serve --stdio`, against a real sshd on loopback with keys, port and files of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, connect as connectPort, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { connect, type ConnectOptions } from '#src/rpc/client/index.js';
import { HCS, Home } from './support.js';

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((path) => existsSync(path));
/** Without sshd it shows up as skipped. */
const withSshd = SSHD === undefined ? test.skip : test;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(port: number): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const there = await new Promise<boolean>((resolve) => {
      const socket = connectPort(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
    if (there) return;
    if (Date.now() > deadline) throw new Error('sshd does not listen');
    await sleep(20);
  }
}

/** Starts sshd for this user alone; the ssh command that reaches the host through it. */
async function sshTo(t: ExecutionContext, home: Home): Promise<Required<Pick<ConnectOptions, 'command' | 'args'>>> {
  const file = (name: string): string => join(home.folder, name);
  for (const key of ['host_key', 'user_key']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)]);
  }
  const port = await freePort();
  writeFileSync(
    file('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${file('host_key')}`,
      `AuthorizedKeysFile ${file('user_key.pub')}`,
      `PidFile ${file('sshd.pid')}`,
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'StrictModes no',
      'UsePAM no',
    ].join('\n'),
  );
  // Debian's sshd wants its empty folder, which the service's unit makes; only root is asked for it.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const server = spawn(SSHD ?? '', ['-D', '-e', '-f', file('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  t.teardown(() => {
    server.kill();
    if (!t.passed) t.log(said);
  });
  await answers(port);
  const remote = ['env', `HCS_HOME=${home.folder}`, 'HCS_BACKEND=simulator', process.execPath, HCS, 'serve', '--stdio'];
  const options = {
    IdentityFile: file('user_key'),
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: file('known_hosts'),
    StrictHostKeyChecking: 'accept-new',
    BatchMode: 'yes',
    LogLevel: 'ERROR',
  };
  return {
    command: 'ssh',
    args: [
      '-F',
      'none',
      '-p',
      String(port),
      ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
      `${userInfo().username}@127.0.0.1`,
      remote.map((word) => `'${word}'`).join(' '),
    ],
  };
}

withSshd('over ssh a container is created, followed, fed and read, and the host ends with the client', async (t) => {
  const home = await Home.make(t);
  const ssh = await sshTo(t, home);
  const client = await connect({ ...ssh, timeoutMs: 60_000 });
  t.is(client.serverInfo.pid, await home.enginePid());
  const spec = { process: { cwd: '/', args: ['sh', '-c', 'cat; exit 9'] } };
  await client.create({ id: 'far', spec, builtinBase: true });
  await client.start({ id: 'far', stdin: true });
  // More than a window of bytes of every value.
  const bytes = Buffer.alloc(3 * 1024 * 1024, Buffer.from(Array.from({ length: 256 }, (_, i) => i)));
  const read = (async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await client.openStream({ id: 'far', stream: 'stdout' })) chunks.push(chunk);
    return Buffer.concat(chunks);
  })();
  const stdin = await client.openStdin({ id: 'far' });
  await stdin.write(bytes);
  await stdin.end();
  t.true((await read).equals(bytes));
  t.like(await client.wait('far', undefined, 'container'), { exitCode: 9 });
  await client.delete('far', false);
  const types: string[] = [];
  for await (const event of client.events({ after: 0 })) {
    types.push(event.type);
    if (event.type === 'delete') break;
  }
  t.deepEqual(types, ['create', 'start', 'stopping', 'exit', 'delete']);
  await client.close();
  t.is(await clients(home), 1);
});

withSshd('an ssh connection that is cut ends its host, and the engine goes on', async (t) => {
  const home = await Home.make(t);
  const { command, args } = await sshTo(t, home);
  const cut = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const client = await connect({ streams: { readable: cut.stdout, writable: cut.stdin }, timeoutMs: 60_000 });
  await client.create({ id: 'far', spec: { process: { cwd: '/', args: ['sleep', '60'] } }, builtinBase: true });
  await client.start({ id: 'far' });
  const waiting = client.wait('far', undefined, 'container');
  cut.kill('SIGKILL');
  t.like(await t.throwsAsync(waiting), { code: 'unavailable' });
  const deadline = Date.now() + 20_000;
  // Of the one who asks.
  while ((await clients(home)) > 1 && Date.now() < deadline) await sleep(50);
  t.is(await clients(home), 1);
  t.like(await home.items(), [{ id: 'far', status: 'running' }] as never);
});

const clients = async (home: Home): Promise<number> =>
  (await home.json(['engine', 'status', '--json']))['clients'] as number;
