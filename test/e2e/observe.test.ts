/** What can be seen and cleaned up from the command line, with real parts: systems of others, logs, events, restore, sweep, top. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import test from 'ava';
import { compile, folder, STANDIN } from '../native/support.js';
import { Home } from './support.js';

const posix = process.platform === 'win32' ? test.skip : test;

interface Items<T> {
  readonly items: readonly T[];
}
interface Item {
  readonly id: string;
  readonly status: string;
  readonly foreign?: boolean;
}
const items = async <T>(home: Home, ...argv: string[]): Promise<readonly T[]> =>
  ((await home.json([...argv, '--json'])) as unknown as Items<T>).items;

/** Asks until it is so; the test's own timeout ends what never is. */
async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
  }
}

posix('a system of somebody else is listed with --all, marked as foreign, and no verb touches it', async (t) => {
  const home = await Home.make(t);
  t.is((await home.hcs(['run', '-d', '--id', 'ours', 'sleep', '600'])).status, 0);
  const { endpoint } = JSON.parse(await home.read('simulator/service.json')) as { endpoint: string };
  const [created] = await items<{ arguments: string[]; operation: string }>(home, 'simulator', 'trace').then((calls) =>
    calls.filter(({ operation }) => operation === 'HcsCreateComputeSystem'),
  );
  const document = JSON.stringify({
    ...(JSON.parse(created?.arguments[1] ?? '') as object),
    Name: 'theirs',
    Owner: 'x',
    // It goes with the client that made it.
    TerminateOnLastHandleClosed: true,
  });
  const pipes = { CreateStdInPipe: true, CreateStdOutPipe: true, CreateStdErrPipe: true, ConsoleSize: [0, 0] };
  const theirs = spawn(
    compile('client', folder(t)),
    [STANDIN, 'theirs', document, JSON.stringify({ ...pipes, CommandLine: 'sleep 600' })],
    { env: { ...process.env, HCS_SIMULATOR_ENDPOINT: endpoint }, stdio: 'ignore' },
  );
  const ended = once(theirs, 'exit');
  t.teardown(async () => {
    theirs.kill('SIGKILL');
    await ended;
  });
  const all = await until(
    () => items<Item>(home, 'list', '--all'),
    (found) => found.length === 2,
  );
  t.like(
    all.find(({ id }) => id === 'theirs'),
    { status: 'running', foreign: true, owner: 'x' } as never,
  );
  t.is(all.find(({ id }) => id === 'ours')?.foreign, undefined);
  t.deepEqual(
    (await items<Item>(home, 'list')).map(({ id }) => id),
    ['ours'],
  );
  for (const argv of [['kill'], ['stop'], ['delete', '--force'], ['exec'], ['pause'], ['state'], ['logs']]) {
    const ran = await home.hcs([...argv, 'theirs', ...(argv[0] === 'exec' ? ['true'] : [])]);
    t.is(ran.status, argv[0] === 'exec' ? 125 : 3, argv.join(' '));
  }
  t.is((await home.hcs(['sweep'])).status, 0);
  t.is((await items<Item>(home, 'list', '--all', '--filter', 'id=theirs')).length, 1);
  t.is(theirs.exitCode, null);
});

test('logs: the last lines, since a time, with times, of an exec; nothing of a container that is deleted', async (t) => {
  const home = await Home.make(t);
  const program = 'echo 1; echo 2; echo 3 >&2; printf 4; cat';
  await home.hcs(['run', '-d', '-i', '--id', 'web', '--', 'sh', '-c', program]);
  await until(
    () => home.hcs(['logs', 'web']),
    ({ stdout }) => stdout.endsWith('4'),
  );
  const logs = (...argv: string[]): ReturnType<Home['hcs']> => home.hcs(['logs', 'web', ...argv]);
  t.like(await logs(), { status: 0, stdout: '1\n2\n4', stderr: '3\n' });
  t.like(await logs('-n', '0'), { status: 0, stdout: '', stderr: '' });
  t.like(await logs('--since', '1h'), { stdout: '1\n2\n4' });
  t.like(await logs('--since', '2099-01-01T00:00:00Z'), { status: 0, stdout: '', stderr: '' });
  t.regex((await logs('-t')).stdout, /^\d{4}-\d\d-\d\dT\S+Z 1\n\d{4}\S+Z 2\n\d{4}\S+Z 4$/);
  t.is((await home.hcs(['exec', '--exec-id', 'job', 'web', 'sh', '-c', 'echo a; echo b; printf c'])).status, 0);
  t.like(await logs('--exec-id', 'job'), { stdout: 'a\nb\nc', stderr: '' });
  t.like(await logs('--exec-id', 'job', '--tail', '2'), { stdout: 'b\nc', stderr: '' });
  t.is((await logs('--exec-id', 'none')).status, 3);
  t.is((await home.hcs(['kill', 'web'])).status, 0);
  t.is((await home.hcs(['wait', 'web'])).status, 0);
  t.like(await logs(), { status: 0, stdout: '1\n2\n4' });
  t.is((await home.hcs(['delete', 'web'])).status, 0);
  t.like(await logs(), { status: 3, stdout: '' });
});

test('events of a container are not those of an earlier one that had its id, unless a cursor or a filter asks for them', async (t) => {
  const home = await Home.make(t);
  for (const code of [1, 2]) {
    t.is((await home.hcs(['run', '--id', 'web', '--', 'sh', '-c', `exit ${code}`])).status, code);
    if (code === 1) t.is((await home.hcs(['delete', 'web'])).status, 0);
  }
  const codes = async (...argv: string[]): Promise<readonly unknown[]> =>
    (await items<{ type: string; exitCode?: number }>(home, 'events', ...argv))
      .filter(({ type }) => type === 'exit')
      .map(({ exitCode }) => exitCode);
  t.deepEqual(await codes('WEB'), [2]);
  t.deepEqual(await codes('--id', 'web', '--after', '0'), [2]);
  t.deepEqual(await codes('web', '--after', '1'), [1, 2]);
  t.deepEqual(await codes('--filter', 'id=web'), [1, 2]);
  t.deepEqual(await codes(), [1, 2]);
  t.deepEqual(await codes('none'), []);
  const followed = await home.hcs(['events', 'web', '--follow', '--after', '0', '--until', 'exit', '--json']);
  const told = followed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; exitCode?: number });
  t.is(told[0]?.type, 'create');
  t.like(told.at(-1), { type: 'exit', exitCode: 2 });
});

test('state says what a container was made to run, and wait and run say when that had started', async (t) => {
  const home = await Home.make(t);
  const made = ['--id', 'web', '--hostname', 'box', '-w', '/tmp', '-e', 'COLOUR=hunter22', '--', 'sh', '-c', 'exit 3'];
  const ran = JSON.parse((await home.hcs(['run', '--json', ...made])).stdout) as Record<string, unknown>;
  const state = await home.json(['state', 'web', '--json']);
  t.like(state['program'], { commandLine: 'sh -c "exit 3"', cwd: '/tmp', environment: ['COLOUR'] });
  t.is(state['hostname'], 'box');
  t.is(typeof state['startedAt'], 'string');
  t.is(ran['startedAt'], state['startedAt']);
  t.is((await home.json(['wait', 'web', '--json']))['startedAt'], state['startedAt']);
  const table = (await home.hcs(['inspect', 'web', '-o', 'table'])).stdout;
  t.regex(table, /^command +sh -c "exit 3"\ndirectory +\/tmp\nenvironment +COLOUR\nhostname +box$/mu);
  t.false(table.includes('hunter22'));
  t.is((await home.hcs(['log', 'web'])).status, 0);
});

test('events --follow goes on over engines that die, each event once and in order; --after takes up anywhere', async (t) => {
  const home = await Home.make(t);
  await home.hcs(['run', '-d', '--id', 'web', 'sleep', '600']);
  const child = home.start([
    'events',
    '--follow',
    '--after',
    '0',
    '--filter',
    'type=create',
    '--filter',
    'type=exit',
    '--json',
  ]);
  const seen: { type: string; containerId: string; cursor: number }[] = [];
  const lines = createInterface({ input: child.stdout! });
  const next = (): Promise<void> =>
    once(lines, 'line').then(([line]) => void seen.push(JSON.parse(line as string) as never));
  await next();
  for (const id of ['a', 'b']) {
    process.kill(await home.enginePid(), 'SIGKILL');
    const created = next();
    t.is((await home.hcs(['create', '--id', id, 'true'])).status, 0);
    await created;
  }
  const exited = next();
  await home.hcs(['kill', 'web']);
  await exited;
  child.kill('SIGINT');
  t.deepEqual(await once(child, 'exit'), [0, null]);
  t.deepEqual(
    seen.map(({ type, containerId }) => `${type} ${containerId}`),
    ['create web', 'create a', 'create b', 'exit web'],
  );
  const all = await items<{ cursor: number }>(home, 'events');
  t.deepEqual(
    all.map(({ cursor }) => cursor),
    all.map((_event, at) => at + 1),
  );
  const after = seen[1]?.cursor ?? 0;
  t.deepEqual(await items(home, 'events', '--after', String(after)), all.slice(after));
});

test('restore takes up what an engine left, or ends it', async (t) => {
  const home = await Home.make(t);
  for (const id of ['one', 'two']) await home.hcs(['run', '-d', '--id', id, 'sleep', '600']);
  process.kill(await home.enginePid(), 'SIGKILL');
  const outcomes = async (...argv: string[]): Promise<Record<string, string>> =>
    Object.fromEntries(
      (await items<{ id: string; outcome: string }>(home, 'restore', ...argv)).map(({ id, outcome }) => [id, outcome]),
    );
  t.deepEqual(await outcomes(), { one: 'running', two: 'running' });
  t.deepEqual(await outcomes('--policy', 'terminate', 'one'), { one: 'terminated' });
  t.deepEqual(
    (await items<Item>(home, 'list')).map(({ id, status }) => `${id} ${status}`),
    ['one stopped', 'two running'],
  );
});

test('sweep says what a create has left, removes it when asked to, and then has nothing more to do', async (t) => {
  const home = await Home.make(t);
  await home.hcs(['run', '-d', '--id', 'web', 'sleep', '600']);
  for (const name of ['HcsStartComputeSystem', 'HcsTerminateComputeSystem'])
    await home.json(['simulator', 'fault', 'set', name, '--error', '0x80070005', '--json']);
  t.not((await home.hcs(['create', '--id', 'broken', 'true'])).status, 0);
  await home.hcs(['simulator', 'fault', 'clear']);
  const before = await items<{ kind: string; id: string; removed: boolean }>(home, 'sweep', '--dry-run');
  t.true(
    before.some(({ id, removed }) => id === 'broken' && !removed),
    JSON.stringify(before),
  );
  t.true((await items<Item>(home, 'list')).some(({ id }) => id === 'broken'));
  const swept = await items<{ id: string; removed: boolean }>(home, 'sweep');
  t.true(
    swept.every(({ id, removed }) => id === 'broken' && removed),
    JSON.stringify(swept),
  );
  t.deepEqual(await items(home, 'sweep'), []);
  t.deepEqual(
    (await items<Item>(home, 'list', '--all')).map(({ id }) => id),
    ['web'],
  );
});

test('top lists the first process, execs by their ids, and what they have started', async (t) => {
  const home = await Home.make(t);
  await home.hcs(['run', '-d', '--id', 'web', 'sleep', '600']);
  await home.hcs(['exec', '-d', '--exec-id', 'job', 'web', 'sh', '-c', 'sleep 601; true']);
  const processes = await until(
    () => items<{ processId: string | null; imageName: string; pid: number }>(home, 'top', 'web'),
    (found) => found.length === 3,
  );
  t.deepEqual(processes.map(({ processId, imageName }) => `${processId ?? '-'} ${imageName}`).sort(), [
    '- sleep',
    'init sleep',
    'job sh',
  ]);
  t.is((await home.hcs(['top', 'web', '--quiet'])).stdout, processes.map(({ pid }) => `${pid}\n`).join(''));
});
