import { join } from 'node:path';
import test from 'ava';
import { locate, type Surroundings } from '../../src/host/locate.js';

const NODE = '/usr/bin/node';
const around = (files: readonly string[], over: Partial<Surroundings> = {}): Surroundings => ({
  path: '',
  node: '',
  trusted: true,
  folders: ['/ws'],
  extension: '/ext',
  platform: 'linux',
  env: { PATH: '/usr/bin:/opt/bin' },
  ownNode: undefined,
  home: '/home/me',
  exists: (path) => files.includes(path),
  ...over,
});
const script = (folder: string): string => join(folder, 'dist/bin/hcs.cjs');
const IN_WORKSPACE = script('/ws/node_modules/hostcompute');
const BUNDLED = script('/ext/bundled/node_modules/hostcompute');

test('the setting wins, then the workspace, then what the extension brings, then the PATH', (t) => {
  const files = [NODE, '/my/hcs', IN_WORKSPACE, BUNDLED, '/opt/bin/hcs'];
  const found = (missing: readonly string[], path = ''): unknown => {
    const result = locate(
      around(
        files.filter((file) => !missing.includes(file)),
        { path },
      ),
    );
    return 'problem' in result ? result.problem : [result.source, result.command, ...result.args];
  };
  t.deepEqual(found([], '/my/hcs'), ['setting', '/my/hcs']);
  t.deepEqual(found([]), ['workspace', NODE, IN_WORKSPACE]);
  t.deepEqual(found([IN_WORKSPACE]), ['bundled', NODE, BUNDLED]);
  t.deepEqual(found([IN_WORKSPACE, BUNDLED]), ['PATH', '/opt/bin/hcs']);
  t.regex(String(found([IN_WORKSPACE, BUNDLED, '/opt/bin/hcs'])), /not found/);
});

test('a workspace that is not trusted brings no command', (t) => {
  const result = locate(around([NODE, IN_WORKSPACE, BUNDLED], { trusted: false }));
  t.like(result, { source: 'bundled', args: [BUNDLED] });
  const none = locate(around([NODE, IN_WORKSPACE], { trusted: false }));
  t.true('hint' in none && none.hint.includes('not trusted'));
});

test('a checkout of hostcompute as the workspace uses its own build', (t) => {
  t.like(locate(around([NODE, script('/ws')])), { source: 'workspace', args: [script('/ws')] });
});

test('a script shim is refused, and so is a path that is not there', (t) => {
  for (const path of ['C:\\npm\\hcs.cmd', '/x/hcs.ps1']) {
    const result = locate(around([path, join('/ws', path), NODE], { path, platform: 'win32' }));
    t.true('problem' in result && result.problem.includes('script shim'), path);
  }
  const missing = locate(around([NODE], { path: '/nowhere/hcs' }));
  t.true('problem' in missing && missing.problem.includes('/nowhere/hcs'));
});

test('a relative setting is one of the workspace, ~ is the home', (t) => {
  t.like(locate(around([NODE, '/ws/tools/hcs.cjs'], { path: 'tools/hcs.cjs' })), { args: ['/ws/tools/hcs.cjs'] });
  t.like(locate(around(['/home/me/bin/hcs'], { path: '~/bin/hcs' })), { command: '/home/me/bin/hcs' });
});

test('a script is run by the node of the setting, of the PATH, or by our own when it is one; never by Electron', (t) => {
  t.like(locate(around([BUNDLED, '/n/node', NODE], { node: '/n/node' })), { command: '/n/node' });
  t.like(locate(around([BUNDLED, NODE], { ownNode: '/server/node' })), { command: NODE });
  t.like(locate(around([BUNDLED], { ownNode: '/server/node' })), { command: '/server/node' });
  const none = locate(around([BUNDLED]));
  t.true('problem' in none && none.problem.includes('no Node.js'));
});

test('folders of the PATH that are relative are not looked at: they would be the workspace', (t) => {
  const result = locate(around(['hcs', 'bin/hcs', './hcs'], { env: { PATH: '.:bin::' } }));
  t.true('problem' in result);
});
