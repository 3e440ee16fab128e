/** What is installed on Windows: npm's own programs for the package, and the portable archive with its manifests. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { check, ROOT, same, told } from './checks.js';
import type { Document, Installed } from './installed.js';
import { windowsPath, type Wine } from './wine.js';

/** As npm itself links programs on Windows. */
type CmdShim = (from: string, to: string) => Promise<unknown>;

async function shims({ root }: Installed): Promise<void> {
  const npm = execFileSync('npm', ['root', '-g'], { encoding: 'utf8' }).trim();
  const cmdShim = createRequire(join(npm, 'npm/package.json'))('cmd-shim') as CmdShim;
  const prefix = join(root, '../..');
  await cmdShim(join(root, 'dist/bin/hcs.cjs'), join(prefix, 'hcs'));
  // Wine's cmd ends hcs.cmd at its `goto` of no label, where Windows' goes on; the text is what can be looked at.
  const wanted = {
    'hcs.cmd': String.raw`"%_prog%" -- "%dp0%\node_modules\hostcompute\dist\bin\hcs.cjs" %*`,
    'hcs.ps1': '& "$basedir/node$exe" -- "$basedir/node_modules/hostcompute/dist/bin/hcs.cjs" $args',
    hcs: 'exec "$basedir/node" -- "$basedir/node_modules/hostcompute/dist/bin/hcs.cjs" "$@"',
  };
  for (const [name, line] of Object.entries(wanted))
    await check(`npm's ${name} hands all arguments to the command, and none to node`, () => {
      const text = readFileSync(join(prefix, name), 'utf8').replaceAll(/ +/gu, ' ');
      if (!text.includes(line)) throw new Error(text);
    });
}

async function portable(wine: Wine, { root }: Installed, folder: string): Promise<void> {
  const out = join(folder, 'packages');
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
  const name = `hostcompute-${version}-win32-x64`;
  const args = [out, '--url', 'https://example.org/releases/', '--modules', join(root, '..')];
  const made = spawnSync(process.execPath, [join(ROOT, 'scripts/package-windows.mjs'), ...args], { encoding: 'utf8' });
  const text = (file: string): string => readFileSync(join(out, file), 'utf8');
  await check('the manifests have the version, the address and the checksum of the archive', () => {
    if (made.status !== 0) throw new Error(made.stderr);
    const hash = createHash('sha256')
      .update(readFileSync(join(out, `${name}.zip`)))
      .digest('hex');
    const url = `https://example.org/releases/${name}.zip`;
    same('checksum', text(`${name}.zip.sha256`), `${hash}  ${name}.zip\n`);
    const scoop = JSON.parse(text('scoop/hostcompute.json')) as Document;
    same('scoop', [scoop['version'], scoop['architecture']], [version, { '64bit': { url, hash, extract_dir: name } }]);
    const installer = text('winget/hostcompute.hcs.installer.yaml');
    for (const line of [
      `PackageVersion: "${version}"`,
      `  InstallerUrl: "${url}"`,
      `  InstallerSha256: "${hash.toUpperCase()}"`,
      `- RelativeFilePath: ${JSON.stringify(`${name}\\hcs.exe`)}`,
    ])
      if (!installer.split('\n').includes(line)) throw new Error(`no line ${line} in ${installer}`);
  });
  if (made.status !== 0) return;
  await check('the archive runs from where it is unpacked, and by a symbolic link elsewhere', async () => {
    const place = join(folder, 'unpacked x');
    mkdirSync(place);
    execFileSync('unzip', ['-q', join(out, `${name}.zip`), '-d', place]);
    const exe = join(place, name, 'hcs.exe');
    same('node_modules', existsSync(join(place, name, 'node_modules/hostcompute/package.json')), true);
    const link = join(folder, 'hcs.exe');
    symlinkSync(exe, link);
    for (const program of [exe, link])
      same(
        'version',
        (
          told(
            await wine.run(program, ['version', '--json'], { env: { HCS_NODE: windowsPath(wine.parts.node) } }),
          ) as Document
        )['ok'],
        true,
      );
  });
}

export async function packages(wine: Wine, installed: Installed, folder: string): Promise<void> {
  await shims(installed);
  await portable(wine, installed, folder);
}
