/** The whole path with nothing faked: command, engine, core, edge-js, C#, C ABI, simulated service, real processes. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { Home, ROOT } from './support.js';

const run = promisify(execFile);

interface ErrorReport {
  readonly ok: boolean;
  readonly error: {
    code: string;
    message: string;
    hint?: string;
    issues?: { path: string; expected: string; got: string }[];
  };
}

test('run prints what the program prints and exits with its code', async (t) => {
  const home = await Home.make(t);
  t.deepEqual(await home.hcs(['run', '--rm', '--', 'sh', '-c', 'echo hello; exit 7']), {
    status: 7,
    stdout: 'hello\n',
    stderr: '',
  });
  t.deepEqual(await home.items(), []);
});

test('run -i carries stdin to its end and keeps stdout and stderr apart', async (t) => {
  const home = await Home.make(t);
  t.deepEqual(
    await home.hcs(
      ['run', '--rm', '-i', '--', 'sh', '-c', 'read x; echo "got $x"; echo oops >&2; cat; exit 3'],
      'ping\nrest',
    ),
    { status: 3, stdout: 'got ping\nrest', stderr: 'oops\n' },
  );
});

test('without -i a program that reads stdin sees its end at once', async (t) => {
  const home = await Home.make(t);
  t.deepEqual(await home.hcs(['run', '--rm', 'cat'], 'not for you'), { status: 0, stdout: '', stderr: '' });
});

test('a detached container outlives a killed engine, and its true exit code and its log survive', async (t) => {
  const home = await Home.make(t);
  const fifo = join(home.folder, 'gate');
  await run('mkfifo', [fifo]);
  const ran = await home.hcs([
    'run',
    '-d',
    '--id',
    'web',
    '--',
    'sh',
    '-c',
    `echo before; read x <${fifo}; echo after; exit 5`,
  ]);
  t.is(ran.status, 0, ran.stderr);
  const first = await home.enginePid();
  process.kill(first, 'SIGKILL');
  t.like(await home.items(), [{ id: 'web', status: 'running' }] as never);
  t.not(await home.enginePid(), first);
  await writeFile(fifo, 'go\n');
  t.like(await home.json(['wait', 'web', '--json']), { ok: true, exitCode: 5 });
  t.is((await home.hcs(['logs', 'web'])).stdout, 'before\nafter\n');
  const events = (await home.json(['events', '--json'])) as { items: { type: string; sequence: number }[] };
  t.deepEqual(
    events.items.map((e) => e.sequence),
    events.items.map((_, i) => i + 1),
  );
  t.deepEqual(
    events.items.map((e) => e.type).filter((type) => type !== 'stopping'),
    ['create', 'start', 'recovered', 'exit'],
  );
});

test('the Windows example of the OCI runtime specification goes through create, start, exec, wait and delete', async (t) => {
  const home = await Home.make(t);
  const bundle = await mkdtemp(join(tmpdir(), 'hcs-bundle-'));
  t.teardown(() => rm(bundle, { recursive: true, force: true }));
  const layers = ['base', 'scratch'].map((name) => join(bundle, name));
  for (const layer of layers) await mkdir(layer);
  const config = {
    ociVersion: '1.0.1',
    process: {
      user: { username: '' },
      args: ['sh', '-c', 'read line; exit 4'],
      env: ['GREETING=hello'],
      cwd: 'C:\\',
    },
    root: { path: '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\\' },
    hostname: 'slartibartfast',
    windows: { layerFolders: layers, resources: { memory: { limit: 268435456 } } },
    annotations: { 'com.example.key1': 'value1' },
  };
  await writeFile(join(bundle, 'config.json'), JSON.stringify(config));
  t.like(await home.json(['create', '--id', 'oci', '--bundle', bundle, '--json']), { ok: true, id: 'oci' });
  t.like(await home.json(['state', 'oci', '--json']), { status: 'created', pid: 0 });
  t.like(await home.json(['start', 'oci', '-i', '--json']), { ok: true });
  t.deepEqual(await home.hcs(['exec', 'oci', '--', 'sh', '-c', 'echo from exec; exit 9']), {
    status: 9,
    stdout: 'from exec\n',
    stderr: '',
  });
  t.like(await home.json(['close-stdin', 'oci', '--json']), { ok: true });
  t.like(await home.json(['wait', 'oci', '--json']), { ok: true, exitCode: 4 });
  t.like(await home.json(['state', 'oci', '--json']), { status: 'stopped', exitCode: 4 });
  t.like(await home.json(['delete', 'oci', '--json']), { ok: true });
  t.deepEqual(await home.items(), []);
});

test('a bundle made by runc spec is refused with the reason and leaves nothing', async (t) => {
  const home = await Home.make(t);
  const bundle = await mkdtemp(join(tmpdir(), 'hcs-runc-'));
  t.teardown(() => rm(bundle, { recursive: true, force: true }));
  // What `runc spec` writes, as far as it decides: a Linux section and no Windows one.
  const config = {
    ociVersion: '1.0.2-dev',
    process: { terminal: true, user: { uid: 0, gid: 0 }, args: ['sh'], env: ['TERM=xterm'], cwd: '/' },
    root: { path: 'rootfs', readonly: true },
    hostname: 'runc',
    mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
    linux: { namespaces: [{ type: 'pid' }] },
  };
  await writeFile(join(bundle, 'config.json'), JSON.stringify(config));
  const ran = await home.hcs(['create', '--id', 'linux', '--bundle', bundle, '--json']);
  t.is(ran.status, 2);
  const report = JSON.parse(ran.stdout) as ErrorReport;
  t.like(report, { ok: false, error: { code: 'invalidRequest' } });
  t.regex(`${report.error.message} ${report.error.hint ?? ''}`, /lcow/i);
  t.deepEqual(await home.items(), []);
  await assertNothingHeld(t, home);
});

test('an editor-style client sees create, start, exit and delete in order over serve --stdio', async (t) => {
  const home = await Home.make(t);
  const { stdout } = await run(process.execPath, [join(ROOT, 'examples/rpc/lifecycle.mjs')], {
    env: home.env,
    timeout: 60_000,
  });
  const lines = stdout.trim().split('\n');
  const types = lines.map((l) => /^\d+ (\S+)/.exec(l)?.[1]).filter((type) => type !== undefined && type !== 'stopping');
  t.deepEqual(types, ['create', 'start', 'exit', 'delete']);
  t.true(lines.includes('ended with 5'));
  t.is(lines.at(-1), 'host exited with 0');
});

const badInputs: readonly {
  readonly title: string;
  readonly args: (home: Home) => Promise<readonly string[]>;
  readonly status: number;
  readonly code: string;
  readonly issuePath?: RegExp;
}[] = [
  {
    title: 'a spec that is not JSON',
    args: (home) => spec(home, '{"process": nope}'),
    status: 2,
    code: 'invalidRequest',
    issuePath: /spec/,
  },
  {
    title: 'a spec with a wrong type',
    args: (home) =>
      spec(home, JSON.stringify({ process: { args: ['sh', 7], cwd: '/' }, windows: { layerFolders: [] } })),
    status: 2,
    code: 'invalidRequest',
    issuePath: /process\.args\[1\]/,
  },
  {
    title: 'a spec without a process',
    args: (home) =>
      spec(
        home,
        JSON.stringify({
          root: { path: '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\\' },
          windows: { layerFolders: [home.folder, home.folder] },
        }),
      ),
    status: 2,
    code: 'invalidRequest',
    issuePath: /process/,
  },
  {
    title: 'an unknown id',
    args: () => Promise.resolve(['state', 'nobody']),
    status: 3,
    code: 'notFound',
  },
  {
    title: 'an id with a path in it',
    args: () => Promise.resolve(['create', '--id', '../../etc/x', 'true']),
    status: 2,
    code: 'invalidRequest',
    issuePath: /id/,
  },
];

for (const { title, args, status, code, issuePath } of badInputs) {
  test(`${title} gives the error document and leaves nothing behind`, async (t) => {
    const home = await Home.make(t);
    const ran = await home.hcs(
      [...(await args(home)), '--json'].sort((a, b) => Number(b === '--json') - Number(a === '--json')),
    );
    t.is(ran.status, status, ran.stdout + ran.stderr);
    const report = JSON.parse(ran.stdout) as ErrorReport;
    t.like(report, { schema: 'hostcompute.error/v1', ok: false, error: { code } } as never);
    t.is(ran.stderr.trim().split('\n').length, 1);
    if (issuePath !== undefined) {
      const issue = report.error.issues?.[0];
      t.regex(issue?.path ?? '', issuePath);
      t.truthy(issue?.expected);
      t.truthy(issue?.got);
      t.truthy(report.error.hint);
    }
    t.deepEqual(await home.items(), []);
    await assertNothingHeld(t, home);
  });
}

test('a program that does not exist is 127 and leaves no open handle', async (t) => {
  const home = await Home.make(t);
  const ran = await home.hcs(['run', '--rm', '--id', 'ghost', 'no-such-program-anywhere']);
  t.is(ran.status, 127, ran.stderr);
  t.is(ran.stdout, '');
  t.regex(ran.stderr, /no-such-program-anywhere|processCannotStart|not found/i);
  t.deepEqual(await home.items(), []);
  await assertNothingHeld(t, home);
});

test('an id that is in use is refused with 4 and the holder is left alone', async (t) => {
  const home = await Home.make(t);
  t.is((await home.hcs(['create', '--id', 'twin', 'true'])).status, 0);
  const ran = await home.hcs(['create', '--id', 'TWIN', 'true']);
  t.is(ran.status, 4);
  t.like(JSON.parse(ran.stdout), { ok: false, error: { code: 'alreadyExists' } });
  t.like(await home.items(), [{ id: 'twin', status: 'created' }] as never);
});

test('a home that cannot be written is refused before anything starts', async (t) => {
  const home = await Home.make(t);
  const file = join(home.folder, 'file');
  await writeFile(file, '');
  const ran = await home.hcs(['list', '--json', '--home', join(file, 'home')]);
  t.true(ran.status === 4 || ran.status === 5 || ran.status === 6, ran.stdout);
  const report = JSON.parse(ran.stdout) as ErrorReport;
  t.false(report.ok);
  t.truthy(report.error.hint);
  t.true(report.error.message.includes(file), report.error.message);
});

async function spec(home: Home, text: string): Promise<readonly string[]> {
  const file = join(home.folder, 'spec.json');
  await writeFile(file, text);
  return ['create', '--id', 'bad', '--spec', file];
}

async function assertNothingHeld(t: ExecutionContext, home: Home): Promise<void> {
  const status = await home.json(['simulator', 'status', '--json']);
  if (status['running'] === true) t.like(status, { computeSystems: 0, processes: 0, handles: 0, strings: 0 });
  else t.is(status['running'], false);
}

test('a spec without layers runs on the built-in base as a command does, and a dry run shows what it stands on', async (t) => {
  const home = await Home.make(t);
  const file = join(home.folder, 'bare.json');
  await writeFile(file, JSON.stringify({ process: { cwd: '/', args: ['sh', '-c', 'echo bare'] } }));
  t.deepEqual(await home.hcs(['run', '--rm', '--spec', file]), { status: 0, stdout: 'bare\n', stderr: '' });
  for (const what of [
    ['--spec', file],
    ['--', 'true'],
    ['--isolation', 'hyperv', '--', 'true'],
  ]) {
    const dry = await home.json(['create', '--id', 'dry', '--dry-run', '--json', ...what]);
    const { document } = dry['container'] as { document: string };
    t.regex(document, /"LayerFolderPath":"[^"]+"/);
    t.regex(document, /"Owner":"hostcompute"/);
  }
  const planned = await home.hcs(['plan', '--spec', file, '--json']);
  t.is(planned.status, 2);
  t.regex(planned.stdout, /spec\.windows/);
});
