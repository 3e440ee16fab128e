/** From options to the request that the engine gets. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { CreateRequest, ExecRequest } from '#src/core/runtime.js';
import { cli, type CliHost, type CliParts } from '../helpers/cli.js';

/** What `create` asks for. */
async function requested(t: ExecutionContext, argv: readonly string[], parts: CliParts = {}): Promise<CreateRequest> {
  let seen: CreateRequest | undefined;
  const ran = await cli(t, ['create', ...argv], {
    ...parts,
    runtime: {
      create: (request) => {
        seen = request;
        return Promise.resolve({ id: 'x', warnings: [] });
      },
    },
  });
  t.is(ran.status, 0, ran.stdout);
  return seen!;
}

async function folder(t: ExecutionContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'hcs-compose-'));
  t.teardown(() => rm(made, { recursive: true, force: true }));
  return made;
}

test('just a command asks for the built-in base', async (t) => {
  t.deepEqual(await requested(t, ['sh', '-c', 'echo']), {
    spec: { ociVersion: '1.0.2', process: { cwd: 'C:\\', args: ['sh', '-c', 'echo'] } },
    builtinBase: true,
  });
});

test('a spec asks for the built-in base when it names neither layers nor root', async (t) => {
  const asked = async (more: object, ...argv: readonly string[]): Promise<boolean | undefined> => {
    const text = JSON.stringify({ process: { args: ['x'], cwd: 'C:\\' }, ...more });
    return (await requested(t, ['--spec', '-', ...argv], { stdin: text })).builtinBase;
  };
  t.true(await asked({}));
  t.true(await asked({ windows: { hyperv: {} } }));
  t.is(await asked({ windows: { layerFolders: ['a', 'b'] } }), undefined);
  t.is(await asked({ root: { path: 'r' } }), undefined);
  t.is(await asked({ linux: {} }), undefined);
});

test('options become the members of the spec that they mean', async (t) => {
  const { spec, ...rest } = await requested(
    t,
    [
      '--id',
      'web',
      '--owner',
      'me',
      '-l',
      'a=b',
      '-e',
      'A=1',
      '-e',
      'OWN',
      '-e',
      'NONE',
      '-w',
      'D:\\x',
      '-u',
      'bob',
      '--hostname',
      'h',
      '--mount',
      '/a:C:\\b:ro',
      '--cpus',
      '1',
      '--memory',
      '512m',
      '--network',
      'e1,e2',
      'cmd',
    ],
    { env: { OWN: 'mine' } },
  );
  t.deepEqual(rest, { id: 'web', owner: 'me', labels: [{ name: 'a', value: 'b' }], builtinBase: true });
  t.deepEqual(spec, {
    ociVersion: '1.0.2',
    process: { cwd: 'D:\\x', args: ['cmd'], env: ['A=1', 'OWN=mine'], user: { username: 'bob' } },
    hostname: 'h',
    mounts: [{ source: '/a', destination: 'C:\\b', options: ['ro'] }],
    windows: {
      resources: { cpu: { maximum: Math.floor(10_000 / availableParallelism()) }, memory: { limit: 536_870_912 } },
      network: { endpointList: ['e1', 'e2'] },
    },
  } as never);
});

test('Hyper-V isolation counts whole processors, and a share of them for fractions', async (t) => {
  const whole = await requested(t, ['--isolation', 'hyperv', '--cpus', '2', 'cmd']);
  t.deepEqual(whole.spec.windows, { hyperv: {}, resources: { cpu: { count: 2 } } } as never);
  const part = await requested(t, ['--isolation', 'hyperv', '--cpus', '1.5', 'cmd']);
  t.deepEqual(part.spec.windows?.resources?.cpu, { count: 2, maximum: 7500 } as never);
});

test('what the command line says goes over the spec, the rest of which stays', async (t) => {
  const base = {
    ociVersion: '1.1.0',
    process: { args: ['old'], cwd: 'C:\\app', env: ['PATH=p', 'KEEP=1'], user: { username: 'u' } },
    root: { path: 'r' },
    mounts: [{ destination: 'C:\\m', source: 'C:\\s' }],
    windows: { layerFolders: ['a', 'b'], hyperv: { utilityVMPath: 'v' }, resources: { memory: { limit: 2_097_152 } } },
    annotations: { k: 'v' },
  };
  const { spec, builtinBase } = await requested(
    t,
    ['--spec', '-', '-e', 'path=q', '--mount', '/x:C:\\y', '--isolation', 'process', '--cpus', '1', '--', 'new', '-x'],
    {
      stdin: JSON.stringify(base),
    },
  );
  t.is(builtinBase, undefined);
  t.like(spec, {
    ociVersion: '1.1.0',
    process: { args: ['new', '-x'], cwd: 'C:\\app', env: ['path=q', 'KEEP=1'], user: { username: 'u' } },
    root: { path: 'r' },
    mounts: [
      { destination: 'C:\\m', source: 'C:\\s' },
      { destination: 'C:\\y', source: '/x' },
    ],
  } as never);
  t.deepEqual(spec.annotations, new Map([['k', 'v']]));
  t.deepEqual(spec.windows?.layerFolders, ['a', 'b']);
  t.is(spec.windows?.hyperv, undefined);
  t.like(spec.windows?.resources, { memory: { limit: 2_097_152 } });
});

test('a command replaces a commandLine, and without one it stays', async (t) => {
  const stdin = JSON.stringify({
    process: { commandLine: 'cmd /c "a b"', cwd: 'C:\\' },
    windows: { layerFolders: ['a', 'b'] },
  });
  t.deepEqual((await requested(t, ['--spec', '-'], { stdin })).spec.process, {
    cwd: 'C:\\',
    commandLine: 'cmd /c "a b"',
  });
  t.deepEqual((await requested(t, ['--spec', '-', 'x'], { stdin })).spec.process, { cwd: 'C:\\', args: ['x'] });
});

test('a bundle is named by its absolute path, and its config.json may be UTF-16', async (t) => {
  const bundle = await folder(t);
  const config = JSON.stringify({ process: { args: ['größe'], cwd: 'C:\\' }, windows: { layerFolders: ['a', 'b'] } });
  await writeFile(join(bundle, 'config.json'), Buffer.from(`\ufeff${config}`, 'utf16le'));
  const request = await requested(t, ['--bundle', '.'], { cwd: bundle });
  t.is(request.bundle, bundle);
  t.deepEqual(request.spec.process?.args, ['größe']);
});

test('integers of a spec reach the engine with every digit', async (t) => {
  const stdin =
    '{"process":{"args":["x"],"cwd":"C:\\\\"},"windows":{"layerFolders":["a","b"],"resources":{"storage":{"iops":18446744073709551615}}}}';
  const { spec } = await requested(t, ['--spec', '-'], { stdin });
  t.is(spec.windows?.resources?.storage?.iops, 18_446_744_073_709_551_615n);
});

test('--env-file comes before -e', async (t) => {
  const file = join(await folder(t), 'env');
  await writeFile(file, '# c\r\nA=file\r\nB=file\r\n');
  const { spec } = await requested(t, ['--env-file', file, '-e', 'A=line', 'cmd']);
  t.deepEqual(spec.process?.env, ['A=line', 'B=file']);
});

test('--runtime-options go along as they are', async (t) => {
  const file = join(await folder(t), 'o.json');
  await writeFile(file, '{"lcow":{"KirdPath":"C:\\\\k"}}');
  t.deepEqual((await requested(t, ['--runtime-options', file, 'cmd'])).runtimeOptions, { lcow: { KirdPath: 'C:\\k' } });
});

test('a terminal of the program has the size of ours', async (t) => {
  const { spec } = await requested(t, ['-t', 'cmd'], { columns: 91 });
  t.like(spec.process, { terminal: true, consoleSize: { width: 91, height: 24 } });
  t.deepEqual((await requested(t, ['-t', 'cmd'])).spec.process, { cwd: 'C:\\', args: ['cmd'], terminal: true });
});

test('exec sends a process, and takes one from a file', async (t) => {
  const seen: ExecRequest[] = [];
  const runtime = {
    exec: (request: ExecRequest) => {
      seen.push(request);
      return Promise.resolve({ execId: 'e', pid: 1, stdio: {} });
    },
  };
  await cli(
    t,
    ['exec', '-d', '--exec-id', 'job', '-e', 'A=1', '-w', 'C:\\x', '-u', 'bob', 'web', '--', 'cmd', '--', 'x'],
    { runtime },
  );
  await cli(t, ['exec', '-d', '--process', '-', 'web'], { runtime, stdin: '{"args":["a"],"cwd":"C:\\\\"}' });
  t.like(seen[0], {
    id: 'web',
    execId: 'job',
    process: { args: ['cmd', '--', 'x'], env: ['A=1'], cwd: 'C:\\x', user: { username: 'bob' } },
  });
  t.deepEqual(seen[1]?.process, { args: ['a'], cwd: 'C:\\' });
});

test('the home, the backend and the bound go to whoever connects', async (t) => {
  const lines = [
    {
      argv: ['--home', '/h', '--backend', 'simulator', '--timeout', '3s', 'list'],
      env: { HCS_BACKEND: 'hcs' },
      expected: { home: '/h', backend: 'simulator', timeoutMs: 3000, launch: true, standalone: false },
    },
    {
      argv: ['list', '--standalone'],
      env: { HCS_HOME: '/from/env', HCS_BACKEND: 'hcs' },
      expected: { home: '/from/env', backend: 'hcs', standalone: true },
    },
  ] as const;
  for (const { argv, env, expected } of lines) {
    let host: CliHost | undefined;
    await cli(t, argv, {
      env,
      runtime: { list: () => Promise.resolve({ items: [], warnings: [] }) },
      onHost: (h) => {
        host = h;
      },
    });
    t.like(host?.connections[0], expected as never);
  }
});

test('a layer folder and a network go to the engine, which knows what they are; a spec with layers of its own takes none', async (t) => {
  const base = await folder(t);
  await mkdir(join(base, 'top'));
  const { spec, ...rest } = await requested(t, ['--layer', 'top', '--network', 'nat', 'cmd'], { cwd: base });
  t.deepEqual(rest, { layer: join(base, 'top'), network: 'nat' });
  t.is(spec.windows, undefined);
  const { checkLayer } = await import('#src/cli/spec/layer.js');
  const other = { windows: { layerFolders: ['a', 'b'] } };
  await t.throwsAsync(checkLayer(other as never, join(base, 'top')), { message: /layers already/ });
});
