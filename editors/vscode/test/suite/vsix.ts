/** What VSIX files bring: made by package.mjs, taken apart here. The one for Windows is tested with the other Windows parts (test/windows). */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { EXTENSION, ROOT } from './places.js';
import { check } from './report.js';
import type { Tools } from './tools.js';

const PACKAGE_MS = 180_000;
/** All of a VSIX that brings no hcs. */
const PLAIN = [
  'LICENSE.txt',
  'changelog.md',
  'dist/config.schema.json',
  'dist/extension.cjs',
  'dist/spec.schema.json',
  'images/activity.svg',
  'images/icon.png',
  'images/vscode-containers.png',
  'images/vscode-contrast.png',
  'images/vscode-plan.png',
  'package.json',
  'readme.md',
];
export const BUNDLED = 'bundled/node_modules/';
const ELF = '7f454c46';
export const PE = '4d5a';

/** Makes the VSIX of a platform, or the one that brings nothing; answers its path. */
export function makeVsix(tools: Pick<Tools, 'vsce'>, folder: string, target?: string): string {
  const file = join(folder, `${target ?? 'plain'}.vsix`);
  const ran = runPackage(['--vsce', tools.vsce, '--out', file, ...(target === undefined ? [] : ['--target', target])]);
  if (ran.status !== 0) throw new Error(`packaging: ${ran.output}`);
  return file;
}

function runPackage(args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const ran = spawnSync(process.execPath, [join(EXTENSION, 'package.mjs'), ...args], {
    cwd: EXTENSION,
    encoding: 'utf8',
    timeout: PACKAGE_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status: ran.status, output: ran.error?.message ?? `${ran.stdout}${ran.stderr}`.trim() };
}

export class Vsix {
  private readonly files: Readonly<Record<string, Uint8Array>>;
  /** Below `extension/`. */
  readonly names: readonly string[];

  constructor(file: string) {
    this.files = unzipSync(readFileSync(file));
    const all = Object.keys(this.files).filter((name) => name.startsWith('extension/') && !name.endsWith('/'));
    this.names = all.map((name) => name.slice('extension/'.length));
  }

  text(name: string): string {
    return Buffer.from(this.bytes(name)).toString('utf8');
  }

  /** Throws when there is none that begins so. */
  begins(name: string, magic: string): void {
    const found = Buffer.from(this.bytes(`extension/${name}`))
      .subarray(0, magic.length / 2)
      .toString('hex');
    if (found !== magic) throw new Error(`${name} begins with ${found}`);
  }

  /** For which processors a program or library of Windows is: of its COFF header, 8664 x64, aa64 ARM64. */
  machine(name: string): string {
    this.begins(name, PE);
    const bytes = Buffer.from(this.bytes(`extension/${name}`));
    return bytes.readUInt16LE(bytes.readUInt32LE(0x3c) + 4).toString(16);
  }

  /** Whether it is this, byte for byte. */
  same(name: string, bytes: Uint8Array): boolean {
    return Buffer.compare(this.bytes(`extension/${name}`), bytes) === 0;
  }

  /** All files that begin so. */
  withMagic(magic: string): readonly string[] {
    return this.names.filter((name) => {
      const head = Buffer.from(this.bytes(`extension/${name}`)).subarray(0, magic.length / 2);
      return head.toString('hex') === magic;
    });
  }

  private bytes(name: string): Uint8Array {
    const found = this.files[name];
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  }
}

/** Throws unless the VSIX is for this platform, and brings hcs with the parts that it needs there and with nobody else's. */
export function platformVsix(file: string, target: string): Vsix {
  const vsix = new Vsix(file);
  if (!vsix.text('extension.vsixmanifest').includes(`TargetPlatform="${target}"`)) throw new Error('another platform');
  const plain = vsix.names.filter((name) => !name.startsWith('bundled/')).sort();
  if (plain.join() !== PLAIN.join()) throw new Error(`besides the bundle: ${plain.join(', ')}`);
  for (const name of ['hcs.cjs', 'engine.mjs', 'simulator.mjs']) {
    if (vsix.text(`extension/${BUNDLED}hostcompute/dist/bin/${name}`).includes(ROOT)) {
      throw new Error(`${name} names the place where it was made`);
    }
  }
  const modules = vsix.names.filter((name) => name.startsWith(BUNDLED)).map((name) => name.slice(BUNDLED.length));
  const foreign = modules.filter((name) => {
    const [, os, cpu] =
      /(?:prebuilds|native|@lmdb)\/(?:lmdb-)?(win32|linux|darwin|android|ios)[-/](x64|arm64|arm|ia32)?/.exec(name) ??
      [];
    // Our own programs for Windows are of x64, which Windows on ARM64 runs.
    const own = name.startsWith('hostcompute/');
    return os !== undefined && !(own ? target.startsWith(os) : [os, `${os}-${cpu ?? ''}`].includes(target));
  });
  if (foreign.length > 0) throw new Error(`parts of other platforms: ${foreign.slice(0, 5).join(', ')}`);
  const needless = modules.filter((name) => /^hostcompute\/(docs|src|powershell|test)\/|\.v8$/.test(name));
  if (needless.length > 0) throw new Error(`needless: ${needless.slice(0, 5).join(', ')}`);
  return vsix;
}

/** Answers the VSIX of this platform, which the tests install. */
export async function vsixTests(tools: Tools, folder: string): Promise<string> {
  const own = `${process.platform}-${process.arch}`;
  await check('the VSIX without a target brings the extension and nothing else', PACKAGE_MS, async () => {
    const names = [...new Vsix(makeVsix(tools, folder)).names].sort();
    if (names.join() !== PLAIN.join()) throw new Error(names.join(', '));
    await Promise.resolve();
  });
  const file = join(folder, `${own}.vsix`);
  await check(`the VSIX for ${own} brings hcs with all that it needs here`, PACKAGE_MS, async () => {
    const vsix = platformVsix(makeVsix(tools, folder, own), own);
    const native = ['libvmcompute.so', 'hcs-silo', 'hcs-cmd'].map((name) => `hostcompute/dist/native/${name}`);
    for (const name of [...native, 'edge-js/build/Release/edge_coreclr.node']) vsix.begins(BUNDLED + name, ELF);
    vsix.begins(`${BUNDLED}hostcompute/dist/bridge/HcsBridge.dll`, PE);
    await Promise.resolve();
  });
  await check(
    'a platform that hcs does not run on, or whose parts are not here, is refused with the reason',
    PACKAGE_MS,
    async () => {
      const other = process.arch === 'x64' ? 'linux-arm64' : 'linux-x64';
      for (const [target, reason] of [
        ['darwin-arm64', /no simulated service for macOS/],
        [other, /compiled on linux-\w+ itself/],
        ['amiga', /no native parts/],
      ] as const) {
        const { status, output } = runPackage(['--vsce', tools.vsce, '--target', target]);
        if (status !== 2 || !reason.test(output)) throw new Error(`${target}: status ${status ?? 'none'}, ${output}`);
      }
      await Promise.resolve();
    },
  );
  return file;
}
