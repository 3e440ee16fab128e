/** Command lines that are wrong: status, document, issue, hint; and nothing is asked of any engine. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { cli, type CliHost } from '../helpers/cli.js';

interface ErrorReport {
  readonly schema: string;
  readonly ok: boolean;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
    readonly issues?: readonly { readonly path: string; readonly expected: string; readonly got: string }[];
  };
}

const wrong: readonly (readonly [argv: string, path: RegExp, message: RegExp])[] = [
  ['strat', /verb/, /did you mean "start"/],
  ['xyzzy', /verb/, /unknown verb "xyzzy"$/],
  ['engine', /verb/, /engine needs one of: status, start/],
  ['engine stauts', /verb/, /did you mean "engine status"/],
  ['list --jsn', /--jsn/, /did you mean --json/],
  ['list --bogus-thing', /--bogus-thing/, /unknown option/],
  ['run -rm true', /-rm/, /unknown option -rm, did you mean --rm\?/],
  ['list extra', /arguments/, /unexpected argument "extra"/],
  ['list --output xml', /--output/, /one of json, ndjson, table, quiet/],
  ['list --timeout soon', /--timeout/, /a duration/],
  ['list --timeout 0', /--timeout/, /more than zero/],
  ['--backend other list', /--backend/, /one of hcs, simulator/],
  ['list --home', /home/, /--home needs a value/],
  ['state', /id/, /id is missing/],
  ['state a b', /arguments/, /unexpected argument "b"/],
  ['state ../x', /id/, /id: expected an id/],
  ['kill web --exec-id init', /--exec-id/, /exec id/],
  ['wait web --for ever', /--for/, /init, container/],
  ['stop web --time never', /--time/, /a duration/],
  ['create', /command/, /nothing to run/],
  ['create --id a/b true', /--id/, /--id: expected an id/],
  ['create --name a/b true', /--id/, /--id: expected an id/],
  ['create --isolation vm true', /--isolation/, /process, hyperv/],
  ['create --memory lots true', /--memory/, /a size/],
  ['create --cpus none true', /--cpus/, /processors/],
  ['create --mount x true', /--mount/, /type=bind/],
  ['create --label = true', /--label/, /a label/],
  ['create --spec a --bundle b', /--bundle/, /exclude each other/],
  ['create --spec /no/such/file', /--spec/, /cannot be read: ENOENT/],
  ['create --bundle /no/such/folder', /--bundle/, /cannot be read: ENOENT/],
  ['create --layer /no/such/folder true', /--layer/, /is no folder/],
  ['create --env-file /no/such/file true', /--env-file/, /cannot be read: ENOENT/],
  ['create -i --spec -', /--interactive/, /both read stdin/],
  ['resize web', /size/, /size is missing/],
  ['resize web 10', /size/, /120x30/],
  ['resize web --width 0 --height 1', /--width/, /whole number/],
  ['resize web 10x10 --width 5', /size/, /beside it/],
  ['update web', /options/, /nothing to change/],
  ['network create x --subnet 10.0.0.0', /--subnet/, /address range/],
  ['network create x --subnet 10.0.0.0/33', /--subnet/, /address range/],
  ['network create x --subnet 10.0.0.0/8 --gateway ten', /--gateway/, /an address/],
  ['endpoint create nat --ip 1.2.3', /--ip/, /an address/],
  ['endpoint create nat --mac 00-15-5D', /--mac/, /a MAC address/],
  ['layer scratch s --parent p --size 18446744073709551616', /--size/, /below 2\^64/],
  ['plan', /--spec/, /--spec is missing/],
  ['serve', /--stdio/, /--stdio is missing/],
  ['schema nothing', /noun/, /no document is called/],
  ['help strat', /verb/, /did you mean "start"/],
  ['events --after soon', /--after/, /whole number/],
  ['logs web --tail -1', /--tail/, /whole number/],
  ['simulator fault', /action/, /action is missing/],
  ['simulator fault break', /action/, /unknown action/],
  ['simulator fault set', /name/, /name of an export/],
];

for (const [line, path, message] of wrong) {
  test(`hcs ${line} is refused with status 2, says where, what and how, and asks no engine`, async (t) => {
    let host: CliHost | undefined;
    const words = line.split(' ');
    const ran = await cli(t, ['--json', ...words], {
      onHost: (h) => {
        host = h;
      },
    });
    t.is(ran.status, 2, ran.stdout);
    const report = JSON.parse(ran.stdout) as ErrorReport;
    t.like(report, { schema: 'hostcompute.error/v1', ok: false, error: { code: 'invalidRequest' } });
    const { error } = report;
    t.regex(error.message, message);
    t.regex(error.issues?.[0]?.path ?? '', path);
    t.truthy(error.issues?.[0]?.expected);
    t.truthy(error.hint);
    t.is(ran.stderr.split('\n').length, 2, ran.stderr);
    t.true(ran.stderr.startsWith('hcs: '));
    t.deepEqual(host?.connections, []);
  });
}

test('an unknown option is answered with the near one, or with all that the verb takes', async (t) => {
  const near = await cli(t, ['list', '--fliter', 'status=running']);
  t.regex(near.stderr, /^hcs: unknown option --fliter, did you mean --filter\?/);
  const far = await cli(t, ['list', '--nope']);
  t.is(far.status, 2);
  const { error } = JSON.parse(far.stdout) as ErrorReport;
  t.is(error.issues?.[0]?.expected, '--all, --filter');
  t.is(error.hint, 'it takes --all, --filter, and what every verb takes; usage: hcs list [options]');
  t.regex(far.stderr, /--all, --filter/);
});

test('all that is wrong is named at once', async (t) => {
  const ran = await cli(t, ['create', '--id', '../x', '--memory', 'lots', '--cpus', '0', 'true']);
  const { error } = JSON.parse(ran.stdout) as ErrorReport;
  t.deepEqual(
    error.issues?.map(({ path }) => path),
    ['--id', '--cpus', '--memory'],
  );
});

test('a spec that is not JSON is refused with line and column', async (t) => {
  const ran = await cli(t, ['create', '--spec', '-'], { stdin: '{\n  "process": nope\n}' });
  t.is(ran.status, 2);
  const { error } = JSON.parse(ran.stdout) as ErrorReport;
  t.regex(error.issues?.[0]?.path ?? '', /^--spec -:2:\d+$/);
});

test('a spec in bytes that are no text is refused with the byte', async (t) => {
  const ran = await cli(t, ['create', '--spec', '-'], { stdin: Uint8Array.from([0x7b, 0xff, 0x7d]) });
  t.is(ran.status, 2);
  t.regex((JSON.parse(ran.stdout) as ErrorReport).error.message, /byte 1/);
});

test('a bad line of an environment file is named, its text is not shown', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hcs-env-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'env'), 'A=1\nmy secret=x\n');
  const ran = await cli(t, ['create', '--env-file', join(folder, 'env'), 'true']);
  t.is(ran.status, 2);
  t.regex((JSON.parse(ran.stdout) as ErrorReport).error.issues?.[0]?.path ?? '', /env:2$/);
  t.false(`${ran.stdout}${ran.stderr}`.includes('my secret'));
});

test('an unknown HCS_BACKEND is refused', async (t) => {
  const ran = await cli(t, ['list'], { env: { HCS_BACKEND: 'docker' } });
  t.is(ran.status, 2);
  t.regex(ran.stdout, /HCS_BACKEND/);
});

for (const verb of ['run', 'exec']) {
  test(`a command line of ${verb} that is wrong is status 2 too, told on stderr alone unless a document was asked for`, async (t) => {
    const plain = await cli(t, [verb, '--bogus', 'x']);
    t.is(plain.status, 2);
    t.is(plain.stdout, '');
    t.regex(plain.stderr, /^hcs: unknown option --bogus/);
    const asked = await cli(t, [verb, '--json', '--bogus', 'x']);
    t.is(asked.status, 2);
    t.like(JSON.parse(asked.stdout), { ok: false, error: { code: 'invalidRequest' } });
  });

  test(`a failure of ${verb} that is not the program's is 125`, async (t) => {
    const ran = await cli(t, [verb, '--json', 'x', 'y'], { noEngine: true });
    t.is(ran.status, 125);
    t.like(JSON.parse(ran.stdout), { ok: false, error: { code: 'unavailable' } });
  });
}

test('--detach does not go with what needs somebody who waits', async (t) => {
  for (const clash of [['--rm'], ['--max-time', '1s'], ['--report', '/tmp/x']]) {
    const ran = await cli(t, ['run', '-d', ...clash, 'true']);
    t.is(ran.status, 2);
    t.regex(ran.stderr, new RegExp(clash[0] ?? ''));
  }
});

test('a mistyped format of a program still gets one plain line', async (t) => {
  const ran = await cli(t, ['run', '--output', 'xml', 'true']);
  t.is(ran.status, 2);
  t.is(ran.stdout, '');
});

test('help is status 0 on stdout, wherever it is asked for', async (t) => {
  for (const argv of [
    ['--help'],
    ['-h'],
    [],
    ['help'],
    ['run', '--help'],
    ['run', '-h'],
    ['--help', 'run'],
    ['help', 'run'],
    ['help', 'engine', 'status'],
    ['engine', '--help'],
    ['list', '-?'],
  ]) {
    const ran = await cli(t, argv);
    t.is(ran.status, 0, argv.join(' '));
    t.is(ran.stderr, '');
    t.regex(ran.stdout, /hcs /);
  }
  t.regex((await cli(t, ['help', 'run'])).stdout, /--max-time[^]*PowerShell/);
});

test('help of a group lists its verbs; without a verb an option that does not exist is refused, and --json gives the table', async (t) => {
  for (const argv of [
    ['engine', '--help'],
    ['help', 'engine'],
    ['help', '--json', 'engine'],
  ]) {
    const { status, stdout } = await cli(t, argv);
    t.is(status, 0);
    t.regex(stdout, /engine uninstall/);
    t.notRegex(stdout, /simulator status/);
  }
  t.is((await cli(t, ['--bogus'])).status, 2);
  t.like(JSON.parse((await cli(t, ['--json'])).stdout), { schema: 'hostcompute.help/v1', ok: true });
});

test('help says what an option takes, and leaves examples whole, to be copied', async (t) => {
  const { stdout } = await cli(t, ['help', 'run'], { columns: 60, env: { NO_COLOR: '1' } });
  t.regex(stdout, /--isolation +process\|hyperv: /);
  t.regex(stdout, /--env .*K=V: [^]*again/);
  t.true(stdout.includes('\n    (hcs run --rm --json cmd /c ver | ConvertFrom-Json).stdout'));
  t.notRegex(stdout, /\[string\]|\[boolean\]/);
});

test('the program of run may have an option called --help', async (t) => {
  const ran = await cli(t, ['run', 'cmd', '--help'], { noEngine: true });
  t.is(ran.status, 125);
});

test('--version is version', async (t) => {
  t.like(JSON.parse((await cli(t, ['--version'])).stdout), { schema: 'hostcompute.version/v1', ok: true });
});
