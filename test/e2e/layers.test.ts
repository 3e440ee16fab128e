/** Layer verbs and containers on layers through every real layer, seen in the calls that reach the simulated HCS. */
import { mkdir, writeFile } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Home } from './support.js';

interface Call {
  readonly operation: string;
  readonly arguments: readonly (string | null)[];
}

async function layered(home: Home): Promise<{ readonly app: string; readonly base: string }> {
  const [base, app] = [join(home.folder, 'image', 'base'), join(home.folder, 'image', 'app')];
  for (const folder of [base, app]) await mkdir(join(folder, 'Files'), { recursive: true });
  await writeFile(join(app, 'layerchain.json'), JSON.stringify([base]));
  await writeFile(join(app, 'Files', 'hello.txt'), 'from the layer');
  return { app, base };
}

const callsOf = async (home: Home, pattern: RegExp): Promise<readonly Call[]> =>
  ((await home.json(['simulator', 'trace', '--json'])) as unknown as { items: readonly Call[] }).items.filter(
    ({ operation }) => pattern.test(operation),
  );

test('run --layer makes, mounts, uses, unmounts and removes a scratch layer, in the order of HCS', async (t) => {
  const home = await Home.make(t);
  const { app, base } = await layered(home);
  const ran = await home.hcs([
    'run',
    '--rm',
    '--layer',
    app,
    '--network',
    'nat',
    '--',
    'cmd',
    '/c',
    'type C:\\hello.txt& exit 3',
  ]);
  t.is(ran.status, 3, ran.stderr);
  t.regex(ran.stdout, /from the layer/);
  const calls = await callsOf(home, /Layer|HNSCall|^Hcs(Create|Start|Shutdown|Close)Comp|CreateProcess/);
  t.deepEqual(
    calls.map(({ operation, arguments: [first] }) =>
      operation === 'HNSCall' ? `HNSCall ${String(first)}` : operation,
    ),
    [
      'HNSCall GET',
      'CreateSandboxLayer',
      'ActivateLayer',
      'PrepareLayer',
      // Its length, then the path.
      'GetLayerMountPath',
      'GetLayerMountPath',
      'HNSCall POST',
      'HcsCreateComputeSystem',
      'HcsStartComputeSystem',
      'HcsCreateProcess',
      'HcsShutdownComputeSystem',
      'HcsCloseComputeSystem',
      'HNSCall DELETE',
      'UnprepareLayer',
      'DeactivateLayer',
      'DestroyLayer',
    ],
  );
  const prepared = calls.find(({ operation }) => operation === 'PrepareLayer')?.arguments ?? [];
  t.deepEqual(
    prepared.filter((argument) => argument === app || argument === base),
    [app, base],
    'nearest first',
  );
  t.deepEqual(readdirSync(join(home.folder, 'layers', 'scratch')), []);
  t.like(await home.json(['simulator', 'status', '--json']), { computeSystems: 0, processes: 0, handles: 0 });
});

test('a size of up to 2^64-1 bytes reaches HCS with all its digits', async (t) => {
  const home = await Home.make(t);
  const { app } = await layered(home);
  const sizes = ['18446744073709551615', '9223372036854775808', '9007199254740993'];
  for (const [i, size] of sizes.entries()) {
    const made = await home.hcs(['layer', 'scratch', join(home.folder, `s${i}`), '--parent', app, '--size', size]);
    t.is(made.status, 0, made.stderr);
  }
  const spec = {
    ociVersion: '1.1.0',
    process: { args: ['cmd'], cwd: 'C:\\' },
    windows: { resources: { storage: { sandboxSize: '#' } } },
  };
  const text = JSON.stringify(spec).replace('"#"', '18446744073709551614');
  const created = await home.hcs(['create', '--id', 'big', '--layer', app, '--spec', '-'], text);
  t.is(created.status, 0, created.stderr);
  t.deepEqual(
    (await callsOf(home, /^ExpandSandboxSize$/)).map((call) => call.arguments.at(-1)),
    [...sizes, '18446744073709551614'],
  );
});

test('a create whose engine is killed between its steps leaves nothing once the next engine has come', async (t) => {
  const home = await Home.make(t);
  const { app } = await layered(home);
  t.is((await home.hcs(['list'])).status, 0);
  await home.hcs(['simulator', 'fault', 'set', 'PrepareLayer', '--hang', '--count', '1']);
  const create = home.start(['create', '--id', 'web', '--layer', app, '--network', 'nat', '--', 'cmd']);
  const ended = new Promise((resolve) => create.once('exit', resolve));
  while ((await callsOf(home, /^ActivateLayer$/)).length === 0);
  process.kill(await home.enginePid(), 'SIGKILL');
  await ended;
  await home.hcs(['simulator', 'fault', 'clear']);
  const scratch = join(home.folder, 'layers', 'scratch');
  while (readdirSync(scratch).length > 0) t.is((await home.hcs(['list'])).status, 0);
  const { items } = (await home.json(['endpoint', 'list', '--json'])) as { items?: unknown[] };
  t.deepEqual(items, []);
  await home.hcs(['delete', '--force', 'web']);
  const again = await home.hcs(['create', '--id', 'web', '--layer', app, '--', 'cmd']);
  t.is(again.status, 0, again.stderr);
  t.true(existsSync(scratch));
});
