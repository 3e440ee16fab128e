/** The package as installed on Windows: engine on node.exe, CoreCLR and edge-js's prebuilt binary, verbs through hcs.exe. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { check, ROOT, same, say, told } from './checks.js';
import { CannotInstall, installPackage } from './parts.js';
import { windowsPath, type Ran, type Wine } from './wine.js';

type Verb = (...args: readonly string[]) => Promise<Ran>;
type Document = Readonly<Record<string, unknown>>;

const NEEDED = [
  'dist/bin/hcs.cjs',
  'dist/bin/engine.mjs',
  'dist/bin/simulator.mjs',
  'dist/bridge/HcsBridge.dll',
  'dist/bridge/edge/EdgeJs.dll',
  'dist/native/win32-x64/hcs.exe',
  'dist/native/win32-x64/hcs-silo.exe',
  'dist/native/win32-x64/vmcompute.dll',
];

const exitOf = async (ran: Promise<Ran>, code: number): Promise<Ran> => {
  const ended = await ran;
  if (ended.code !== code) throw new Error(`expected status ${code}, got ${String(ended.code)}: ${ended.stderr}`);
  return ended;
};

async function programs(
  hcs: Verb,
  feed: (input: Buffer, ...args: readonly string[]) => Promise<Ran>,
  node: string,
): Promise<void> {
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

async function lifecycle(
  hcs: Verb,
  enginePid: () => Promise<number>,
  kill: (pid: number) => Promise<void>,
): Promise<void> {
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
    await kill(before);
    const { items } = told(await hcs('list', '--json')) as { items: readonly Document[] };
    same(
      'containers',
      items.map(({ id, status }) => [id, status]),
      [['web', 'running']],
    );
    if ((await enginePid()) === before) throw new Error('the engine was not killed');
    await exitOf(hcs('exec', 'web', '--', 'cmd', '/c', 'exit 9'), 9);
  });
  await check('stop ends a program by Ctrl+Break, delete takes the container away', async () => {
    const { exitCode } = told(await hcs('stop', 'web', '--json')) as Document;
    same('code', exitCode, 0xc000013a);
    told(await hcs('delete', 'web', '--json'));
    same('items', (told(await hcs('list', '--json')) as Document)['items'], []);
  });
}

export async function engine(wine: Wine, folder: string): Promise<void> {
  const place = join(folder, 'installed größe');
  mkdirSync(place);
  let root: string;
  try {
    root = installPackage(ROOT, place);
  } catch (e) {
    if (!(e instanceof CannotInstall)) throw e;
    say(`skipped the engine on Windows: ${e.message}`);
    return;
  }
  await check('the packed package has all that Windows needs', () => {
    same(
      'missing',
      NEEDED.filter((name) => !existsSync(join(root, name))),
      [],
    );
  });
  const node = windowsPath(wine.parts.node);
  const env = { HCS_NODE: node, HCS_HOME: windowsPath(join(folder, 'home größe x')), HCS_BACKEND: 'simulator' };
  const exe = join(root, 'dist/native/win32-x64/hcs.exe');
  const hcs: Verb = (...args) => wine.run(exe, args, { env });
  const feed = (input: Buffer, ...args: readonly string[]): Promise<Ran> => wine.run(exe, args, { env, input });
  await programs(hcs, feed, node);
  await lifecycle(
    hcs,
    async () => (told(await hcs('engine', 'status', '--json')) as { pid: number }).pid,
    async (pid) => {
      const killed = await wine.run(join(wine.parts.env['WINEPREFIX'] ?? '', 'drive_c/windows/system32/taskkill.exe'), [
        '/f',
        '/pid',
        String(pid),
      ]);
      same('status of taskkill', killed.code, 0);
    },
  );
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
