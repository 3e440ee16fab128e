/** The output contract: one ASCII document, or what people see; each noun as its schema says. */
import { readFileSync } from 'node:fs';
import { isRight } from 'fp-ts/lib/Either.js';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { ENTRIES } from '#src/cli/commands/index.js';
import { programStatus } from '#src/cli/output/exitStatus.js';
import { failureLine } from '#src/cli/output/failure.js';
import { hasColour, hasMotion, styleOf } from '#src/cli/output/style.js';
import { cut, table, type Column } from '#src/cli/output/table.js';
import { visible } from '#src/cli/output/visible.js';
import { describeCode, hex } from '#src/core/exitCodes.js';
import { Capture, CAPTURE_LIMIT } from '#src/cli/foreground/capture.js';
import { BODIES, ErrorBody } from '#src/cli/schema/documents.js';
import { schemas } from '#src/cli/schemas.js';
import { packageVersion } from '#src/cli/version.js';
import { ERROR_TABLE, RuntimeError, type ErrorCode } from '#src/core/errors.js';
import type { ExitReport, Runtime } from '#src/core/runtime.js';
import { openRpcDocument } from '#src/rpc/openrpc.js';
import { cli, type CliParts } from '../helpers/cli.js';
import { detail, event, summary } from '../rpc/fakeRuntime.js';
import { FakeLogs } from '../rpc/fakeLogs.js';

const exit: ExitReport = { exitCode: 3221225786, exitedAt: '2026-01-01T00:00:02.000Z' };
const done = (): Promise<void> => Promise.resolve();
const stats = {
  id: 'web',
  readAt: '2026-01-01T00:00:00.000Z',
  containerStartedAt: null,
  uptime100ns: 25_000_000,
  memory: { commitBytes: 1_572_864, commitPeakBytes: 2, privateWorkingSetBytes: 3 },
  processor: { total100ns: 1, user100ns: 2, kernel100ns: 3 },
  storage: { readCount: 1, readBytes: 2, writeCount: 3, writeBytes: 4 },
  network: [],
};

const runtime: Partial<Runtime> = {
  create: ({ id }) => Promise.resolve({ id: id ?? 'hcs-1', warnings: ['a warning'] }),
  start: () => Promise.resolve({ pid: 7, stdio: {} }),
  exec: ({ execId }) => Promise.resolve({ execId: execId ?? 'e1', pid: 8, stdio: {} }),
  kill: done,
  stop: () => Promise.resolve(exit),
  pause: done,
  resume: done,
  wait: () => Promise.resolve(exit),
  deleteTask: () => Promise.resolve({ exitCode: null, exitUnknown: 'engine was gone', exitedAt: exit.exitedAt }),
  delete: done,
  list: () =>
    Promise.resolve({
      items: [summary('web'), { ...summary('größe'), labels: [{ name: 'ü', value: '\u{1f600}' }] }],
      warnings: ['w1'],
    }),
  state: (id) => Promise.resolve(detail(id)),
  processes: () =>
    Promise.resolve([
      {
        pid: 7,
        imageName: 'cmd.exe',
        createdAt: null,
        userTime100ns: 1,
        kernelTime100ns: 2,
        memoryCommitBytes: 3,
        memoryWorkingSetPrivateBytes: 4,
        memoryWorkingSetSharedBytes: 5,
        processId: 'init',
      },
    ]),
  stats: () => Promise.resolve(stats),
  resize: done,
  closeStdin: done,
  update: done,
  restore: () => Promise.resolve([{ id: 'web', outcome: 'stopped', exit }]),
  sweep: () => Promise.resolve({ items: [{ kind: 'log', id: 'x', removed: true, why: 'nothing owns it' }] }),
  eventsList: (after) => Promise.resolve({ events: after === 0 ? [event(1), event(2)] : [], expired: false }),
};

function logs(): FakeLogs {
  const made = new FakeLogs();
  made.write('web/init', 'stdout', 'one\ntwo');
  made.write('web/init', 'stderr', Uint8Array.from([0xff, 0xfe, 0x0a]));
  made.write('web/init', 'stdout', '\nthree\n');
  made.end('web/init', 'stdout', 'stderr');
  made.close('web/init');
  return made;
}

const run = (t: ExecutionContext, argv: readonly string[], parts: CliParts = {}): ReturnType<typeof cli> =>
  cli(t, argv, { runtime, logs: logs(), ...parts });

const spec = JSON.stringify({
  root: { path: '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\\' },
  process: { args: ['cmd'], cwd: 'C:\\' },
  windows: { layerFolders: ['C:\\l\\base', 'C:\\l\\scratch'] },
});

/** A line for each verb that answers with a document; the rest is covered where a real engine is. */
const lines: Readonly<Record<string, readonly string[]>> = {
  create: ['create', 'true'],
  run: ['run', '-d', 'true'],
  exec: ['exec', '-d', 'web', 'true'],
  start: ['start', 'web'],
  kill: ['kill', 'web'],
  stop: ['stop', 'web'],
  pause: ['pause', 'web'],
  resume: ['resume', 'web'],
  wait: ['wait', 'web'],
  delete: ['delete', 'web'],
  'delete-task': ['delete-task', 'web'],
  list: ['list'],
  state: ['state', 'web'],
  top: ['top', 'web'],
  stats: ['stats', 'web'],
  logs: ['logs', 'web'],
  events: ['events'],
  resize: ['resize', 'web', '80x25'],
  'close-stdin': ['close-stdin', 'web'],
  update: ['update', 'web', '--network', 'x'],
  restore: ['restore'],
  sweep: ['sweep', '--dry-run'],
  plan: ['plan', '--spec', '-'],
  info: ['info'],
  version: ['version'],
  help: ['help'],
  complete: ['complete', '--next', '--', 'stop'],
  'engine-status': ['engine', 'status'],
  'engine-start': ['engine', 'start'],
  'engine-logs': ['engine', 'logs'],
  'simulator-status': ['simulator', 'status'],
  'simulator-trace': ['simulator', 'trace'],
};

for (const [noun, argv] of Object.entries(lines)) {
  test(`${noun} prints one compact ASCII document of its schema, and nothing on stderr`, async (t) => {
    const ran = await run(t, ['--json', ...argv], { stdin: spec });
    t.is(ran.status, 0, ran.stdout);
    t.is(ran.stderr, '');
    t.regex(ran.stdout, /^[\x20-\x7e]+\n$/);
    const document = JSON.parse(ran.stdout) as Record<string, unknown>;
    t.deepEqual(Object.keys(document).slice(0, 2), ['schema', 'ok']);
    t.is(document['schema'], `hostcompute.${noun}/v1`);
    t.true(document['ok']);
    t.is(ran.stdout, `${ran.stdout.trim()}\n`);
    t.true(isRight(BODIES[noun]!.decode(document)), ran.stdout);
  });

  test(`${noun} has words for people and for --output quiet, without control characters`, async (t) => {
    for (const mode of ['table', 'quiet', 'ndjson']) {
      const ran = await run(t, ['--output', mode, ...argv], { stdin: spec });
      t.is(ran.status, 0, ran.stdout);
      if (noun === 'logs' && mode !== 'ndjson') continue;
      t.regex(ran.stdout, /^[^\x00-\x09\x0b-\x1f\x7f]*$/);
      if (mode === 'ndjson')
        for (const line of ran.stdout.trim().split('\n').filter(Boolean))
          t.notThrows(() => JSON.parse(line) as unknown);
    }
  });
}

test('every noun that a verb prints has a schema, and the schemas are whole', (t) => {
  t.deepEqual(
    Object.keys(lines).filter((noun) => BODIES[noun] === undefined),
    [],
  );
  const all = schemas();
  t.true(all.length >= Object.keys(BODIES).length + 2);
  for (const { noun, schema } of all) t.is(schema['$id'], `hostcompute.${noun}/v1`);
  const text = JSON.stringify(all.find(({ noun }) => noun === 'list')?.schema);
  t.regex(text, /"exitCode":\{"anyOf":\[\{"type":"number"\},\{"type":"null"\}\]\}/);
});

test('the schema called rpc is the OpenRPC document that rpc.discover answers', async (t) => {
  const { stdout } = await run(t, ['schema', 'rpc', '--json']);
  const { schemas } = JSON.parse(stdout) as { schemas: readonly { noun: string; schema: unknown }[] };
  t.deepEqual(schemas, [
    { noun: 'rpc', schema: JSON.parse(JSON.stringify(openRpcDocument(packageVersion()))) as unknown },
  ]);
});

test('a document that breaks its schema would be found', (t) => {
  t.false(isRight(BODIES['start']!.decode({ id: 'web' })));
  t.false(isRight(BODIES['list']!.decode({ items: [{ id: 'web' }], warnings: [] })));
});

test('a terminal gets tables without asking, and warnings on stderr', async (t) => {
  const ran = await run(t, ['list'], { columns: 100, env: { NO_COLOR: '1' } });
  t.regex(ran.stdout, /^ID +STATUS +EXIT +PID/);
  t.is(ran.stderr, 'hcs: warning: w1\n');
});

test('a terminal that takes colours gets them in the heading only', async (t) => {
  const { stdout } = await run(t, ['list'], { columns: 100 });
  const [heading = '', ...rows] = stdout.trim().split('\n');
  t.true(heading.includes('\u001b[1m'));
  t.false(rows.join('').includes('\u001b'));
});

test('quiet prints the ids alone', async (t) => {
  t.is((await run(t, ['list', '--output', 'quiet'])).stdout, 'web\ngröße\n');
});

test('an empty list says so to people and is an empty list to programs', async (t) => {
  const empty = { list: () => Promise.resolve({ items: [], warnings: [] }) };
  t.is((await cli(t, ['list', '--output', 'table'], { runtime: empty })).stdout, 'no containers\n');
  t.is(
    (await cli(t, ['list'], { runtime: empty })).stdout,
    '{"schema":"hostcompute.list/v1","ok":true,"items":[],"warnings":[]}\n',
  );
  t.is((await cli(t, ['list', '--output', 'ndjson'], { runtime: empty })).stdout, '');
});

for (const code of Object.keys(ERROR_TABLE) as ErrorCode[]) {
  test(`${code} has the status of the table, one document and one line`, async (t) => {
    const error = new RuntimeError(code, 'start web: größe', {
      hresult: '0xC0370105',
      symbol: 'ERROR_VMCOMPUTE_INVALID_STATE',
      leftovers: ['a system'],
      ...(code === 'processCannotStart' ? { exitStatus: 126 } : {}),
    });
    const ran = await cli(t, ['--json', 'start', 'web'], { runtime: { start: () => Promise.reject(error) } });
    t.is(ran.status, code === 'processCannotStart' ? 126 : ERROR_TABLE[code].status);
    const document = JSON.parse(ran.stdout) as { error: { code: string } };
    t.is(document.error.code, code);
    t.true(isRight(ErrorBody.decode(document)));
    t.regex(ran.stdout, /^[\x20-\x7e]+\n$/);
    t.regex(
      ran.stderr,
      /^hcs: start web: größe; ERROR_VMCOMPUTE_INVALID_STATE \(0xC0370105\); left over: a system.*\n$/,
    );
  });
}

test('people get no document with a failure', async (t) => {
  const ran = await cli(t, ['start', 'web', '--output', 'table'], {
    runtime: {
      start: () => Promise.reject(new RuntimeError('notFound', 'no container web', { hint: 'see: hcs list' })),
    },
  });
  t.deepEqual(ran, { status: 3, stdout: '', stderr: 'hcs: no container web (see: hcs list)\n' });
});

test('a message of several lines and with escape sequences becomes one harmless line', (t) => {
  const line = failureLine({ code: 'internal', message: 'a\r\nb \u001b[2J c\u202e' });
  t.is(line, 'hcs: a b \\x1b[2J c\\u202e');
});

test('what is shown never has a control character, and printable text is left alone', (t) => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[\x00-\x1f\x7f-\x9f\u202e]/.test(visible(text))));
  fc.assert(fc.property(fc.stringMatching(/^[ -~äöü漢]*$/), (text) => visible(text) === text));
  t.pass();
});

test('a table keeps its columns under each other, wide characters too, and fits the terminal', (t) => {
  const columns: Column<{ name: string; n: number }>[] = [
    { title: 'NAME', get: (x) => x.name, shrink: true },
    { title: 'N', get: (x) => String(x.n), align: 'right' },
  ];
  const items = [
    { name: '漢字', n: 1 },
    { name: 'a very long name indeed', n: 20 },
  ];
  const plain = styleOf({}, {});
  const erased = columns as readonly unknown[] as Column[];
  t.is(
    table(items, erased, plain),
    ['NAME                      N', '漢字                      1', 'a very long name indeed  20'].join('\n'),
  );
  t.is(
    table(items, erased, { ...plain, width: 16 }),
    ['NAME           N', '漢字           1', 'a very long~  20'].join('\n'),
  );
  t.is(cut('漢字漢字', 5), '漢字~');
  t.is(cut('abc', 3), 'abc');
});

test('events and list keep what tells most in 80 columns, with ids as long as random ones; the cursor is the first to go', async (t) => {
  const id = 'c'.repeat(32);
  const ended = { exitedAt: '2026-01-01T00:00:00.000Z', exitCode: 0xc000013a };
  const runtime: Partial<Runtime> = {
    list: () =>
      Promise.resolve({
        items: [{ ...summary(id), status: 'stopped', pid: 31_024, ...ended }],
        warnings: [],
      }),
    eventsList: (after) =>
      Promise.resolve({
        events:
          after === 0
            ? [
                { ...event(1_234_567), containerId: id, type: 'exit' as const, ...ended },
                { ...event(1_234_568), containerId: id, type: 'exec-started' as const },
              ]
            : [],
        expired: false,
      }),
  };
  const shown = async (verb: string, columns: number): Promise<readonly string[]> => {
    const { stdout } = await cli(t, [verb], { runtime, columns, env: { NO_COLOR: '1' } });
    const lines = stdout.trimEnd().split('\n');
    for (const line of lines) t.true(line.length <= columns, line);
    return lines;
  };
  const [head = '', row = ''] = await shown('events', 80);
  t.deepEqual(head.split(/ +/), ['TIME', 'TYPE', 'ID', 'PROCESS', 'DETAIL']);
  t.regex(row, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  exit          c{15,}~  init     code 0xC000013A/);
  const [wideHead = '', wideRow = ''] = await shown('events', 120);
  t.regex(wideHead, / CURSOR$/);
  t.regex(wideRow, / c{32}  init     code 0xC000013A .* 1234567$/);
  const [listHead = '', listRow = ''] = await shown('list', 80);
  t.deepEqual(listHead.split(/ +/), ['ID', 'STATUS', 'EXIT', 'PID', 'CREATED', 'ISOLATION', 'OWNER']);
  t.regex(listRow, /^c{19,}~  stopped  0xC000013A/);
  t.regex((await shown('list', 120))[1] ?? '', /^c{32}  stopped  0xC000013A \(STATUS_CONTROL_C_EXIT\)/);
});

test('Windows codes have their hex and name, small ones stay as they are', (t) => {
  t.is(hex(3221225786), '0xC000013A');
  t.is(describeCode(3221225786), '0xC000013A (STATUS_CONTROL_C_EXIT)');
  t.is(describeCode(1067), '1067 (ERROR_PROCESS_ABORTED)');
  t.is(describeCode(7), '7');
  t.is(describeCode(0xdeadbeef), '0xDEADBEEF');
});

test('a program’s code is passed on as the system can carry it, never as success when it is not known', (t) => {
  for (const [code, linux, windows] of [
    [0, 0, 0],
    [7, 7, 7],
    [255, 255, 255],
    [256, 255, 256],
    [3221225786, 255, 3221225786],
  ] as const) {
    t.is(programStatus({ exitCode: code }, 'linux'), linux);
    t.is(programStatus({ exitCode: code }, 'win32'), windows);
  }
  t.is(programStatus({ exitCode: null, exitUnknown: 'lost' }, 'linux'), 125);
});

test('colours need a terminal that wants them; motion also needs to be outside CI', (t) => {
  const terminal = { isTTY: true };
  t.true(hasColour(terminal, {}));
  t.true(hasMotion(terminal, {}));
  for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) t.false(hasColour(terminal, env));
  t.true(hasColour(terminal, { CI: 'true', NO_COLOR: '' }));
  t.false(hasMotion(terminal, { CI: 'true' }));
  t.false(hasColour({}, {}));
});

test('a capture keeps the first MiB, counts the rest, and gives bytes that are no text in base64 too', async (t) => {
  const big = new Capture();
  for (let i = 0; i < 17; i++) big.write(Buffer.alloc(65_536, 'é'));
  await new Promise<void>((resolve) => big.end(resolve));
  t.is(big.bytes, 17 * 65_536);
  t.true(big.truncated);
  t.is(Buffer.byteLength(big.result().text), CAPTURE_LIMIT);
  const odd = new Capture();
  odd.write(Uint8Array.from([0x41, 0xff]));
  t.deepEqual(odd.result(), { text: 'A\ufffd', base64: 'Qf8=' });
  t.false(odd.truncated);
});

test('logs go where they came from, with times where asked, also within lines that came in pieces', async (t) => {
  const time = '2026-01-01T00:00:00.000Z';
  const plain = await run(t, ['logs', 'web']);
  t.is(plain.stdout, 'one\ntwo\nthree\n');
  t.is((await run(t, ['logs', 'web', '--timestamps'])).stdout, `${time} one\n${time} two\n${time} three\n`);
  const { items } = JSON.parse((await run(t, ['logs', 'web', '--json'])).stdout) as {
    items: { text?: string; base64?: string }[];
  };
  t.deepEqual(
    items.map((item) => item.text ?? item.base64),
    ['one\ntwo', '//4K', '\nthree\n'],
  );
});

test('--verbose says on stderr which engine answers; the document stays alone on stdout', async (t) => {
  const ran = await run(t, ['list', '--verbose']);
  t.regex(ran.stderr, /^hcs: engine 0\.0\.0-test, pid 4711, backend simulator/);
  t.is(ran.stdout.split('\n').length, 2);
});

test('Ctrl+C ends a request with cancelled and 130', async (t) => {
  const ran = await cli(t, ['wait', 'web'], {
    runtime: {
      wait: (_id, _exec, _for, context) =>
        new Promise((_, reject) =>
          context?.signal?.addEventListener('abort', () => {
            reject(new RuntimeError('cancelled', 'cancelled'));
          }),
        ),
    },
    onHost: (host) => {
      const connect = host.connect.bind(host);
      Object.assign(host, {
        connect: async (options: Parameters<typeof connect>[0]) => {
          const client = await connect(options);
          setImmediate(() => {
            host.signal('SIGINT');
          });
          return client;
        },
      });
    },
  });
  t.is(ran.status, 130);
  t.like(JSON.parse(ran.stdout), { ok: false, error: { code: 'cancelled' } });
});

test('help lists every verb, and its JSON has every option', async (t) => {
  const { stdout } = await cli(t, ['help']);
  for (const { name } of ENTRIES) t.true(stdout.includes(`  ${name} `), name);
  const { commands } = JSON.parse((await cli(t, ['help', '--json'])).stdout) as {
    commands: { name: string; options: { name: string }[] }[];
  };
  t.is(commands.length, ENTRIES.length);
  t.true(commands.find(({ name }) => name === 'run')?.options.some(({ name }) => name === 'max-time'));
});

test('version is that of the package and starts nothing', async (t) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const ran = await cli(t, ['version', '--json'], { noEngine: true });
  t.like(JSON.parse(ran.stdout), { version, contractVersion: 1, protocolVersions: [1] });
});

test('verbs that only look start no engine', async (t) => {
  for (const argv of [
    ['engine', 'status'],
    ['engine', 'stop'],
    ['engine', 'logs'],
    ['simulator', 'status'],
    ['simulator', 'trace'],
    ['schema'],
    ['version'],
    ['help'],
    ['complete', '--next', '--', 'stop'],
    ['completion', 'powershell'],
  ]) {
    const ran = await cli(t, [...argv, '--json'], {
      noEngine: true,
      onHost: (host) => {
        t.true(
          host.connections.every(({ launch }) => launch === false),
          argv.join(' '),
        );
      },
    });
    t.is(ran.status, 0, `${argv.join(' ')}: ${ran.stdout}`);
  }
});
