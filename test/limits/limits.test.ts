/** What happens at the ends of disk, descriptors and clients: a message, no loss, and it goes on when there is room again. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { connect, isRuntimeError, type Client } from '#src/rpc/client/index.js';
import { HCS, Home, type Ran } from '../helpers/cli.js';

function mount(folder: string, bytes: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'tmpfs', folder], { stdio: 'ignore' });
}

/** Mounts a small file system on the home. */
function small(t: ExecutionContext, home: Home, bytes: string): void {
  mount(home.folder, bytes);
  t.teardown(() => {
    execFileSync('umount', ['-l', home.folder]);
  });
}

function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'hcs-mount-'));
  try {
    mount(folder, '64k');
    execFileSync('umount', ['-l', folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}

/** Where control groups of memory are, version 2 or 1, and the file that limits one; undefined where none may be made. */
function memoryGroups(): { readonly folder: string; readonly limit: string } | undefined {
  const places = [
    { folder: '/sys/fs/cgroup', limit: 'memory.max' },
    { folder: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes' },
  ];
  return places.find(({ folder, limit }) => {
    const group = join(folder, `hcs-probe-${process.pid}`);
    try {
      mkdirSync(group);
      const found = existsSync(join(group, limit));
      rmdirSync(group);
      return found;
    } catch {
      return false;
    }
  });
}

/** Writes until there is no room. */
function fill(path: string): void {
  const fd = openSync(path, 'w');
  try {
    for (let size = 1 << 20; size >= 1;) {
      try {
        writeSync(fd, Buffer.alloc(size));
      } catch {
        size >>= 1;
      }
    }
  } finally {
    closeSync(fd);
  }
}

/** The store's file may have free pages in it, into which some more are written: `fitted`. */
async function createUntilRefused(home: Home): Promise<{ readonly refused: Ran; readonly fitted: readonly string[] }> {
  const fitted: string[] = [];
  for (;;) {
    const id = `during-${String(fitted.length).padStart(2, '0')}`;
    const ran = await home.hcs(['create', '--json', '--id', id, '--', 'true']);
    if (ran.status !== 0 || fitted.length === 50) return { refused: ran, fitted };
    fitted.push(id);
  }
}

const errorOf = (ran: Ran): { code?: string; message?: string; hint?: string } =>
  (JSON.parse(ran.stdout) as { error?: { code: string } }).error ?? {};

const isLinux = process.platform === 'linux';
const linux = isLinux ? test.serial : test.serial.skip;
// Skipped, and counted as such, where the right to mount or to limit is missing.
const linuxMounts = isLinux && mayMount() ? test.serial : test.serial.skip;
const groups = isLinux ? memoryGroups() : undefined;
const linuxGroups = groups === undefined ? test.serial.skip : test.serial;

linuxMounts(
  'on a full disk a create is refused with what to do, what runs ends with its true exit code, and with room again all goes on',
  async (t) => {
    const home = await Home.make(t);
    small(t, home, '40m');
    const gate = `/tmp/hcs-limits-${process.pid}`;
    rmSync(gate, { force: true });
    t.teardown(() => {
      rmSync(gate, { force: true });
    });
    const script = `while [ ! -e ${gate} ]; do sleep 0.05; done; i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; exit 9`;
    t.is((await home.hcs(['run', '-d', '--id', 'before', '--', 'sh', '-c', script])).status, 0);
    const engine = await home.enginePid();
    fill(join(home.folder, 'filler'));

    const { refused, fitted } = await createUntilRefused(home);
    t.is(refused.status, 5, refused.stdout);
    t.is(errorOf(refused).code, 'unavailable');
    t.regex(errorOf(refused).message ?? '', /cannot be written/);
    t.regex(errorOf(refused).hint ?? '', /^free (some )?space on the disk of the home/);
    // Reading goes on; the refused create left nothing.
    t.deepEqual(
      (await home.items())?.map(({ id, status }) => [id, status]),
      [['before', 'running'], ...fitted.map((id) => [id, 'created'])],
    );

    // Its end and its output come while nothing can be written.
    writeFileSync(gate, '');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    t.is((await home.items())?.length, 1 + fitted.length);
    t.is(await home.enginePid(), engine, 'the engine lives on');
    rmSync(join(home.folder, 'filler'));
    const ended = await home.hcs(['wait', '--json', '--timeout', '30s', 'before']);
    t.is((JSON.parse(ended.stdout) as { exitCode: number }).exitCode, 9, ended.stdout);
    t.is((await home.hcs(['run', '--rm', '--', 'sh', '-c', 'exit 3'])).status, 3);
    t.is((await home.hcs(['delete', '--force', 'before', ...fitted])).status, 0);
  },
);

linuxMounts('on a disk that is full from the beginning, the command says what to do', async (t) => {
  const home = await Home.make(t);
  small(t, home, '64k');
  fill(join(home.folder, 'filler'));
  const ran = await home.hcs(['list', '--json']);
  t.is(ran.status, 5, ran.stdout);
  t.is(errorOf(ran).code, 'unavailable');
  t.regex(ran.stdout, /no space is left on the disk of/);
  rmSync(join(home.folder, 'filler'));
});

linux(
  'an engine that may open few descriptors refuses with a message what it cannot do, answers on, and works again when some are free',
  async (t) => {
    const home = await Home.make(t);
    const hcs = (args: readonly string[]): Ran => {
      const command = `ulimit -n 160; exec "$0" "$@"`;
      try {
        const stdout = execFileSync('sh', ['-c', command, process.execPath, HCS, ...args], {
          env: home.env,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
          timeout: 60_000,
        });
        return { status: 0, stdout, stderr: '' };
      } catch (e) {
        const { status, stdout, stderr } = e as Ran;
        return { status, stdout, stderr };
      }
    };
    // Starts engine and service under the limit.
    t.is(hcs(['list', '--json']).status, 0);
    const ids: string[] = [];
    let refusal: Ran | undefined;
    const client = await connect({ home: home.folder, backend: 'simulator' });
    t.teardown(() => client.close());
    for (let n = 0; n < 120 && refusal === undefined; n++) {
      const id = `c${n}`;
      const ran = await home.hcs(['run', '-d', '--json', '--id', id, '--', 'sleep', '600']);
      ids.push(id);
      if (ran.status !== 0) refusal = ran;
    }
    t.truthy(refusal, 'the limit was reached');
    const { code, message } = errorOf(refusal!);
    t.not(code, 'internal', message);
    t.truthy(message);
    // Those who are connected are served all the while.
    const { items } = await client.list(false);
    t.true(items.filter(({ status }) => status === 'running').length >= ids.length - 2);
    for (const id of ids) await client.delete(id, true).catch(() => undefined);
    t.is((await home.hcs(['run', '--rm', '--', 'sh', '-c', 'exit 4'])).status, 4);
  },
);

linuxGroups(
  'an engine that is killed for its memory costs no container: the next one takes up what ran, and its exit code is true',
  async (t) => {
    const home = await Home.make(t);
    const gate = `/tmp/hcs-memory-${process.pid}`;
    rmSync(gate, { force: true });
    t.teardown(() => {
      rmSync(gate, { force: true });
    });
    const script = `while [ ! -e ${gate} ]; do sleep 0.05; done; exit 9`;
    t.is((await home.hcs(['run', '-d', '--id', 'job', '--', 'sh', '-c', script])).status, 0);
    const pid = await home.enginePid();
    const client = await connect({ home: home.folder, backend: 'simulator' });
    t.teardown(() => client.close());

    const group = join(groups!.folder, `hcs-${process.pid}`);
    mkdirSync(group);
    t.teardown(() => {
      rmdirSync(group);
    });
    writeFileSync(join(group, 'cgroup.procs'), String(pid));
    // Of version 1 only what it takes from now on counts; of version 2 what it has, too.
    writeFileSync(join(group, groups!.limit), String(24 << 20));
    const value = 'x'.repeat(8 << 20);
    const plan = { process: { args: ['true'], cwd: 'C:\\', env: [`V=${value}`], user: { username: '' } } };
    const asked = Array.from({ length: 8 }, () =>
      client.request('container/plan', { spec: plan }).then(
        () => undefined,
        (e: unknown) => (isRuntimeError(e) ? e.code : String(e)),
      ),
    );
    t.true((await Promise.all(asked)).includes('unavailable'), 'it was killed, and whoever asked was told');

    t.deepEqual(
      (await home.items())?.map(({ id, status }) => [id, status]),
      [['job', 'running']],
    );
    t.not(await home.enginePid(), pid);
    writeFileSync(gate, '');
    const ended = await home.hcs(['wait', '--json', '--timeout', '30s', 'job']);
    t.is((JSON.parse(ended.stdout) as { exitCode: number }).exitCode, 9, ended.stdout);
  },
);

linux('three hundred clients at once are served, and their going leaves nothing', async (t) => {
  const home = await Home.make(t);
  t.is((await home.hcs(['list', '--json'])).status, 0);
  const clients = await Promise.all(
    Array.from({ length: 300 }, (): Promise<Client> => connect({ home: home.folder, timeoutMs: 60_000 })),
  );
  const answers = await Promise.all(clients.map((client) => client.list(false)));
  t.true(answers.every(({ items }) => items.length === 0));
  const status = (await home.json(['engine', 'status'])) as { clients: number };
  t.is(status.clients, 301);
  await Promise.all(clients.map((client) => client.close()));
  let left = 0;
  for (let i = 0; i < 100; i++) {
    left = ((await home.json(['engine', 'status'])) as { clients: number }).clients;
    if (left === 1) break;
  }
  t.is(left, 1);
});

linux(
  'a home that cannot be written, a path too long for a socket and an overlong id each say what to do',
  async (t) => {
    const home = await Home.make(t);
    const file = join(home.folder, 'file');
    writeFileSync(file, '');
    const inFile = await home.hcs(['list', '--json', '--home', join(file, 'home')]);
    t.is(inFile.status, 4);
    t.regex(errorOf(inFile).hint ?? '', /--home/);
    const long = join(home.folder, 'x'.repeat(100));
    mkdirSync(long, { mode: 0o700 });
    home.env['XDG_RUNTIME_DIR'] = long;
    const tooLong = await home.hcs(['list', '--json']);
    t.is(tooLong.status, 5);
    t.regex(tooLong.stderr, /longer than 100 bytes/);
    delete home.env['XDG_RUNTIME_DIR'];
    for (const id of ['x'.repeat(129), '../x', '', 'a b', '-x']) {
      const ran = await home.hcs(['create', '--json', `--id=${id}`, '--', 'true']);
      t.is(ran.status, 2, id);
      t.is(errorOf(ran).code, 'invalidRequest', id);
    }
    t.is((await home.hcs(['create', '--json', '--id', 'x'.repeat(128), '--', 'true'])).status, 0);
  },
);
