/** What somebody who comes from docker or kubectl tries first: several ids, filters, short options, words of other tools. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { OTHER_TOOLS } from '#src/cli/args/otherTools.js';
import { findEntry, GROUPS_OF_VERBS } from '#src/cli/commands/index.js';
import { RuntimeError } from '#src/core/errors.js';
import type { ContainerSummary } from '#src/core/model/container.js';
import type { ExitReport, Runtime } from '#src/core/runtime.js';
import { cli, type CliRan } from '../helpers/cli.js';
import { detail, event, summary } from '../rpc/fakeRuntime.js';

const exit: ExitReport = { exitCode: 7, exitedAt: '2026-01-01T00:00:02.000Z' };
const absent = (id: string): RuntimeError =>
  new RuntimeError('notFound', `container ${id} does not exist`, { containerId: id });

/** `web` and `db` are there. Asked for all at once: each waits until the others have been asked for, too. */
function several(expected: number): { runtime: Partial<Runtime>; asked: string[] } {
  const asked: string[] = [];
  let release = (): void => undefined;
  const all = new Promise<void>((resolve) => {
    release = resolve;
  });
  const one = async (id: string): Promise<void> => {
    asked.push(id);
    if (asked.length === expected) release();
    await all;
    if (id !== 'web' && id !== 'db') throw absent(id);
  };
  const ended = async (id: string): Promise<ExitReport> => {
    await one(id);
    return exit;
  };
  const runtime: Partial<Runtime> = {
    start: ({ id }) => one(id).then(() => ({ pid: 7, stdio: {} })),
    kill: one,
    stop: ended,
    pause: one,
    resume: one,
    wait: ended,
    delete: one,
    deleteTask: ended,
  };
  return { runtime, asked };
}

const VERBS = ['start', 'kill', 'stop', 'pause', 'resume', 'wait', 'delete', 'delete-task'];

for (const verb of VERBS) {
  test(`${verb} of several containers does them all at once, each once, and answers with a list in their order`, async (t) => {
    const { runtime, asked } = several(2);
    const ran = await cli(t, ['--json', verb, 'web', 'db', 'WEB'], { runtime });
    t.is(ran.status, 0, ran.stdout);
    t.is(ran.stderr, '');
    const document = JSON.parse(ran.stdout) as { schema: string; items: { id: string }[] };
    t.is(document.schema, `hostcompute.${verb}/v1`);
    t.is(asked.length, 2);
    t.deepEqual(
      document.items.map(({ id }) => id.toLowerCase()),
      ['web', 'db'],
    );
  });

  test(`${verb} of several tells what became of each when some fail, with the first failure's status`, async (t) => {
    const ran = await cli(t, ['--json', verb, 'gone', 'web', 'nowhere'], several(3));
    t.is(ran.status, 3, ran.stdout);
    t.is(ran.stderr, 'hcs: container gone does not exist; container nowhere does not exist (see: hcs list)\n');
    t.like(JSON.parse(ran.stdout), {
      schema: 'hostcompute.error/v1',
      ok: false,
      error: { code: 'notFound', containerId: 'gone' },
      items: [
        { id: 'gone', ok: false, error: { code: 'notFound' } },
        { id: 'web', ok: true },
        { id: 'nowhere', ok: false, error: { message: 'container nowhere does not exist' } },
      ],
    });
  });
}

test('one id answers as ever, and people see the ids that were done', async (t) => {
  const one = await cli(t, ['--json', 'stop', 'web'], several(1));
  t.like(JSON.parse(one.stdout), { schema: 'hostcompute.stop/v1', id: 'web', exitCode: 7 });
  t.deepEqual(await cli(t, ['delete', 'web', 'gone', '--quiet'], several(2)), {
    status: 3,
    stdout: 'web\n',
    stderr: 'hcs: container gone does not exist (see: hcs list)\n',
  } satisfies CliRan);
});

test('wait --any answers with the first that ends, gives the others up, and a failure is one', async (t) => {
  const given: string[] = [];
  const runtime: Partial<Runtime> = {
    list: () => Promise.resolve({ items: [], warnings: [] }),
    wait: (id, _exec, _for, context) => {
      if (id === 'db') return Promise.resolve(exit);
      if (id === 'gone') return Promise.reject(absent(id));
      return new Promise((_resolve, reject) => {
        context?.signal?.addEventListener('abort', () => {
          given.push(id);
          reject(new RuntimeError('cancelled', 'given up'));
        });
      });
    },
  };
  const ran = await cli(t, ['--json', 'wait', '--any', 'web', 'db', 'cache'], { runtime });
  t.is(ran.status, 0, ran.stdout);
  t.like(JSON.parse(ran.stdout), { schema: 'hostcompute.wait/v1', id: 'db', exitCode: 7 });
  t.is((await cli(t, ['--json', 'wait', '--any', 'web', 'gone'], { runtime })).status, 3);
  t.true(given.includes('web'));
});

test('wait --any of several that have ended before answers with the one that ended first', async (t) => {
  const ended = (id: string, second: number): ContainerSummary => ({
    ...summary(id),
    status: 'stopped',
    exitedAt: `2026-01-01T00:00:0${second}.000Z`,
  });
  const runtime: Partial<Runtime> = {
    list: () => Promise.resolve({ items: [ended('web', 3), ended('db', 2), ended('other', 1)], warnings: [] }),
    wait: (id) => Promise.resolve({ ...exit, exitCode: id.toLowerCase() === 'db' ? 2 : 3 }),
  };
  const ran = await cli(t, ['--json', 'wait', '--any', 'web', 'DB'], { runtime });
  t.like(JSON.parse(ran.stdout), { id: 'db', exitCode: 2 });
});

const items = [
  { ...summary('web'), status: 'running' as const, labels: [{ name: 'tier', value: 'front' }] },
  { ...summary('db'), status: 'stopped' as const, labels: [{ name: 'tier', value: 'back' }] },
  { ...summary('Cache'), status: 'created' as const, owner: 'somebody' },
];
const listed = async (t: ExecutionContext, ...argv: string[]): Promise<string[]> => {
  const ran = await cli(t, ['ps', '-q', ...argv], {
    runtime: { list: () => Promise.resolve({ items, warnings: [] }) },
  });
  t.is(ran.status, 0, ran.stderr);
  return ran.stdout.split('\n').filter(Boolean);
};

test('list --filter: of one key any value, of several keys all', async (t) => {
  t.deepEqual(await listed(t), ['web', 'db', 'Cache']);
  t.deepEqual(await listed(t, '-f', 'status=running'), ['web']);
  t.deepEqual(await listed(t, '--filter', 'status=running', '--filter', 'status=stopped'), ['web', 'db']);
  t.deepEqual(await listed(t, '--filter', 'label=tier'), ['web', 'db']);
  t.deepEqual(await listed(t, '--filter', 'label=tier=back'), ['db']);
  t.deepEqual(await listed(t, '--filter', 'label=tier', '--filter', 'status=created'), []);
  t.deepEqual(await listed(t, '--filter', 'id=CACHE', '--filter', 'owner=somebody'), ['Cache']);
});

test('events --filter, and --id with it', async (t) => {
  const events = [event(1), { ...event(2), type: 'start' as const }, { ...event(3), containerId: 'db' }];
  const runtime: Partial<Runtime> = {
    eventsList: (after) => Promise.resolve({ events: events.filter(({ cursor }) => cursor > after), expired: false }),
  };
  const cursors = async (...argv: string[]): Promise<string> =>
    (await cli(t, ['events', '-q', ...argv], { runtime })).stdout.replaceAll('\n', ' ').trim();
  t.is(await cursors(), '1 2 3');
  t.is(await cursors('--filter', 'type=start'), '2');
  t.is(await cursors('--filter', 'type=start', '--filter', `type=${event(1).type}`), '1 2 3');
  t.is(await cursors('--filter', 'id=DB'), '3');
  t.is(await cursors('--id', 'db', '--filter', 'type=start'), '');
  t.is(await cursors('DB'), '3');
  t.is(await cursors('db', '--id', 'DB'), '3');
  t.is((await cli(t, ['events', 'db', '--id', 'web'], { runtime })).status, 2);
  t.is(await cursors('--after', '1', '--filter', 'process=init'), '2 3');
});

test('events ends after --count shown events, and after one of --until, shown or not; the cursor is then that of the last one', async (t) => {
  const exit = { exitedAt: '2026-01-01T00:00:00.000Z', exitCode: 0 };
  const events = [
    event(1),
    { ...event(2), type: 'start' as const },
    { ...event(3), type: 'exit' as const, processId: 'job', ...exit },
    { ...event(4), type: 'exit' as const, containerId: 'db', ...exit },
    { ...event(5), type: 'exit' as const, ...exit },
    { ...event(6), type: 'delete' as const },
  ];
  const runtime: Partial<Runtime> = {
    eventsList: (after) => Promise.resolve({ events: events.filter(({ cursor }) => cursor > after), expired: false }),
  };
  const told = async (...argv: string[]): Promise<string> => {
    const { stdout } = await cli(t, ['events', '--json', ...argv], { runtime });
    const { items, cursor } = JSON.parse(stdout) as { items: { cursor: number }[]; cursor: number };
    return `${items.map((item) => item.cursor).join(' ')} / ${cursor}`;
  };
  t.is(await told(), '1 2 3 4 5 6 / 6');
  t.is(await told('--count', '2'), '1 2 / 2');
  t.is(await told('-n', '1', '--filter', 'type=exit'), '3 / 3');
  t.is(await told('-n', '0'), ' / 0');
  t.is(await told('--until', 'exit'), '1 2 3 4 / 4');
  t.is(await told('--until', 'exit', '--id', events[0]!.containerId), '1 2 3 5 / 5');
  t.is(await told('--until', 'exit', '--until', 'start'), '1 2 / 2');
  t.is(await told('--until', 'delete', '--filter', 'type=start'), '2 / 6');
  const refused = await cli(t, ['events', '--until', '5m'], { runtime });
  t.is(refused.status, 2);
  t.regex(refused.stderr, /a time is --timeout/);
});

test('a word of another tool is answered with what does the same, and no verb of ours is among them', async (t) => {
  for (const [word, instead] of Object.entries(OTHER_TOOLS)) {
    t.is(findEntry(word), undefined, word);
    t.false(GROUPS_OF_VERBS.has(word), word);
    const ran = await cli(t, [word, 'x']);
    t.is(ran.status, 2);
    t.is(ran.stderr, `hcs: unknown verb "${word}" (${instead})\n`);
    for (const [, verb = ''] of instead.matchAll(/hcs ((?:layer |endpoint )?[a-z]+)\b/g)) {
      if (verb !== 'pulls' && verb !== 'copies') t.truthy(findEntry(verb), `${instead}: ${verb}`);
    }
  }
});

test('-t of stop and logs, -v of run, unpause, inspect and rm are understood', async (t) => {
  let time: number | undefined;
  const stop: Partial<Runtime> = {
    stop: (_id, ms) => {
      time = ms;
      return Promise.resolve(exit);
    },
  };
  t.is((await cli(t, ['stop', '-t', '30', 'web'], { runtime: stop })).status, 0);
  t.is(time, 30_000);
  let mounts: unknown;
  const create: Partial<Runtime> = {
    create: ({ spec }) => {
      mounts = spec.mounts;
      return Promise.resolve({ id: 'x', warnings: [] });
    },
  };
  t.is((await cli(t, ['create', '-v', 'C:\\a:C:\\b:ro', 'cmd'], { runtime: create })).status, 0);
  t.like(mounts, { 0: { source: 'C:\\a', destination: 'C:\\b' } });
  t.is((await cli(t, ['unpause', 'web'], several(1))).status, 0);
  t.is((await cli(t, ['rm', '-f', 'web'], several(1))).status, 0);
  t.is((await cli(t, ['inspect', 'web'], { runtime: { state: (id) => Promise.resolve(detail(id)) } })).status, 0);
});

const inState = (state: string, ask: string): Partial<Runtime> => {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new RuntimeError('failedPrecondition', `container web is ${state}, so it cannot ${ask}`, { containerId: 'web' }),
    );
  return { start: refuse, exec: refuse, processes: refuse };
};

for (const [argv, runtime, hint] of [
  [['start', 'web'], inState('stopped', 'be started'), /runs once: hcs delete web/],
  [['exec', 'web', 'ls'], inState('stopped', 'run an exec'), /hcs logs web/],
  [['exec', 'web', 'ls'], inState('created', 'run an exec'), /hcs start web first/],
  [['top', 'web'], inState('paused', 'be asked'), /hcs resume web first/],
  [['state', 'web'], { state: (id: string) => Promise.reject(absent(id)) }, /see: hcs list/],
  [
    ['create', '--id', 'web', 'ls'],
    {
      create: () =>
        Promise.reject(new RuntimeError('alreadyExists', 'container web exists already', { containerId: 'web' })),
    },
    /another --id, or: hcs delete --force web/,
  ],
] as const) {
  test(`hcs ${argv.join(' ')} says what to do: ${hint.source}`, async (t) => {
    const ran = await cli(t, ['--json', ...argv], { runtime });
    t.regex((JSON.parse(ran.stdout) as { error: { hint: string } }).error.hint, hint);
    t.regex(ran.stderr, hint);
  });
}

test('--log-file appends what was done and how it ended, never the arguments; one that cannot be written is refused', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hcs-log-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'log');
  const runtime: Partial<Runtime> = { create: () => Promise.reject(absent('x')) };
  const ran = await cli(t, ['create', '--log-file', file, '-e', 'TOKEN=hunter2', 'cmd', 'hunter3'], { runtime });
  t.is(ran.status, 3);
  await cli(t, ['list', '--log-file', 'log'], {
    runtime: { list: () => Promise.resolve({ items, warnings: [] }) },
    cwd: folder,
  });
  const text = await readFile(file, 'utf8');
  t.deepEqual(
    text
      .trimEnd()
      .split('\n')
      .filter((line) => !line.includes(': warning: '))
      .map((line) => line.replace(/^\S+Z hcs\[\d+\] /, '').replace(/^(\w+: engine).*/, '$1')),
    [
      'create: begins',
      'create: engine',
      'create: fails: container x does not exist',
      'list: begins',
      'list: engine',
      'list: ends with status 0',
    ],
  );
  t.notRegex(text, /hunter/);
  const refused = await cli(t, ['list', '--log-file', join(folder, 'no', 'such')]);
  t.is(refused.status, 2);
  t.regex(refused.stderr, /cannot be written: ENOENT/);
});

test('-v is --version where no verb stands, and pwsh is PowerShell', async (t) => {
  t.deepEqual(await cli(t, ['-v']), await cli(t, ['--version']));
  const completion = await cli(t, ['completion', 'pwsh']);
  t.is(completion.status, 0);
  t.deepEqual(completion, await cli(t, ['completion', 'powershell']));
});

test('who publishes a port, or gives a spec where its file is meant, is told how it goes', async (t) => {
  for (const option of [
    ['-p', '80:80'],
    ['--publish', '80:80'],
  ]) {
    const ran = await cli(t, ['run', ...option, 'cmd']);
    t.is(ran.status, 2);
    t.regex(ran.stderr, /hcs run --network NAME/);
  }
  const spec = await cli(t, ['create', '--spec', '{"process":{}}']);
  t.is(spec.status, 2);
  t.regex(spec.stderr, /pipe the spec: .* --spec -/);
});

test('run --detach tells a failure as a document, run without it leaves stdout to the program', async (t) => {
  const runtime: Partial<Runtime> = { create: () => Promise.reject(absent('x')) };
  const detached = await cli(t, ['run', '-d', 'cmd'], { runtime });
  t.is(detached.status, 125);
  t.like(JSON.parse(detached.stdout), { ok: false, error: { code: 'notFound' } });
  t.is((await cli(t, ['run', 'cmd'], { runtime })).stdout, '');
});

test('a report that cannot be written is told before anything runs, and an old one does not outlive a failure', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hcs-report-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  let created = 0;
  const runtime: Partial<Runtime> = {
    create: () => {
      created++;
      return Promise.reject(absent('x'));
    },
  };
  const refused = await cli(t, ['run', '--report', join(folder, 'no', 'such'), 'cmd'], { runtime });
  t.is(refused.status, 2);
  t.regex(refused.stderr, /--report .* cannot be written: ENOENT/);
  t.is(created, 0);
  const file = join(folder, 'report.json');
  await writeFile(file, '{"exitCode":0}');
  t.is((await cli(t, ['run', '--report', file, 'cmd'], { runtime })).status, 125);
  t.like(JSON.parse(await readFile(file, 'utf8')), { ok: false, error: { code: 'notFound' } });
});

test('run --rm removes what could not be created, but never what was there before', async (t) => {
  for (const [code, expected] of [
    ['hcsFailure', 1],
    ['timeout', 1],
    ['alreadyExists', 0],
  ] as const) {
    const removed: string[] = [];
    let asked = '';
    const runtime: Partial<Runtime> = {
      create: ({ id = '' }) => {
        asked = id;
        return Promise.reject(new RuntimeError(code, 'no'));
      },
      delete: (id) => {
        removed.push(id);
        return Promise.resolve();
      },
    };
    await cli(t, ['run', '--rm', 'cmd'], { runtime });
    t.deepEqual(removed, expected === 1 ? [asked] : [], code);
  }
});

test('plan names members that a spec has not, with what was meant, also where it is refused for want of them', async (t) => {
  const base = {
    root: { path: '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\\' },
    windows: { layerFolders: ['a', 'b'] },
  };
  const planned = async (spec: object): Promise<string> =>
    (await cli(t, ['--json', 'plan', '--spec', '-'], { stdin: JSON.stringify({ ...base, ...spec }) })).stdout;
  const { warnings } = JSON.parse(
    await planned({ process: { args: ['x'], cwd: 'C:\\', enviroment: ['A=b'] }, zzz: 1 }),
  ) as {
    warnings: readonly string[];
  };
  t.deepEqual(warnings.slice(-2), [
    'spec.process.enviroment is no member of a spec that is known here, and ignored',
    'spec.zzz is no member of a spec that is known here, and ignored',
  ]);
  const { error } = JSON.parse(await planned({ proces: {} })) as { error: { code: string; hint: string } };
  t.is(error.code, 'invalidRequest');
  t.regex(error.hint, /^spec\.proces is no member of a spec .*: did you mean process\? Give the command: /u);
});

const MISSPELLED = { process: { args: ['x', 'y'], cwd: 'C:\\' }, windows: { resources: { memory: { limits: 5 } } } };

test('--strict refuses a spec with members that are not known, before the engine is asked', async (t) => {
  for (const verb of [['plan'], ['create'], ['run', '--rm']]) {
    const ran = await cli(t, ['--json', ...verb, '--strict', '--spec', '-'], { stdin: JSON.stringify(MISSPELLED) });
    t.is(ran.status, 2);
    const { error } = JSON.parse(ran.stdout) as { error: { issues: unknown } };
    t.deepEqual(error.issues, [{ path: 'spec.windows.resources.memory.limits', expected: 'limit', got: 'limits' }]);
  }
});

test('a spec whose program is misspelled is refused with what was meant', async (t) => {
  const stdin = JSON.stringify({ proces: MISSPELLED.process });
  const { error } = JSON.parse((await cli(t, ['--json', 'create', '--spec', '-'], { stdin })).stdout) as {
    error: { issues: readonly unknown[]; hint: string };
  };
  t.deepEqual(error.issues.slice(1), [{ path: 'spec.proces', expected: 'process', got: 'proces' }]);
  t.regex(error.hint, /did you mean process\?/u);
});

test('a word behind create --spec that takes the place of the program is named in the warnings', async (t) => {
  const runtime: Partial<Runtime> = { create: () => Promise.resolve({ id: 'web', warnings: [] }) };
  const stdin = JSON.stringify({ process: MISSPELLED.process });
  const { warnings } = JSON.parse(
    (await cli(t, ['--json', 'create', '--spec', '-', 'web'], { runtime, stdin })).stdout,
  ) as {
    warnings: unknown;
  };
  t.deepEqual(warnings, ["the command web was given, and takes the place of the spec's: x y"]);
});

test('a plan of a spec without layers is refused, and says where the simulator has its own', async (t) => {
  const stdin = JSON.stringify({ process: MISSPELLED.process });
  const { error } = JSON.parse((await cli(t, ['--json', 'plan', '--spec', '-'], { stdin })).stdout) as {
    error: { hint: string };
  };
  t.regex(error.hint, /hcs create --dry-run --spec FILE/u);
});

test('create and run -d warn of members that a spec has not: in the document, and on stderr where people read', async (t) => {
  const runtime: Partial<Runtime> = {
    create: () => Promise.resolve({ id: 'web', warnings: ['first'] }),
    start: () => Promise.resolve({ pid: 7, stdio: {} }),
  };
  const spec = JSON.stringify({
    process: { args: ['x'], cwd: 'C:\\' },
    windows: { layerFolders: ['a', 'b'], resources: { memroy: { limit: 1 } } },
  });
  const warning =
    'spec.windows.resources.memroy is no member of a spec that is known here, and ignored: did you mean memory?';
  for (const verb of [['create'], ['run', '-d']]) {
    const json = await cli(t, ['--json', ...verb, '--spec', '-'], { runtime, stdin: spec });
    t.is(json.stderr, '');
    t.deepEqual((JSON.parse(json.stdout) as { warnings: unknown }).warnings, ['first', warning]);
    const table = await cli(t, ['--output', 'table', ...verb, '--spec', '-'], { runtime, stdin: spec });
    t.is(table.stdout, 'web\n');
    t.is(table.stderr, `hcs: warning: first\nhcs: warning: ${warning}\n`);
  }
});
