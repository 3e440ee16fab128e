import test from 'ava';
import { decodeProcess, decodeSpec } from '#src/core/documents/spec.js';
import { parseJson } from '#src/core/json/lossless.js';
import { refusal, refused } from './support.js';

const WRONG: readonly (readonly [spec: object, path: string, expected: string, got: string])[] = [
  [{ process: { args: ['a', 'b', 3] } }, 'spec.process.args[2]', 'string', 'number'],
  [{ process: { args: 'cmd /c ver' } }, 'spec.process.args', 'list of string', 'string'],
  [{ process: [] }, 'spec.process', 'object', 'list'],
  [{ hostname: 5 }, 'spec.hostname', 'string', 'number 5'],
  [{ root: { readonly: 'true' } }, 'spec.root.readonly', 'boolean', 'string "true"'],
  [{ mounts: [{}, { options: {} }] }, 'spec.mounts[1].options', 'list of string', 'object'],
  [
    { windows: { resources: { cpu: { shares: 65536 } } } },
    'spec.windows.resources.cpu.shares',
    'integer from 0 to 65535',
    'number 65536',
  ],
  [
    { windows: { resources: { cpu: { count: -1 } } } },
    'spec.windows.resources.cpu.count',
    'integer from 0 to 18446744073709551615',
    'number -1',
  ],
  [
    { windows: { resources: { memory: { limit: 2n ** 64n } } } },
    'spec.windows.resources.memory.limit',
    'integer from 0 to 18446744073709551615',
    'integer 18446744073709551616',
  ],
  [{ process: { user: { uid: 1.5 } } }, 'spec.process.user.uid', 'integer from 0 to 4294967295', 'number 1.5'],
  [
    { process: { oomScoreAdj: -(2n ** 63n) - 1n } },
    'spec.process.oomScoreAdj',
    'integer from -9223372036854775808 to 9223372036854775807',
    'integer -9223372036854775809',
  ],
  [{ linux: { sysctl: { 'net.x': 1 } } }, 'spec.linux.sysctl["net.x"]', 'string', 'number 1'],
  [{ annotations: { a: 5 } }, 'spec.annotations.a', 'string', 'number'],
];

for (const [spec, path, expected, got] of WRONG) {
  test(`a wrong ${path} is refused with what was expected and got`, async (t) => {
    t.deepEqual(await refused(t, () => decodeSpec(spec)), [{ path, expected, got }]);
  });
}

test('every wrong member has its issue, and the path begins with the name of the input', async (t) => {
  const issues = await refused(t, () => decodeProcess({ args: [1], cwd: 2, terminal: 'x' }, 'exec.process'));
  t.deepEqual(
    issues.map((issue) => issue.path),
    ['exec.process.terminal', 'exec.process.args[0]', 'exec.process.cwd'],
  );
});

for (const input of [undefined, 'x', [], 5, true]) {
  test(`${input === undefined ? 'nothing' : JSON.stringify(input)} is no spec`, async (t) => {
    t.is((await refused(t, () => decodeSpec(input)))[0]?.path, 'spec');
  });
}

test('neither environment nor credentials nor arguments appear in a refusal', async (t) => {
  const error = await refusal(t, () =>
    decodeSpec({
      process: { env: 'TOKEN=hunter2', args: 'login hunter2', commandLine: ['hunter2'] },
      annotations: { a: ['hunter2'], b: 'ok' },
      windows: { credentialSpec: { password: 'hunter2' }, layerFolders: 3 },
    }),
  );
  t.is(error.details.issues?.length, 5);
  t.false(JSON.stringify(error.toDocument()).includes('hunter2'));
});

for (const [spec, hint] of [
  [{ windows: 'System.Collections.Hashtable' }, /ConvertTo-Json.*-Depth/],
  [{ process: { user: '@{uid=0; gid=0}' } }, /ConvertTo-Json.*-Depth/],
  [{ windows: { layerFolders: 'C:\\a C:\\b' } }, /@\(/],
  [{ windows: { resources: { cpu: { count: '2' } } } }, /without quotes/],
  [{ windows: { resources: { memory: { limit: 2 ** 60 } } } }, /lost digits/],
] as const) {
  test(`${JSON.stringify(spec)} is refused with a hint`, async (t) => {
    const error = await refusal(t, () => decodeSpec(spec));
    t.regex(error.details.hint ?? '', hint);
  });
}

test('null is absent, unknown members are ignored, as in Go', (t) => {
  t.deepEqual(
    decodeSpec({ process: null, hostname: null, x: 1, windows: { layerFolders: null, hyperv: null, y: {} } }),
    { windows: {} },
  );
});

test('null in a list is the zero value, as in Go', (t) => {
  t.deepEqual(decodeSpec({ process: { args: [null, 'a'] }, mounts: [null] }), {
    process: { args: ['', 'a'] },
    mounts: [{}],
  });
});

test('names match in any case and of two the last counts, as in Go', (t) => {
  t.deepEqual(decodeSpec(parseJson('{"Process":{"ARGS":["a"],"cwd":"1","Cwd":"2"},"WINDOWS":{"dnsSearchList":[]}}')), {
    process: { args: ['a'], cwd: '2' },
    windows: {},
  });
  t.deepEqual(decodeSpec({ windows: { network: { dnssearchlist: ['a'] } } }), {
    windows: { network: { DNSSearchList: ['a'] } },
  });
});

test('a name that only looks alike is another one', (t) => {
  t.deepEqual(decodeSpec({ 'hostname ': 'x', hoſtname: 'Go folds this letter' }), {
    hostname: 'Go folds this letter',
  });
});

test('integers keep all digits: numbers where exact, else bigints', (t) => {
  const text = '{"windows":{"resources":{"memory":{"limit":18446744073709551615},"storage":{"bps":9007199254740991}}}}';
  t.deepEqual(decodeSpec(parseJson(text)).windows?.resources, {
    memory: { limit: 18446744073709551615n },
    storage: { bps: 9007199254740991 },
  });
  t.deepEqual(decodeSpec({ windows: { resources: { cpu: { count: 3n } } } }).windows?.resources?.cpu, { count: 3 });
});

test('half a surrogate pair becomes the replacement character, as in Go', (t) => {
  t.is(decodeSpec({ hostname: 'a\ud800' }).hostname, 'a\ufffd');
});

test('a decoded spec decodes to itself', (t) => {
  const spec = decodeSpec({
    annotations: { a: '1', __proto__x: '2' },
    linux: { sysctl: { b: '2' }, resources: { rdma: { m: { hcaHandles: 1 } } } },
    windows: { credentialSpec: { a: [1] } },
  });
  t.deepEqual(decodeSpec(spec), spec);
});
