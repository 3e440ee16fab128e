/** Engines and clients of different versions. The older engine is this one, told another version. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readEngineFile } from '#src/home/engineFile.js';
import type { HomePaths } from '#src/home/paths.js';
import { isOlder, packageVersion } from '#src/home/packageVersion.js';
import { alive, client, ENTRY, exitOf, newHome, shell, until } from './support.js';

test('versions are compared by number, a pre-release before its release, and what is no version is not older', (t) => {
  const inOrder = ['0.0.9', '0.1.0-rc.1', '0.1.0', '0.9.10', '0.10.0', '1.0.0', '10.0.0'];
  for (const [i, a] of inOrder.entries()) {
    for (const [j, b] of inOrder.entries()) t.is(isOlder(a, b), i < j, `${a} ${b}`);
  }
  t.false(isOlder('dev', '1.0.0'));
  t.false(isOlder('1.0.0', ''));
});

async function olderEngine(t: ExecutionContext, paths: HomePaths) {
  const entry = join(paths.home, 'older.mjs');
  writeFileSync(entry, `globalThis.__HCS_VERSION__ = '0.0.1'; await import(${JSON.stringify(`file://${ENTRY}`)});`);
  const engine = spawn(process.execPath, [entry, '--home', paths.home, '--backend', 'simulator'], { stdio: 'ignore' });
  const { version } = await until('the engine file', () => readEngineFile(paths.engineFile));
  t.is(version, '0.0.1');
  return engine;
}

test.serial('an idle older engine is replaced without a word', async (t) => {
  const paths = newHome(t);
  const old = await olderEngine(t, paths);
  const user = await client(t, paths);
  const { serverInfo, warnings } = await user.ready;
  t.is(serverInfo.version, packageVersion());
  t.is(warnings, undefined);
  t.is(await exitOf(old), 0);
  await user.create(shell('web', 'exit 3'));
});

test.serial('an older engine in use stays and warns, until nothing runs in it', async (t) => {
  const paths = newHome(t);
  const old = await olderEngine(t, paths);
  // Somebody who names the socket is not asked about versions.
  const { endpoint, key } = readEngineFile(paths.engineFile)!;
  const before = await client(t, paths, { socket: endpoint, key });
  await before.create(shell('web', 'sleep 60'));
  await before.start({ id: 'web' });
  await before.close();

  const user = await client(t, paths);
  const { serverInfo, warnings } = await user.ready;
  t.is(serverInfo.version, '0.0.1');
  t.regex(warnings?.join() ?? '', /^the engine \(0\.0\.1\) is older than its client \(\d.*hcs engine restart/);
  t.is((await user.state('web')).status, 'running');
  await user.delete('web', true);
  await user.close();

  const next = await client(t, paths);
  t.is(next.serverInfo.version, packageVersion());
  await until('the end of the older engine', () => !alive(old.pid ?? 0));
});

test.serial(
  'a client of an older version is served by a newer engine, and so is one that must not start any',
  async (t) => {
    const paths = newHome(t);
    const old = await olderEngine(t, paths);
    const user = await client(t, paths, { launch: false });
    t.is(user.serverInfo.pid, old.pid!);
    t.regex((await user.ready).warnings?.join() ?? '', /older/);
  },
);
