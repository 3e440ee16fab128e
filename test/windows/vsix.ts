/** The extension for VS Code on Windows: what its VSIX brings, and the hcs in it on node.exe, spoken to as the extension does. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unzipSync } from 'fflate';
import { CannotInstall, installVsce } from '../../editors/vscode/test/suite/tools.js';
import { BUNDLED, makeVsix, PE, platformVsix } from '../../editors/vscode/test/suite/vsix.js';
import { check, NATIVE, ROOT, same, say, told } from './checks.js';
import { fitLmdb } from './parts.js';
import { windowsPath, type Running, type Wine } from './wine.js';

const TARGET = 'win32-x64';
/** By processor, as a COFF header has it. */
const MACHINE = { x64: '8664', arm64: 'aa64' } as const;
const ANSWER_MS = 60_000;

type Answer = Readonly<Record<string, unknown>>;

/** JSON-RPC with a program whose output lies in a file. */
class Talk {
  #last = 0;

  constructor(private readonly running: Running) {}

  notify(method: string, params?: object): void {
    this.#send({ method, params });
  }

  async request(method: string, params: object): Promise<Answer> {
    const id = ++this.#last;
    this.#send({ id, method, params });
    for (const end = Date.now() + ANSWER_MS; ;) {
      const found = messages(this.running.output()).find((message) => message['id'] === id && !('method' in message));
      if (found?.['error'] !== undefined) throw new Error(`${method}: ${JSON.stringify(found['error'])}`);
      if (found !== undefined) return found['result'] as Answer;
      if (Date.now() > end) throw new Error(`${method}: no answer within ${ANSWER_MS / 1000} s`);
      await sleep(50);
    }
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.running.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }
}

/** Whole messages; the last one may not be all there yet. */
function messages(output: Buffer): Answer[] {
  const found: Answer[] = [];
  for (let at = 0; ;) {
    const begin = output.indexOf('\r\n\r\n', at);
    if (begin < 0) return found;
    const length = Number(/Content-Length: (\d+)/i.exec(output.toString('latin1', at, begin))?.[1]);
    at = begin + 4 + length;
    if (!(at <= output.length)) return found;
    found.push(JSON.parse(output.toString('utf8', begin + 4, at)) as Answer);
  }
}

/** As VS Code installs it, under a path with a blank and letters that are not ASCII; answers the script that the extension runs. */
function unpack(file: string, place: string): string {
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(file)))) {
    if (name.endsWith('/')) continue;
    mkdirSync(dirname(join(place, name)), { recursive: true });
    writeFileSync(join(place, name), bytes);
  }
  const modules = join(place, 'extension', BUNDLED);
  fitLmdb(join(modules, 'lmdb/dist'), join(ROOT, 'test/windows/lmdbUnderWine.cjs'));
  return join(modules, 'hostcompute/dist/bin/hcs.cjs');
}

export async function vsix(wine: Wine, folder: string): Promise<void> {
  let file = '';
  try {
    const vsce = installVsce();
    await check(`the VSIX for ${TARGET} brings hcs with all its Windows parts, and nothing of other systems`, () => {
      const made = makeVsix({ vsce }, folder, TARGET);
      content(made, 'x64');
      file = made;
    });
    await check('the VSIX for win32-arm64 brings the same, with all that node.exe loads for ARM64', () => {
      content(makeVsix({ vsce }, folder, 'win32-arm64'), 'arm64');
    });
  } catch (e) {
    if (!(e instanceof CannotInstall)) throw e;
    say(`skipped the VSIX for ${TARGET}: ${e.message}`);
  }
  if (file === '') return;
  const { withoutDotnet } = wine.parts;
  if (withoutDotnet !== undefined) say(`skipped the host in the VSIX for ${TARGET}: ${withoutDotnet}`);
  else await host(wine, unpack(file, join(folder, 'extension größe x')), join(folder, 'home of the editor'));
}

function content(file: string, cpu: keyof typeof MACHINE): void {
  const found = platformVsix(file, `win32-${cpu}`);
  const native = found.names.filter((name) => name.startsWith(`${BUNDLED}hostcompute/dist/native/`));
  const wanted = ['hcs-private.exe', 'hcs-silo.exe', 'hcs.exe', 'vmcompute.dll'];
  const place = `${BUNDLED}hostcompute/dist/native/win32-x64/`;
  same('native parts', [...native].sort(), wanted.map((name) => place + name).sort());
  for (const name of wanted) {
    same(`processor of ${name}`, found.machine(place + name), MACHINE.x64);
    same(`${name} is the one that was built`, found.same(place + name, readFileSync(join(NATIVE, name))), true);
  }
  for (const name of ['HcsBridge.dll', 'edge/EdgeJs.dll'])
    found.begins(`${BUNDLED}hostcompute/dist/bridge/${name}`, PE);
  const loaded = ['20', '22', '24'].map((node) => `edge-js/lib/native/win32/${cpu}/${node}/edge_coreclr.node`);
  loaded.push(`fs-native-extensions/prebuilds/win32-${cpu}/fs-native-extensions.node`);
  const store = new RegExp(`^${BUNDLED}@lmdb/lmdb-win32-${cpu}/.*\\.node$`);
  const libraries = [...loaded.map((name) => BUNDLED + name), ...found.names.filter((name) => store.test(name))];
  for (const name of libraries) same(`processor of ${name}`, found.machine(name), MACHINE[cpu]);
  if (libraries.length === loaded.length) throw new Error('no library of lmdb');
  same('programs of Linux', found.withMagic('7f454c46'), []);
}

async function host(wine: Wine, script: string, home: string): Promise<void> {
  const { node } = wine.parts;
  const env = { HCS_HOME: windowsPath(home), HCS_BACKEND: 'simulator' };
  const args = [windowsPath(script)];
  await check(
    'the hcs in the VSIX serves the editor on node.exe: initialize, a run, its output and exit code',
    async () => {
      const running = wine.start(node, [...args, 'serve', '--stdio'], { env, boundMs: 2 * ANSWER_MS });
      const talk = new Talk(running);
      const hello = await talk.request('initialize', {
        processId: null,
        clientInfo: { name: 'vscode-hostcompute', version: '0.0.0' },
        protocolVersions: [1],
        capabilities: {},
      });
      const { name, version } = hello['serverInfo'] as Answer;
      const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Answer;
      same('server', [name, version], ['hostcompute', own['version']]);
      talk.notify('initialized', {});
      const process = { cwd: 'C:\\', commandLine: 'cmd /c echo größe & exit 7' };
      await talk.request('container/create', { id: 'web', builtinBase: true, spec: { ociVersion: '1.0.2', process } });
      await talk.request('container/start', { id: 'web' });
      const { exitCode } = await talk.request('container/wait', { id: 'web' });
      same('exit code', exitCode, 7);
      const listed = await talk.request('container/list', { all: true });
      same(
        'list',
        (listed['items'] as Answer[]).map(({ id, status }) => [id, status]),
        [['web', 'stopped']],
      );
      await talk.request('shutdown', {});
      talk.notify('exit');
      same('status', (await running.ended).code, 0);
    },
  );
  await check('its output is there for the command line of the same VSIX', async () => {
    const logs = await wine.run(node, [...args, 'logs', 'web'], { env });
    if (!/^gr.+e \r\n$/su.test(logs.stdout.toString('latin1')))
      throw new Error(logs.stdout.toString('latin1') + logs.stderr);
    told(await wine.run(node, [...args, 'engine', 'stop', '--force', '--json'], { env }));
  });
}
