/** What lies on the disk: node, .NET, edge-js, our own compiled parts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { distFolder } from '../packageRoot.js';
import { bad, good, type Check } from './check.js';
import { runProgram } from './run.js';

/** `^20.19.0 || ^22.12.0 || >=24`, as package.json has it. */
export function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  return fits
    ? good('node', version)
    : bad('node', `${version} is not supported`, 'install Node 20.19, 22.12, or 24 and later');
}

interface BridgeReport {
  readonly dotnet: { readonly folder: string; readonly runtime: string } | null;
  /** Why the bridge did not load; null: it did. */
  readonly failure: { readonly message: string; readonly hint: string } | null;
}

/** Runs in a child: a CLR that crashes takes only that with it. */
const PROBE = `
const [base] = process.argv.slice(1);
const { findDotnet } = await import(base + 'findDotnet.js');
const { loadBridge } = await import(base + 'loadBridge.js');
const dotnet = findDotnet(process.env);
let failure = null;
try { loadBridge(process.argv[2]); } catch (e) { failure = { message: e.message, hint: e.details?.hint ?? '' }; }
process.stdout.write(JSON.stringify({ dotnet, failure }), () => process.exit(0));
`;

/** .NET, and the bridge that runs on it, as the engine would load it. */
export async function bridgeChecks(platform: NodeJS.Platform): Promise<readonly Check[]> {
  const dist = distFolder();
  const base = pathToFileURL(join(dist, 'bridge/')).href;
  const ran = await runProgram(process.execPath, ['--input-type=module', '-e', PROBE, base, dist]);
  let report: BridgeReport;
  try {
    report = JSON.parse(ran.stdout) as BridgeReport;
  } catch {
    return [
      bad(
        'bridge',
        `the .NET bridge did not load: ${ran.why}`,
        'install hostcompute again, or build it with: npm run build',
      ),
    ];
  }
  const { dotnet, failure } = report;
  const found =
    dotnet !== null
      ? good('dotnet', `.NET ${dotnet.runtime} in ${dotnet.folder}`)
      : platform === 'win32'
        ? good('dotnet', 'no .NET 8 or later; the .NET Framework of Windows is used')
        : bad(
            'dotnet',
            'no .NET 8 or later was found',
            'install .NET (https://dotnet.microsoft.com/download), or set DOTNET_ROOT to its folder',
          );
  return [
    found,
    failure === null
      ? good('bridge', 'HcsBridge.dll loads through edge-js')
      : bad('bridge', failure.message, failure.hint),
  ];
}

const NATIVE: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  win32: ['vmcompute.dll', 'hcs-silo.exe', 'hcs-private.exe'].map((name) => `native/win32-x64/${name}`),
};
const NATIVE_ELSEWHERE = ['native/libvmcompute.so', 'native/hcs-silo', 'native/hcs-cmd'];

/** The simulator's compiled parts. */
export function nativeCheck(platform: NodeJS.Platform): Check {
  const dist = distFolder();
  const missing = (NATIVE[platform] ?? NATIVE_ELSEWHERE).filter((file) => !existsSync(join(dist, file)));
  return missing.length === 0
    ? good('simulator', 'its native parts are there')
    : bad('simulator', `missing: ${missing.join(', ')}`, 'build them with: npm run build:native (needs a C compiler)');
}
