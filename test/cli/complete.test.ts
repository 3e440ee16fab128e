/** What `hcs complete` offers, in this process; the scripts of the shells are tried in completion.test.ts. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { ENTRIES } from '#src/cli/commands/index.js';
import { builtCommandTable, commandTable } from '#src/cli/commandTable.js';
import { want } from '#src/cli/complete/want.js';
import type { ContainerSummary } from '#src/core/model/container.js';
import type { Runtime } from '#src/core/runtime.js';
import { cli, type CliParts } from '../helpers/cli.js';
import { detail, summary } from '../rpc/fakeRuntime.js';

const runtime: Partial<Runtime> = {
  list: () =>
    Promise.resolve({
      items: [
        { ...summary('web'), status: 'running' },
        { ...summary('Web-2'), status: 'stopped', exitedAt: '2026-01-01T00:00:00.000Z', exitCode: 3 },
        { ...summary('db'), status: 'created' },
      ],
      warnings: [],
    }),
  state: (id) =>
    Promise.resolve({
      ...detail(id),
      execs: [
        {
          execId: 'e1',
          status: 'running',
          pid: 8,
          startedAt: '2026-01-01T00:00:00.000Z',
          exitedAt: null,
          exitCode: null,
        },
      ],
    }),
};

/** `line`: words after hcs; a blank at its end begins a new word. */
async function complete(t: ExecutionContext, line: string, parts: CliParts = {}): Promise<string[]> {
  return (await offered(t, line, parts)).filter((value) => value !== '');
}

/** As `complete`; an empty text says that the shell has nothing of its own to offer either. */
async function offered(t: ExecutionContext, line: string, parts: CliParts = {}): Promise<string[]> {
  const words = line.split(' ').filter((word) => word !== '');
  const next = line === '' || line.endsWith(' ') ? ['--next'] : [];
  // A busy machine may need longer than a user would wait.
  const ran = await cli(t, ['--timeout', '5s', 'complete', '--lines', ...next, '--', ...words], { runtime, ...parts });
  t.is(ran.status, 0, ran.stdout);
  t.is(ran.stderr, '');
  return ran.stdout
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => {
      t.is(text.split('\t').length, 3, text);
      return text.split('\t')[0]!;
    });
}

const firstWords = [...new Set(ENTRIES.map(({ name }) => name.split(' ')[0]!))];

test('verbs, then the verbs of a group', async (t) => {
  t.deepEqual(await complete(t, ''), firstWords);
  t.deepEqual(await complete(t, 'st'), ['start', 'stop', 'state', 'stats']);
  t.deepEqual(await complete(t, 'engine '), ['status', 'start', 'stop', 'restart', 'logs', 'uninstall']);
  t.deepEqual(await complete(t, 'engine sta'), ['status', 'start']);
  t.deepEqual(await complete(t, '--json --home /x engine re'), ['restart']);
  t.deepEqual(await complete(t, 'nosuch '), []);
});

test('options of the verb and of every verb, each once but lists again', async (t) => {
  t.deepEqual(await complete(t, 'stop --t'), ['--time', '--timeout']);
  t.deepEqual(await complete(t, 'stop --time 3s --t'), ['--timeout']);
  t.deepEqual(await complete(t, 'run -e A=B --env'), ['--env', '--env-file']);
  t.true((await complete(t, '-')).includes('--home'));
});

test('values that are known, after a blank or after the sign', async (t) => {
  t.deepEqual(await complete(t, 'list --output '), ['json', 'ndjson', 'table', 'quiet']);
  t.deepEqual(await complete(t, 'list -o t'), ['table']);
  t.deepEqual(await complete(t, 'run --isolation=h'), ['--isolation=hyperv']);
  t.deepEqual(await complete(t, 'run --isolation='), ['--isolation=process', '--isolation=hyperv']);
  t.deepEqual(await complete(t, 'wait --for i'), ['init']);
  t.deepEqual(await complete(t, 'list --filter isolation=p'), ['isolation=process']);
  t.deepEqual(await complete(t, 'events --filter i'), ['id=']);
  t.deepEqual(await complete(t, 'completion '), ['powershell', 'bash', 'zsh']);
  t.deepEqual(await complete(t, 'help lo'), ['logs']);
});

test('ids of containers that the verb can be used on, whatever their case, with a tooltip', async (t) => {
  t.deepEqual(await complete(t, 'state '), ['web', 'Web-2', 'db']);
  t.deepEqual(await complete(t, 'state WEB'), ['web', 'Web-2']);
  t.deepEqual(await complete(t, 'exec '), ['web']);
  t.deepEqual(await complete(t, 'start '), ['db']);
  t.deepEqual(await complete(t, 'delete '), ['Web-2', 'db']);
  t.deepEqual(await complete(t, 'delete --force '), ['web', 'Web-2', 'db']);
  t.deepEqual(await complete(t, 'wait web WEB-2 '), ['db']);
  t.deepEqual(await complete(t, 'state web '), []);
  const { items } = JSON.parse(
    (await cli(t, ['--timeout=5s', 'complete', '--json', '--', 'logs', 'web-'], { runtime })).stdout,
  ) as {
    items: { value: string; tooltip: string; kind: string }[];
  };
  t.like(items, [{ value: 'Web-2', kind: 'container' }]);
  t.regex(items[0]!.tooltip, /^stopped, 3, process, created \S+ ago$/);
});

test('labels that containers have, each once, where one is filtered by', async (t) => {
  const labelled = (id: string, ...values: string[]): ContainerSummary => ({
    ...summary(id),
    labels: values.map((value) => ({ name: 'team', value })),
  });
  const items = [labelled('a', 'red'), labelled('b', 'blue two', 'red'), labelled('c')];
  const parts = { runtime: { ...runtime, list: () => Promise.resolve({ items, warnings: [] }) } };
  t.deepEqual(await complete(t, 'list --filter label=', parts), ['label=team=red', 'label=team=blue two']);
  t.deepEqual(await complete(t, 'list -f label=team=B', parts), ['label=team=blue two']);
  t.deepEqual(await complete(t, 'list --filter=label=team=r', parts), ['--filter=label=team=red']);
  t.deepEqual(await complete(t, 'list --filter lab', parts), ['label=']);
});

test('execs of the container that is named', async (t) => {
  t.deepEqual(await complete(t, 'kill web --exec-id '), ['e1']);
  t.deepEqual(await complete(t, 'kill --exec-id '), []);
});

const [inUse, free] = ['11111111-0000-4000-8000-000000000000', '22222222-0000-4000-8000-000000000000'];
const hns = (names: readonly string[] = ['nat', 'Default Switch']): CliParts => ({
  runtime: {
    ...runtime,
    networks: {
      networks: () =>
        Promise.resolve(
          names.map((name, i) => ({
            id: `n${i}`,
            name,
            type: 'nat',
            subnets: [{ addressPrefix: '172.20.0.0/16', gatewayAddress: null }],
            hns: {},
          })),
        ),
      endpoints: () =>
        Promise.resolve(
          [inUse, free].map((id, i) => ({
            id,
            name: i === 0 ? 'front' : 'Spare',
            networkId: 'n0',
            networkName: 'nat',
            ipAddress: `172.20.0.${i + 2}`,
            macAddress: null,
            gatewayAddress: null,
            state: 'attached',
            containers: i === 0 ? ['web'] : [],
            hns: {},
          })),
        ),
    } as Partial<Runtime['networks']> as Runtime['networks'],
  },
});

test('networks by name, and endpoints by what their verb takes, with tooltips', async (t) => {
  t.deepEqual(await complete(t, 'network delete ', hns()), ['nat', 'Default Switch']);
  t.deepEqual(await complete(t, 'endpoint create de', hns()), ['Default Switch']);
  // What a container has cannot be deleted.
  t.deepEqual(await complete(t, 'endpoint delete ', hns()), ['Spare']);
  t.deepEqual(await complete(t, 'endpoint delete nat ', hns()), []);
  const all = ['nat', 'Default Switch', inUse, free, 'none', 'container:'];
  t.deepEqual(await complete(t, 'run --network ', hns()), all);
  t.deepEqual(await complete(t, 'create --network=N', hns()), ['--network=nat', '--network=none']);
  // The name of an endpoint becomes the id that must stand there.
  t.deepEqual(await complete(t, 'run --network spa', hns()), [free]);
  t.deepEqual(await complete(t, `run --network ${inUse},2`, hns()), [`${inUse},${free}`]);
  t.deepEqual(await complete(t, `run --network=${inUse},`, hns()), [
    `--network=${inUse},${inUse}`,
    `--network=${inUse},${free}`,
  ]);
  t.deepEqual(await complete(t, 'run --network container:we', hns()), ['container:web', 'container:Web-2']);
  t.deepEqual(await complete(t, 'update web --remove-network f', hns()), [inUse]);
  const ran = await cli(t, ['--timeout=5s', 'complete', '--json', '--', 'run', '--network', 'nat'], hns());
  const { items } = JSON.parse(ran.stdout) as { items: object[] };
  t.deepEqual(items, [{ value: 'nat', tooltip: 'nat, 172.20.0.0/16', kind: 'network' }]);
});

test('a network whose name would break the lines is not offered, nor is any that nobody can tell', async (t) => {
  t.deepEqual(await complete(t, 'network delete ', hns(['a\tb', 'c\nd', 'e'])), ['e']);
  const noEngine: CliParts = {
    noEngine: true,
    onHost: (host) => {
      t.true(host.connections.every(({ launch }) => launch === false));
    },
  };
  t.deepEqual(await offered(t, 'network delete ', noEngine), ['']);
  t.deepEqual(await complete(t, 'run --network ', noEngine), ['none', 'container:']);
});

test('nothing is offered for the words of a program', async (t) => {
  t.deepEqual(await complete(t, 'run sh '), []);
  t.deepEqual(await complete(t, 'run sh --he'), []);
  t.deepEqual(await complete(t, 'exec web -'), []);
  t.deepEqual(await complete(t, 'run -- --he'), []);
});

test('files and folders from the disk: specs are JSON, bundles are folders', async (t) => {
  const cwd = await mkdtemp(join(tmpdir(), 'hcs-complete-'));
  t.teardown(() => rm(cwd, { recursive: true }));
  await mkdir(join(cwd, 'sub', 'deep'), { recursive: true });
  for (const name of ['spec.json', 'other.txt', '.hidden.json', 'sub/in.json']) await writeFile(join(cwd, name), '');
  const at = { cwd };
  t.deepEqual((await complete(t, 'create --spec ', at)).sort(), ['spec.json', 'sub/']);
  t.deepEqual(await complete(t, 'create --spec=s', at).then((all) => all.sort()), ['--spec=spec.json', '--spec=sub/']);
  t.deepEqual(await complete(t, 'create --spec sub/', at).then((all) => all.sort()), ['sub/deep/', 'sub/in.json']);
  t.deepEqual(await complete(t, 'create --spec .', at), ['.hidden.json']);
  t.deepEqual(await complete(t, 'create --bundle ', at), ['sub/']);
  t.deepEqual(await complete(t, 'run --env-file o', at), ['other.txt']);
  t.deepEqual(await complete(t, 'layer id ', at), ['sub/']);
  t.deepEqual(await complete(t, 'create --spec nowhere/', at), []);
});

test('no engine: no ids, no failure, and none is started', async (t) => {
  const offered = await complete(t, 'stop ', {
    noEngine: true,
    onHost: (host) => {
      t.true(host.connections.every(({ launch }) => launch === false));
    },
  });
  t.deepEqual(offered, []);
});

test('an engine that does not answer is given up', async (t) => {
  const ran = await cli(t, ['complete', '--lines', '--next', '--', 'stop'], {
    runtime: { list: () => new Promise(() => undefined) },
  });
  t.deepEqual(ran, { status: 0, stdout: '\t\tnone\n', stderr: '' });
});

test('a shell is left its files where files are meant, and nowhere else', async (t) => {
  for (const line of ['stop nosuch', 'kill --exec-id ', 'run --id ', 'list x', 'nosuch ', 'state web ', 'list --js=']) {
    t.deepEqual(await offered(t, line), [''], line);
  }
  for (const line of ['run sh ', 'run -- x', 'run x', 'exec web x', 'create --spec nowhere/', 'layer id nowhere/']) {
    t.deepEqual(await offered(t, line), [], line);
  }
});

test('whatever the words are, something sensible or nothing is wanted', async (t) => {
  const table = await commandTable();
  const word = fc.oneof(
    fc.constantFrom('run', 'engine', 'stop', '--', '-', '-e', '--env=', '--spec', '--bogus', '-it', '=', ''),
    fc.string({ maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), word, (words, current) => {
      const { prefix, before } = want(table, words, current);
      t.is(`${before}${prefix}`, current);
    }),
    { numRuns: 2000 },
  );
});

test('the table that the build left is the table of the verbs', async (t) => {
  t.deepEqual(await builtCommandTable(), JSON.parse(JSON.stringify(await commandTable())));
});
