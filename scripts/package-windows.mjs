/**
 * What can be installed on Windows without npm: a portable archive, and the manifests for scoop and winget that lead to it.
 *
 *   node scripts/package-windows.mjs OUT --url BASE [--modules DIR]
 *
 * OUT gets `hostcompute-VERSION-win32-x64.zip`, its checksum beside it (`.sha256`), `scoop/hostcompute.json` and `winget/*.yaml`. BASE is where the
 * archive will be found. --modules names a node_modules folder with the dependencies for win32; without it npm installs them. Build first
 * (`npm run build`, `node scripts/build-native.mjs --windows`).
 *
 * In the archive: `hcs.exe` beside `node_modules`, where the launcher looks for hostcompute. Node.js and .NET are not in it.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { zipSync } from 'fflate';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const PUBLISHER = 'hostcompute';
const IDENTIFIER = 'hostcompute.hcs';
const NEEDED = [
  'bin/hcs.cjs',
  'bin/engine.mjs',
  'bridge/HcsBridge.dll',
  ...['hcs.exe', 'hcs-private.exe', 'hcs-silo.exe', 'vmcompute.dll'].map((name) => `native/win32-x64/${name}`),
];
/** The same archive comes out of the same files, whenever it is made. */
const TIME = new Date('2000-01-01T00:00:00');

const { values, positionals } = parseArgs({
  options: { url: { type: 'string' }, modules: { type: 'string' } },
  allowPositionals: true,
});
const [out] = positionals;
const fail = (sentence) => {
  process.stderr.write(`package-windows: ${sentence}\n`);
  process.exit(1);
};
if (out === undefined || values.url === undefined || !/^https:\/\//.test(values.url))
  fail('usage: node scripts/package-windows.mjs OUT --url https://... [--modules DIR]');
const missing = NEEDED.filter((file) => !existsSync(join(root, 'dist', file)));
if (missing.length > 0) fail(`not built: ${missing.join(', ')}`);

const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { version, description, license } = about;
const name = `hostcompute-${version}-win32-x64`;

function stage(folder) {
  const modules = join(folder, 'node_modules');
  if (values.modules === undefined) {
    const { dependencies, optionalDependencies, overrides } = about;
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ private: true, dependencies, optionalDependencies, overrides }),
    );
    const flags = ['--os=win32', '--cpu=x64', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--silent'];
    execFileSync('npm', ['install', ...flags, '--prefix', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    for (const file of ['package.json', 'package-lock.json']) rmSync(join(folder, file), { force: true });
  } else
    cpSync(values.modules, modules, {
      recursive: true,
      filter: (file) => file !== join(values.modules, 'hostcompute'),
    });
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder, root], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [tarball] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  const place = join(modules, 'hostcompute');
  mkdirSync(place, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, tarball), '-C', place, '--strip-components=1']);
  rmSync(join(folder, tarball));
  cpSync(join(place, 'dist/native/win32-x64/hcs.exe'), join(folder, 'hcs.exe'));
}

function filesIn(folder, base = folder, found = {}) {
  for (const entry of readdirSync(folder).sort()) {
    const file = join(folder, entry);
    if (statSync(file).isDirectory()) filesIn(file, base, found);
    else found[`${name}/${relative(base, file).replaceAll('\\', '/')}`] = [readFileSync(file), { mtime: TIME }];
  }
  return found;
}

const put = (file, text) => {
  mkdirSync(dirname(join(out, file)), { recursive: true });
  writeFileSync(join(out, file), text);
};

mkdirSync(out, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'hcs-package-'));
let archive;
try {
  stage(folder);
  archive = zipSync(filesIn(folder), { level: 9 });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const hash = createHash('sha256').update(archive).digest('hex');
const url = `${values.url.replace(/\/+$/, '')}/${name}.zip`;
put(`${name}.zip`, archive);
put(`${name}.zip.sha256`, `${hash}  ${name}.zip\n`);

put(
  'scoop/hostcompute.json',
  `${JSON.stringify(
    {
      version,
      description,
      homepage: values.url,
      license,
      notes: 'Needs Node.js 22 or later and the .NET runtime 8 or later.',
      suggest: { 'Node.js': 'main/nodejs-lts' },
      architecture: { '64bit': { url, hash, extract_dir: name } },
      bin: 'hcs.exe',
    },
    null,
    4,
  )}\n`,
);

/** Of scalars, lists of them and of such objects: what winget's manifests consist of. JSON strings are YAML strings. */
const yaml = (value, indent = '') =>
  Object.entries(value)
    .map(([key, item]) => {
      if (!Array.isArray(item))
        return typeof item === 'object'
          ? `${indent}${key}:\n${yaml(item, `${indent}  `)}`
          : `${indent}${key}: ${JSON.stringify(item)}\n`;
      return `${indent}${key}:\n${item.map((one) => `${indent}-${yaml(one, `${indent}  `).slice(indent.length + 1)}`).join('')}`;
    })
    .join('');

const winget = (kind, fields) =>
  yaml({
    PackageIdentifier: IDENTIFIER,
    PackageVersion: version,
    ...fields,
    ManifestType: kind,
    ManifestVersion: '1.6.0',
  });
put(`winget/${IDENTIFIER}.yaml`, winget('version', { DefaultLocale: 'en-US' }));
put(
  `winget/${IDENTIFIER}.installer.yaml`,
  winget('installer', {
    InstallerType: 'zip',
    NestedInstallerType: 'portable',
    NestedInstallerFiles: [{ RelativeFilePath: `${name}\\hcs.exe`, PortableCommandAlias: 'hcs' }],
    Dependencies: {
      PackageDependencies: [
        { PackageIdentifier: 'OpenJS.NodeJS.LTS' },
        { PackageIdentifier: 'Microsoft.DotNet.Runtime.8' },
      ],
    },
    Installers: [{ Architecture: 'x64', InstallerUrl: url, InstallerSha256: hash.toUpperCase() }],
  }),
);
put(
  `winget/${IDENTIFIER}.locale.en-US.yaml`,
  winget('defaultLocale', {
    PackageLocale: 'en-US',
    Publisher: PUBLISHER,
    PackageName: 'hostcompute',
    License: license,
    ShortDescription: description,
  }),
);
process.stdout.write(`${join(out, `${name}.zip`)} ${archive.length} bytes, sha256 ${hash}\n`);
