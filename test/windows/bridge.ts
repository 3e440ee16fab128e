/** The bridge's own tests on Windows: ava on node.exe, the stub of test/bridge as vmcompute.dll, edge-js's prebuilt binary. */
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { check, ROOT, say } from './checks.js';
import type { Installed } from './installed.js';
import { windowsPath, type Wine } from './wine.js';

const FILES = ['calls', 'windowsEnds', 'inbox', 'hresult'];

export async function bridge(wine: Wine, installed: Installed): Promise<void> {
  const stub = wine.compile(
    join(ROOT, 'test/bridge/fixtures/stub.c'),
    'vmcompute.dll',
    '-lpthread',
    '-lole32',
    '-luuid',
  );
  const env = {
    CI: 'true',
    HCS_TEST_DIST: windowsPath(join(installed.root, 'dist')),
    HCS_TEST_STUB: windowsPath(stub),
  };
  const ava = windowsPath(join(ROOT, 'node_modules/ava/entrypoints/cli.mjs'));
  const files = FILES.map((name) => `build/test/bridge/${name}.test.js`);
  // What the system has under the same name must not be taken for it: here a library without a single export.
  const decoy = wine.system('vmcompute.dll');
  copyFileSync(wine.compile(join(ROOT, 'test/windows/decoy.c'), 'decoy.dll'), decoy);
  const ran = await wine.run(wine.parts.node, [ava, ...files], { cwd: ROOT, env }).finally(() => {
    rmSync(decoy);
  });
  const text = ran.stdout.toString();
  for (const [, mark = '', name = ''] of text.matchAll(/^ +([√×]) (.*)$/gmu))
    await check(`${name.replace(/ \([\d.]+m?s\)$/u, '')}, on Windows, too`, () => {
      if (mark !== '√') throw new Error('see below');
    });
  await check("the bridge's tests run to their end on Windows", () => {
    if (ran.code === 0 && /^ +\d+ tests passed$/mu.test(text)) return;
    say(`${text}${ran.stderr}`);
    throw new Error(`status ${String(ran.code)}`);
  });
}
