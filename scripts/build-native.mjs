/**
 * Compiles the C parts of the simulated Host Compute Service (src/simulator/native) into dist/native: the stand-in
 * `libvmcompute.so`, the process launcher `hcs-silo` and the small command interpreter `hcs-cmd`.
 *
 *   node scripts/build-native.mjs             for this machine (on Windows: the prebuilt DLL is used when it is there)
 *   node scripts/build-native.mjs --windows   vmcompute.dll, hcs-silo.exe, hcs-private.exe (src/home/win32) and the launcher hcs.exe
 *                                             (src/launcher) with mingw-w64 into dist/native/win32-x64
 *   --force                                   even when nothing has changed
 *
 * $CC names the compiler. A target that is newer than all its sources is left alone.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const sources = join(root, 'src', 'simulator', 'native');
const out = join(root, 'dist', 'native');
const windowsOut = join(out, 'win32-x64');

const common = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Werror', '-fstack-protector-strong', '-fvisibility=hidden'];
const gnu = process.platform === 'linux';
const posix = [...common, '-D_GNU_SOURCE'];
const hardened = gnu ? ['-Wl,-z,relro,-z,now'] : [];

const targets = {
  standin: {
    folder: 'standin',
    output: join(out, 'libvmcompute.so'),
    // Its threads run in it until the process ends: it must never be unloaded.
    flags: [
      ...posix,
      '-fPIC',
      '-shared',
      '-pthread',
      ...(gnu ? ['-Wl,-soname,libvmcompute.so', '-Wl,-z,nodelete', ...hardened] : []),
    ],
    libraries: [],
  },
  silo: { folder: 'silo', output: join(out, 'hcs-silo'), flags: [...posix, ...hardened], libraries: [] },
  cmd: { folder: 'cmd', output: join(out, 'hcs-cmd'), flags: [...posix, ...hardened], libraries: [] },
};

// -static: no DLL of the compiler's own has to lie beside it.
const windowsFlags = [...common, '-D_WIN32_WINNT=0x0A00', '-static', '-s'];
const windowsTargets = [
  {
    folder: 'standin',
    output: join(windowsOut, 'vmcompute.dll'),
    flags: [...windowsFlags, '-shared'],
    libraries: ['-lole32'],
  },
  {
    folder: 'silo/win32',
    output: join(windowsOut, 'hcs-silo.exe'),
    // A program of the windowed kind gets no console, so that it can step to its programs' ones.
    flags: [...windowsFlags, '-mwindows'],
    libraries: ['-lpsapi', '-ladvapi32', '-lntdll'],
  },
  {
    folder: '../../home/win32',
    output: join(windowsOut, 'hcs-private.exe'),
    flags: windowsFlags,
    libraries: ['-ladvapi32', '-lshell32'],
  },
  { folder: '../../launcher', output: join(windowsOut, 'hcs.exe'), flags: windowsFlags, libraries: [] },
];

const fail = (sentence) => {
  process.stderr.write(`build-native: ${sentence}\n`);
  process.exit(1);
};

const works = (compiler) => spawnSync(compiler, ['--version'], { stdio: 'ignore' }).status === 0;

function findCompiler() {
  const candidates = process.env.CC ? [process.env.CC] : ['cc', 'gcc', 'clang'];
  const found = candidates.find(works);
  if (found !== undefined) return found;
  if (process.env.CC) fail(`the compiler that $CC names, ${process.env.CC}, cannot be run`);
  const what = {
    linux:
      'install one, e.g. "apt-get install gcc libc6-dev", "dnf install gcc glibc-devel" or "apk add gcc musl-dev linux-headers"',
    darwin: 'install the command line tools with "xcode-select --install"',
    win32: 'install the published package, which carries a prebuilt vmcompute.dll, or MinGW-w64 gcc',
  }[process.platform];
  return fail(`no C compiler was found: ${what ?? 'install gcc or clang'}`);
}

function findMingw() {
  const name = 'x86_64-w64-mingw32-gcc';
  const found = [name, ...(process.platform === 'win32' ? ['gcc'] : [])].find(works);
  return (
    found ??
    fail(
      `no ${name} was found: install mingw-w64, e.g. "apt-get install --no-install-recommends gcc-mingw-w64-x86-64-posix"`,
    )
  );
}

const newest = (files) => Math.max(...files.map((file) => statSync(file).mtimeMs));

/** Whether the output is there and newer than every source, header and this script. */
function upToDate(target) {
  if (process.argv.includes('--force') || !existsSync(target.output)) return false;
  const folder = join(sources, target.folder);
  const inputs = [...readdirSync(folder).map((name) => join(folder, name)), fileURLToPath(import.meta.url)];
  return statSync(target.output).mtimeMs > newest(inputs);
}

/** Compiles into a file beside the output and renames it, so that a running program or a parallel build never sees half of one. */
function compile(compiler, target) {
  const folder = join(sources, target.folder);
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.c'))
    .sort()
    .map((name) => join(folder, name));
  const draft = `${target.output}.${process.pid}.tmp`;
  mkdirSync(dirname(target.output), { recursive: true });
  const child = spawn(compiler, [...target.flags, '-o', draft, ...files, ...target.libraries], { stdio: 'inherit' });
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('close', (code) => {
      if (code === 0) renameSync(draft, target.output);
      else rmSync(draft, { force: true });
      resolve(code === 0);
    });
  });
}

async function build(findTool, wanted) {
  const stale = wanted.filter((target) => !upToDate(target));
  if (stale.length === 0) return;
  const compiler = findTool();
  const results = await Promise.all(stale.map((target) => compile(compiler, target)));
  if (results.includes(false)) fail(`${compiler} reported errors (above)`);
}

if (process.argv.includes('--windows')) {
  await build(findMingw, windowsTargets);
} else if (process.platform === 'win32') {
  // What a package carries is newer or older than its sources by chance of unpacking: it is used as it is.
  const forced = process.argv.includes('--force');
  const missing = windowsTargets.filter(({ output }) => forced || !existsSync(output));
  await build(findMingw, missing);
} else {
  await build(findCompiler, Object.values(targets));
}
