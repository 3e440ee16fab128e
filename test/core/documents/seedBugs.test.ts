/** The seed's defects in what it sent to HCS (hcs-facts 10.2, field-notes F.4): each is refused, cured or told. */
import test from 'ava';
import { environment } from '#src/core/documents/environment.js';
import { execDocument, initDocument } from '#src/core/documents/processDocument.js';
import { resizeDocument } from '#src/core/documents/requests.js';
import { decodeSpec } from '#src/core/documents/spec.js';
import { isRuntimeError } from '#src/core/errors.js';
import { BASE, build, hypervSpec, lcowSpec, refusal, refused, SCRATCH, VOLUME, windowsSpec } from './support.js';

const withRoot = (path: string) => windowsSpec({}, { root: { path } });
const withMount = (mount: object, windows = {}) => windowsSpec(windows, { mounts: [mount] });
const withMemory = (limit: unknown) => windowsSpec({ resources: { memory: { limit } } });

for (const path of ['C:\\rootfs\\', 'bad', `x${VOLUME}\\`, `${VOLUME}\\sub\\`, '\\\\?\\Volume{66d1ef4c}\\']) {
  test(`B1, F.4 a: root.path ${path} is no volume and is refused`, async (t) => {
    const issues = await refused(t, () => build(withRoot(path)));
    t.deepEqual(
      issues.map((issue) => issue.path),
      ['spec.root.path'],
    );
  });
}

for (const path of [
  VOLUME,
  VOLUME.replace('{', '') + '\\',
  VOLUME + '}\\',
  VOLUME.toLowerCase() + '\\',
  VOLUME + '/',
]) {
  test(`B2: ${path} is not the form that Windows gives and is refused`, async (t) => {
    await refused(t, () => build(withRoot(path)));
  });
}

test('B2: hexadecimal digits of the volume may be in either case', async (t) => {
  const path = VOLUME.replace('66d1ef4c-7a00', '66D1EF4C-7A00');
  t.is((await build(withRoot(`${path}\\`))).parsed['VolumePath'], path);
});

for (const root of [undefined, null, {}, { path: '' }]) {
  test(`B3, F.4 a: root ${JSON.stringify(root)} is refused with process isolation and does not crash`, async (t) => {
    const [issue] = await refused(t, () => build(windowsSpec({}, { root })));
    t.is(issue?.path, 'spec.root.path');
    t.is(issue?.got, 'nothing');
  });
  test(`B3, F.4 a: root ${JSON.stringify(root)} is right with Hyper-V isolation`, async (t) => {
    t.is((await build(hypervSpec({}, { root }))).parsed['VolumePath'], undefined);
  });
}

test('B4: uvmpath does not reach the guest, other options do', async (t) => {
  const built = await build(
    lcowSpec([{ destination: '/d', type: 'bind', source: 'D:\\d', options: ['rbind', 'uvmpath=/u', 'ro'] }]),
  );
  t.deepEqual(built.spec.mounts, [{ destination: '/d', type: 'bind', source: '/u/d', options: ['rbind', 'ro'] }]);
  t.false(initDocument(built.spec).document.includes('uvmpath'));
});

for (const options of [
  ['uvmpath'],
  ['uvmpath='],
  [],
  undefined,
  ['uvmpath=/u', 'uvmpath'],
  ['uvmpath', 'uvmpath=/u'],
]) {
  test(`B5: a bind mount with options ${JSON.stringify(options)} has no uvmpath and is refused`, async (t) => {
    const mount = { destination: '/d', type: 'bind', source: 'D:\\d', options };
    const [issue] = await refused(t, () => build(lcowSpec([mount])));
    t.is(issue?.path, 'spec.mounts[0].options');
  });
}

test('B6: an unknown option of a folder mount is refused by its place', async (t) => {
  const mount = { destination: 'C:\\d', source: 'D:\\d', options: ['ro', 'noexec'] };
  t.deepEqual(await refused(t, () => build(withMount(mount))), [
    { path: 'spec.mounts[0].options[1]', expected: 'ro or rw', got: 'string "noexec"' },
  ]);
});

test('B6: rw is an option in any case, ro wins over it and that is told', async (t) => {
  const rw = await build(withMount({ destination: 'C:\\d', source: 'D:\\d', options: ['RW'] }));
  t.deepEqual(rw.warnings, []);
  t.like(rw.parsed['MappedDirectories'], [{ ReadOnly: false }]);
  const both = await build(withMount({ destination: 'C:\\d', source: 'D:\\d', options: ['ro', 'rw'] }));
  t.like(both.parsed['MappedDirectories'], [{ ReadOnly: true }]);
  t.deepEqual(both.warnings, ['spec.mounts[0].options has ro and rw: mounted read-only']);
});

test('B7, F.4 b: a spec without a process is refused before init, and does not crash', async (t) => {
  const error = await refusal(t, () => initDocument(decodeSpec({ windows: {} })));
  t.is(error.details.issues?.[0]?.path, 'spec.process');
  t.regex(error.details.hint ?? '', /args/);
});

for (const limit of [1, 1048575, 2n ** 63n, 2n ** 64n - 1n]) {
  test(`B20, F.4 i: a memory limit of ${limit} bytes is refused`, async (t) => {
    const [issue] = await refused(t, () => build(withMemory(limit)));
    t.is(issue?.path, 'spec.windows.resources.memory.limit');
    t.is(issue?.got, String(limit));
  });
}

for (const [limit, mib] of [
  [1048576, 1],
  [2097151, 1],
  [0, undefined],
] as const) {
  test(`B20: a memory limit of ${limit} bytes is ${mib ?? 'no'} MiB`, async (t) => {
    t.is((await build(withMemory(limit))).parsed['MemoryMaximumInMB'], mib);
  });
}

test('B21: count, shares and maximum together are passed on with a warning', async (t) => {
  const built = await build(windowsSpec({ resources: { cpu: { count: 2, shares: 3, maximum: 4 } } }));
  t.like(built.parsed, { ProcessorCount: 2, ProcessorWeight: 3, ProcessorMaximum: 4 });
  t.is(built.warnings.length, 1);
  t.regex(built.warnings[0] ?? '', /more than one/);
});

test('B21: one limit of the three, the others zero as Docker sends them, needs no warning', async (t) => {
  t.deepEqual((await build(windowsSpec({ resources: { cpu: { count: 0, shares: 3, maximum: 0 } } }))).warnings, []);
});

test('F.4 i: a processor count above the host is cut with a warning that names both', async (t) => {
  const built = await build(windowsSpec({ resources: { cpu: { count: 2n ** 64n - 1n } } }));
  t.is(built.parsed['ProcessorCount'], 4);
  t.regex(built.warnings[0] ?? '', /18446744073709551615.*\b4\b/);
});

for (const [width, height] of [
  [0, 25],
  [65536, 25],
  [80, 0],
  [80, -1],
  [80.5, 25],
  [Number.NaN, 25],
] as const) {
  test(`B22: a console of ${width} by ${height} is refused`, async (t) => {
    t.is((await refused(t, () => resizeDocument(width, height))).length, 1);
  });
}

test('B22: the largest console is 65535 by 65535', (t) => {
  t.is(resizeDocument(65535, 65535), '{"Operation":"ConsoleSize","ConsoleSize":{"Height":65535,"Width":65535}}');
});

test('B23: an entry without "=" is left out and told by its place, not its text', (t) => {
  const { variables, warnings } = environment(['A=1', 'SECRET', 'B=x=y'], 'process.env', true);
  t.deepEqual(
    [...variables],
    [
      ['A', '1'],
      ['B', 'x=y'],
    ],
  );
  t.deepEqual(warnings, ['process.env[1] has no "=": left out']);
});

test('B23: an entry that begins with "=" is passed on as in the seed, and told', (t) => {
  const { variables, warnings } = environment(['=C:=C:\\dir'], 'process.env', true);
  t.deepEqual([...variables], [['', 'C:=C:\\dir']]);
  t.is(warnings.length, 1);
});

test('B23: names that differ by case are both passed on, and told on Windows only', (t) => {
  const entries = ['Path=a', 'PATH=b', 'X=1', 'X=2'];
  const { variables, warnings } = environment(entries, 'process.env', true);
  t.deepEqual(
    [...variables],
    [
      ['Path', 'a'],
      ['PATH', 'b'],
      ['X', '2'],
    ],
  );
  t.is(warnings.length, 1);
  t.deepEqual(environment(entries, 'process.env', false).warnings, []);
});

for (const prefix of ['\\\\.\\pipe\\', '\\\\.\\PIPE\\', '\\\\.\\Pipe\\']) {
  test(`B25: a mount at ${prefix}x is a pipe`, async (t) => {
    const built = await build(withMount({ destination: `${prefix}x`, source: '\\\\.\\pipe\\h', options: ['ro'] }));
    t.deepEqual(built.parsed['MappedPipes'], [{ HostPath: '\\\\.\\pipe\\h', ContainerPipeName: 'x' }]);
    t.is(built.parsed['MappedDirectories'], undefined);
  });
  test(`B25: a mount at ${prefix}x is refused before build 16299`, async (t) => {
    await refused(t, () => build(withMount({ destination: `${prefix}x`, source: 's' }), { build: 16298 }));
  });
}

test('B26: a layer that cannot be looked into is told with its path', async (t) => {
  const exists = () => Promise.reject(new Error('EACCES: permission denied'));
  const error = await t.throwsAsync(build(hypervSpec(), { exists }));
  t.true(isRuntimeError(error) && error.code === 'failedPrecondition');
  t.true(error.message.includes(`${BASE}\\UtilityVM`));
});

test('an exec takes over only the working directory', (t) => {
  const process = { args: ['x'], consoleSize: { height: 5, width: 6 } };
  const { document } = execDocument(process, { lcow: false, cwd: 'C:\\init' });
  t.is(
    document,
    '{"CommandLine":"x","WorkingDirectory":"C:\\\\init","CreateStdInPipe":true,"CreateStdOutPipe":true,"CreateStdErrPipe":true,"ConsoleSize":[0,0]}',
  );
});

test('everything that is wrong with a spec is told at once', async (t) => {
  const spec = windowsSpec(
    { layerFolders: [SCRATCH], devices: [{ id: 'x' }], resources: { memory: { limit: 5 } } },
    { root: { path: 'x', readonly: true }, mounts: [{ type: 'bind', destination: 'C:\\d' }] },
  );
  const error = await refusal(t, () => build(spec, { build: 17762 }));
  t.deepEqual(
    error.details.issues?.map((issue) => issue.path),
    [
      'spec.windows.layerFolders',
      'spec.root.path',
      'spec.root.readonly',
      'spec.windows.resources.memory.limit',
      'spec.mounts[0].type',
      'spec.windows.devices',
      'spec.windows.devices[0].idType',
    ],
  );
  t.regex(error.message, /spec\.windows\.layerFolders: expected at least two folders, got one \(and 6 more\)/);
});
