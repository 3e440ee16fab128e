/** What an exec takes over from its container, through every real layer. */
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { connect, openPrivatePipe } from '#src/rpc/client/index.js';
import { Home } from './support.js';

const shell = (script: string): { args: string[]; cwd: string; user: { username: string } } => ({
  args: ['sh', '-c', script],
  cwd: 'C:\\',
  user: { username: '' },
});

test('an exec of the command line has the environment and folder of init, and options come over them', async (t) => {
  const home = await Home.make(t);
  const made = await home.hcs([
    'run',
    '-d',
    '-i',
    '--id',
    'web',
    '-e',
    'Greeting=hello',
    '-e',
    'WHO=x',
    '-w',
    '/tmp',
    '--',
    'cmd',
  ]);
  t.is(made.status, 0, made.stderr);
  const said = async (...args: string[]): Promise<string> => {
    const { status, stdout, stderr } = await home.hcs(['exec', ...args]);
    t.is(status, 0, stderr);
    return stdout;
  };
  const show = ['--', 'sh', '-c', 'echo "$Greeting $GREETING $WHO $PWD"'];
  t.is(await said('web', ...show), 'hello  x /tmp\n');
  t.is(await said('-e', 'WHO=y', '-w', '/', 'web', ...show), 'hello  y /\n');
  // One variable for Windows: init's spelling makes way.
  t.is(await said('-e', 'GREETING=bye', 'web', ...show), ' bye x /tmp\n');
  const explicit = await home.hcs(
    ['exec', '--process', '-', 'web'],
    JSON.stringify({ args: ['sh', '-c', 'echo "[$Greeting]"'], env: ['PATH=/usr/bin:/bin'] }),
  );
  t.is(explicit.stdout, '[]\n', explicit.stderr);
  t.false((await home.hcs(['state', '--json', 'web'])).stdout.includes('hello'));
});

test('a reader that comes seconds after its program has ended gets all that the program wrote', async (t) => {
  const home = await Home.make(t);
  const client = await connect({ home: home.folder, backend: 'simulator' });
  t.teardown(() => client.close());
  await client.create({ id: 'web', builtinBase: true, spec: { ociVersion: '1.0.2', process: shell('sleep 1000') } });
  await client.start({ id: 'web' });
  // Within what a pipe holds, and beyond it: then the program cannot end before its reader comes.
  for (const bytes of [6, 60_000, 100_000, 300_000]) {
    const { execId, stdio } = await client.exec({
      id: 'web',
      process: shell(`head -c ${bytes} /dev/zero | tr '\\0' x`),
      foreground: ['stdout', 'stderr'],
    });
    // Longer than the core waits for the last of a program's output.
    await sleep(3000);
    let got = 0;
    const pipe = await openPrivatePipe(stdio.stdout!).catch(() => undefined);
    if (pipe !== undefined) for await (const chunk of pipe) got += (chunk as Buffer).length;
    const log = await client.openStream({ id: 'web', execId, stream: 'stdout', from: got });
    for await (const chunk of log) got += chunk.length;
    t.is(got, bytes);
    await client.wait('web', execId, 'container');
  }
});

test('a wait tells how many bytes each stream has had, of a container and of an exec', async (t) => {
  const home = await Home.make(t);
  const client = await connect({ home: home.folder, backend: 'simulator' });
  t.teardown(() => client.close());
  const spec = { ociVersion: '1.0.2', process: shell('printf abc; read line; printf d') };
  await client.create({ id: 'web', builtinBase: true, spec });
  const { stdio } = await client.start({ id: 'web', stdin: true });
  const { execId } = await client.exec({ id: 'web', process: shell('printf hello; printf no >&2') });
  t.deepEqual((await client.wait('web', execId, 'container')).output, { stdout: 5, stderr: 2 });
  (await openPrivatePipe(stdio.stdin!)).end('go\n');
  t.deepEqual((await client.wait('web', undefined, 'container')).output, { stdout: 4, stderr: 0 });
});
