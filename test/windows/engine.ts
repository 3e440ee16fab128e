/** The package as installed on Windows: engine on node.exe, CoreCLR and edge-js's prebuilt binary, verbs through hcs.exe. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, ROOT, same, told } from './checks.js';
import { exitOf, type Command, type Document, type Installed } from './installed.js';
import { windowsPath, type Ran, type Wine } from './wine.js';

const NEEDED = [
  'dist/bin/hcs.cjs',
  'dist/bin/engine.mjs',
  'dist/bin/simulator.mjs',
  'dist/bridge/HcsBridge.dll',
  'dist/bridge/edge/EdgeJs.dll',
  'dist/native/win32-x64/hcs.exe',
  'dist/native/win32-x64/hcs-private.exe',
  'dist/native/win32-x64/hcs-silo.exe',
  'dist/native/win32-x64/vmcompute.dll',
];

async function programs({ hcs, feed }: Command, node: string): Promise<void> {
  await check('hcs list starts an engine on a named pipe', async () => {
    same('items', (told(await hcs('list', '--json')) as Document)['items'], []);
  });
  await check("hcs run gives a program's output and code", async () => {
    const ran = await exitOf(hcs('run', '--rm', '--', 'cmd', '/c', 'echo größe & exit 7'), 7);
    same('stderr', ran.stderr, '');
    if (!/^gr.+e \r\n$/su.test(ran.stdout.toString('latin1'))) throw new Error(ran.stdout.toString('latin1'));
  });
  await check('hcs run passes an exit code over 2^31 on', async () => {
    await exitOf(hcs('run', '--rm', '--', 'cmd', '/c', `exit ${0xc0000005 | 0}`), 0xc0000005);
  });
  await check('hcs run -i carries stdin to the program and its output back, byte for byte', async () => {
    const input = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 11) % 256));
    const ran = await feed(input, 'run', '--rm', '-i', '--', node, '-e', 'process.stdin.pipe(process.stdout)');
    same('status', ran.code, 0);
    if (!ran.stdout.equals(input)) throw new Error(`${ran.stdout.length} of ${input.length} bytes, or others`);
  });
  await check('hcs run of a program that there is not is 127', async () => {
    await exitOf(hcs('run', '--rm', '--', 'there-is-none'), 127);
  });
}

async function lifecycle({ hcs, enginePid, killEngine }: Command): Promise<void> {
  await check('run -d, exec, logs, top', async () => {
    const started = told(
      await hcs('run', '-d', '--id', 'web', '--', 'cmd', '/c', 'echo begun & ping -n 600 127.0.0.1'),
    ) as Document;
    same('id', started['id'], 'web');
    const captured = await hcs('exec', '--output', 'json', 'web', '--', 'cmd', '/c', 'echo in & exit -1');
    const { exitCode, stdout } = JSON.parse(captured.stdout.toString()) as Document;
    same('captured', [exitCode, stdout], [0xffffffff, 'in \r\n']);
    const logs = await exitOf(hcs('logs', 'web'), 0);
    if (!logs.stdout.toString('latin1').startsWith('begun')) throw new Error(logs.stdout.toString('latin1'));
    const { items } = told(await hcs('top', 'web', '--json')) as { items: readonly Document[] };
    if (!items.some((item) => JSON.stringify(item).toLowerCase().includes('ping.exe')))
      throw new Error(JSON.stringify(items));
  });
  await check('a killed engine loses nothing: the next one takes the container up again', async () => {
    const before = await enginePid();
    await killEngine();
    const { items } = told(await hcs('list', '--json')) as { items: readonly Document[] };
    same(
      'containers',
      items.map(({ id, status }) => [id, status]),
      [['web', 'running']],
    );
    if ((await enginePid()) === before) throw new Error('the engine was not killed');
    await exitOf(hcs('exec', 'web', '--', 'cmd', '/c', 'exit 9'), 9);
  });
  await check('stop ends a program (under Wine by terminating it), delete takes the container away', async () => {
    const { exitCode } = told(await hcs('stop', 'web', '--json')) as Document;
    same('code', exitCode, 0xc000013a);
    told(await hcs('delete', 'web', '--json'));
    same('items', (told(await hcs('list', '--json')) as Document)['items'], []);
  });
}

/** Counts lines until the file is there, then ends with a code of its own: what it wrote while no engine was there must not be lost. */
const COUNTING = `const fs = require('node:fs');
let line = 0;
const timer = setInterval(() => {
  console.log(++line);
  if (!fs.existsSync(process.argv[1])) return;
  console.error('end');
  clearInterval(timer);
  process.exitCode = 3000000001;
}, 20);`;

const KILLS = Number(process.env['HOSTCOMPUTE_KILLS'] ?? 3);

async function reattach({ home, hcs, enginePid, killEngine }: Command, node: string): Promise<void> {
  const flag = join(home, 'end');
  const lines = async (stream: 'stdout' | 'stderr'): Promise<readonly string[]> =>
    String((await exitOf(hcs('logs', 'counts'), 0))[stream])
      .trim()
      .split(/\r?\n/);
  const inOrder = (found: readonly string[]): void => {
    const wrong = found.findIndex((line, i) => Number(line) !== i + 1);
    if (wrong >= 0) throw new Error(`line ${wrong + 1} of ${found.length} is ${found[wrong] ?? ''}`);
  };

  await check(
    'engine after engine goes on with the output of a program that runs: each line once, in order',
    async () => {
      told(await hcs('run', '-d', '--json', '--id', 'counts', '--', node, '-e', COUNTING, windowsPath(flag)));
      while ((await lines('stdout')).length < 10) await sleep(100);
      for (let kills = 0; kills < KILLS; kills++) {
        const before = await enginePid();
        await killEngine();
        const meanwhile = (await lines('stdout')).length;
        if ((await enginePid()) === before) throw new Error('the engine was not killed');
        await sleep(500);
        const later = await lines('stdout');
        if (later.length <= meanwhile) throw new Error(`${later.length} lines after ${meanwhile}`);
        inOrder(later);
      }
    },
  );
  await check('its end and its exit code over 2^31 are told by the new engine', async () => {
    writeFileSync(flag, '');
    const { exitCode } = told(await hcs('wait', 'counts', '--json')) as Document;
    same('exit code', exitCode, 3000000001);
    inOrder(await lines('stdout'));
    same('stderr', await lines('stderr'), ['end']);
    const events = told(await hcs('events', '--json')) as { readonly items: readonly Document[] };
    const own = events.items.filter((event) => event['containerId'] === 'counts');
    same(
      'events',
      own.map(({ type }) => type).filter((type) => type !== 'stopping'),
      ['create', 'start', ...Array.from({ length: KILLS }, () => 'recovered'), 'exit'],
    );
    same('stdio', own.find(({ type }) => type === 'recovered')?.['stdio'], 'resumed');
    told(await hcs('delete', 'counts', '--json'));
  });
}

async function consoles({ hcs }: Command): Promise<void> {
  await check('a program at a pseudo-console writes to the log', async () => {
    told(await hcs('run', '-d', '-t', '--json', '--id', 'console', '--', 'cmd', '/c', 'echo at a console>CON'));
    told(await hcs('wait', 'console', '--json'));
    const { stdout } = await exitOf(hcs('logs', 'console'), 0);
    if (!stdout.toString().includes('at a console')) throw new Error(JSON.stringify(stdout.toString()));
    told(await hcs('delete', 'console', '--json'));
  });
  await check('known difference: Wine gives a program at a pseudo-console no standard handles', async () => {
    told(await hcs('run', '-d', '-t', '--json', '--id', 'console', '--', 'cmd', '/c', 'echo hello'));
    told(await hcs('wait', 'console', '--json'));
    same('output', (await exitOf(hcs('logs', 'console'), 0)).stdout.toString().includes('hello'), false);
    told(await hcs('delete', 'console', '--json'));
  });
}

/** With an engine that runs. */
async function access(wine: Wine, { root }: Installed, { home, hcs, enginePid }: Command): Promise<void> {
  const tool = (...args: readonly string[]): Promise<Ran> =>
    wine.run(join(root, 'dist/native/win32-x64/hcs-private.exe'), args);
  const status = async (...args: readonly string[]): Promise<number | undefined> => (await tool(...args)).code;
  await check("the engine's pipe is closed to all but administrators and the system, as its user is one", async () => {
    const { endpoint } = JSON.parse(readFileSync(join(home, 'engine.json'), 'utf8')) as { readonly endpoint: string };
    const { stdout } = await exitOf(tool('--show', endpoint), 0);
    if (!/D:P?\(A;;GA;;;SY\)\(A;;GA;;;BA\)\s*$/u.test(stdout.toString())) throw new Error(stdout.toString());
    same('status of --check', await status('--check', endpoint), 0);
  });
  await check(
    'the engine and the simulated service, started by a command at a console, have neither console nor window',
    async () => {
      const attached = wine.compile(join(ROOT, 'test/windows/attached.c'), 'attached.exe');
      const look = async (...pids: readonly number[]): Promise<string> =>
        (await exitOf(wine.run(attached, pids.map(String)), 0)).stdout.toString();
      same('a program that has a console', await look(), 'yes 0\r\n');
      const { pid } = told(await hcs('simulator', 'status', '--json')) as { readonly pid: number };
      same('ours', await look(await enginePid(), pid), 'no 0\r\nno 0\r\n');
    },
  );
  await check(
    'a pipe as node makes it is not, which hcs-private tells, and mends while the pipe is in use',
    async () => {
      const pipe = '\\\\.\\pipe\\hcs-open';
      const script = `require('net').createServer((s) => s.on('error', () => 0)).listen(process.argv[1]); setTimeout(() => process.exit(0), 8000);`;
      const server = wine.run(wine.parts.node, ['-e', script, pipe]);
      for (let look = 0; (await status('--check', pipe)) === 1; look++) if (look > 30) throw new Error('no pipe');
      same('before', await status('--check', pipe), 4);
      same('closing', await status(pipe), 0);
      same('after', await status('--check', pipe), 0);
      await server;
    },
  );
  await check('a folder that others may enter is told from one that they may not', async () => {
    const place = join(home, '..', 'closed');
    mkdirSync(place, { mode: 0o700 });
    same('closed', await status('--check', windowsPath(place)), 0);
    chmodSync(place, 0o755);
    same('open', await status('--check', windowsPath(place)), 4);
    same('none', await status('--check', windowsPath(join(place, 'none'))), 1);
  });
  await check('homes that Windows cannot have are refused in one sentence', async () => {
    for (const [place, why] of [
      ['C:\\a\\nul', 'Windows keeps the name nul for a device'],
      ['\\\\server\\share\\home', 'it is on the network, or a device: a home needs a local drive'],
      [`C:\\${'x'.repeat(300)}`, 'it is longer than 160 characters'],
      ['C:\\a*b', 'Windows has no such name as "a*b"'],
    ] as const) {
      const ran = await exitOf(hcs('list', '--json', '--home', place), 2);
      same('stderr', ran.stderr.includes(`cannot be used: ${why}`) ? why : ran.stderr, why);
    }
  });
}

/** Wine is a Windows without the Containers feature, as Windows Home is. */
async function withoutHcs({ hcs }: Command): Promise<void> {
  await check('without vmcompute.dll one sentence says what is missing, and how to get it', async () => {
    const ran = await exitOf(hcs('list', '--json', '--backend', 'hcs'), 5);
    const { error } = JSON.parse(ran.stdout.toString()) as { readonly error: Document };
    same('message', error['message'], 'this Windows has no Host Compute Service: there is no vmcompute.dll');
    same(
      'hint',
      error['hint'],
      'enable the Windows feature Containers and restart (Windows Home has none), or use --backend simulator',
    );
  });
}

export async function engine(wine: Wine, installed: Installed): Promise<void> {
  await check('the packed package has all that Windows needs', () => {
    same(
      'missing',
      NEEDED.filter((name) => !existsSync(join(installed.root, name))),
      [],
    );
  });
  const node = windowsPath(wine.parts.node);
  const command = installed.command('home größe x');
  const { hcs, feed } = command;
  await programs(command, node);
  await lifecycle(command);
  await reattach(command, node);
  await consoles(command);
  await access(wine, installed, command);
  await withoutHcs(installed.command('home without HCS'));
  await check('hcs serve --stdio answers JSON-RPC', async () => {
    const request = (id: number, method: string, params: object): string =>
      `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
    const hello = {
      processId: null,
      clientInfo: { name: 'test', version: '1' },
      protocolVersions: [1],
      capabilities: {},
    };
    const input =
      request(1, 'initialize', hello) +
      '{"jsonrpc":"2.0","method":"initialized","params":{}}\n' +
      request(2, 'container/list', {});
    const ran = await exitOf(feed(Buffer.from(input), 'serve', '--stdio', '--framing', 'ndjson'), 0);
    const answers = ran.stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id?: number; result?: Document });
    same('items', answers.find(({ id }) => id === 2)?.result?.['items'], []);
  });
  await check('the engine ends when it is told to', async () => {
    told(await hcs('engine', 'stop', '--json'));
    same('running', (told(await hcs('engine', 'status', '--json')) as Document)['running'], false);
  });
  wine.end();
}
