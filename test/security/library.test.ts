import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Home, ROOT } from '../helpers/cli.js';

const posix = process.platform === 'win32' ? test.skip : test;

posix(
  'a library that lies in the home, in the search path or beside is not taken for that of the system',
  async (t) => {
    const home = await Home.make(t);
    const native = join(ROOT, 'dist/native');
    // The engine's working directory is the home.
    for (const name of ['libvmcompute.so', 'vmcompute.so', 'vmcompute.dll'])
      copyFileSync(join(native, 'libvmcompute.so'), join(home.folder, name));
    Object.assign(home.env, {
      HCS_BACKEND: 'hcs',
      LD_LIBRARY_PATH: `${native}:${home.folder}`,
      HCS_ENGINE_IDLE_MS: '500',
    });
    const { status, stderr } = await home.hcs(['list', '--all', '--json']);
    t.is(status, 5);
    t.regex(stderr, /Host Compute Service cannot be loaded/);
    t.notRegex(readFileSync(join(home.folder, 'engine.log'), 'utf8'), /the runtime is ready/);
  },
);
