import test from 'ava';
import { strangeMembers } from '#src/core/documents/strangeMembers.js';

const paths = (input: unknown): readonly string[] => strangeMembers(input).map(({ path }) => path);

test('members that no spec has are found at every level, with where they are', (t) => {
  const spec = {
    OCIVersion: '1.0.2',
    proces: {},
    process: { cwd: 'C:\\', enviroment: ['A=b'], user: { name: 'x' } },
    mounts: [{ destination: 'a' }, { destination: 'b', src: 'c' }],
    windows: { layerFolders: [], resources: { memory: { limits: 1 } } },
  };
  t.deepEqual(paths(spec), [
    'spec.proces',
    'spec.process.enviroment',
    'spec.process.user.name',
    'spec.mounts.1.src',
    'spec.windows.resources.memory.limits',
  ]);
  t.true(strangeMembers(spec)[1]?.known.includes('env'));
});

test('names that users choose, values of any kind, and what is no object are left alone', (t) => {
  t.deepEqual(paths({ annotations: { 'my.own': 'x' }, windows: { credentialSpec: { Any: { thing: 1 } } } }), []);
  t.deepEqual(paths({ process: 'cmd', mounts: { a: 1 }, windows: null }), []);
  for (const input of [null, 1, 'x', []]) t.deepEqual(paths(input), []);
});
