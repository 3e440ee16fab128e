import test from 'ava';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import { HCS, Home, ROOT } from './support.js';

const run = promisify(execFile);

/** The command alone, copied, so that its packs can be taken away or spoilt. */
async function copied(t: ExecutionContext): Promise<{ readonly hcs: string; readonly packs: string }> {
  const folder = await mkdtemp(join(ROOT, 'build', 'packs-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const [hcs, packs] = [join(folder, 'hcs.cjs'), join(folder, 'hcs')];
  await cp(HCS, hcs);
  await cp(join(ROOT, 'dist/bin/hcs'), packs, { recursive: true });
  return { hcs, packs };
}

const withEnding = async (folder: string, pattern: RegExp): Promise<readonly string[]> =>
  (await readdir(folder)).filter((name) => pattern.test(name)).map((name) => join(folder, name));

test('the hot verbs need no pack but their own', async (t) => {
  const home = await Home.make(t);
  t.is((await home.hcs(['engine', 'start'])).status, 0);
  const { hcs, packs } = await copied(t);
  const verb = async (...args: string[]): Promise<string> =>
    (await run(process.execPath, [hcs, ...args], { env: home.env })).stdout;
  for (const file of await withEnding(packs, /^rest-/)) await rm(file);
  t.is(await verb('run', '--rm', '--', 'echo', 'hello'), 'hello\n');
  for (const file of await withEnding(packs, /^run-/)) await rm(file);
  t.regex(await verb('list', '--json'), /"items":\[\]/);
  t.regex(await verb('complete', '--', 'vers'), /"version"/);
  for (const file of await withEnding(packs, /^ask-/)) await rm(file);
  t.regex(await verb('version'), /"contractVersion"/);
});

test('recorded code that does not fit, or is not there, only costs time', async (t) => {
  const { hcs, packs } = await copied(t);
  const version = async (): Promise<string> => (await run(process.execPath, [hcs, 'version'])).stdout;
  const whole = await version();
  for (const file of await withEnding(packs, /\.v8$/)) await writeFile(file, 'code of another V8');
  t.is(await version(), whole);
  for (const file of await withEnding(packs, /\.v8$/)) await rm(file);
  t.is(await version(), whole);
});
