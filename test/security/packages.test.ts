/** The lock file: what is installed is pinned by hash, and nothing new runs at install unseen. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ROOT } from '../helpers/cli.js';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly link?: boolean;
}

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};
const locked = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && link !== true);
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

test('only the packages that SECURITY.md names run a script when they are installed', (t) => {
  const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript === true);
  const runtime = scripted.filter(([, { dev }]) => dev !== true).map(([path]) => nameOf(path));
  const development = scripted.filter(([, { dev }]) => dev === true).map(([path]) => nameOf(path));
  t.deepEqual([...new Set(runtime)].sort(), ['edge-js', 'lmdb', 'msgpackr-extract']);
  t.deepEqual([...new Set(development)].sort(), ['esbuild', 'node-pty']);
});

test('every package is pinned by version and hash, and comes over https', (t) => {
  t.true(locked.length > 50);
  for (const [path, { version, integrity, resolved }] of locked) {
    t.regex(version ?? '', /^\d+\.\d+\.\d+/, path);
    t.regex(integrity ?? '', /^sha512-/, path);
    if (resolved !== undefined) t.regex(resolved, /^https:/, path);
  }
});

test('the published package itself runs nothing when it is installed', (t) => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const name of ['preinstall', 'install', 'postinstall']) t.false(name in scripts, name);
});
