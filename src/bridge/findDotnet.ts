/** Where .NET is: edge-js itself only looks at PATH (on Windows also in the registry and in Program Files). */
import fs from 'node:fs';
import path from 'node:path';

export interface Dotnet {
  /** The folder of the `dotnet` executable, symbolic links resolved. */
  readonly folder: string;
  /** The newest released runtime in it that we can run on, e.g. `10.0.12`. */
  readonly runtime: string;
}

const OLDEST_MAJOR = 8;

const USUAL_PLACES: readonly string[] = [
  '/usr/share/dotnet',
  '/usr/lib/dotnet',
  '/usr/lib64/dotnet',
  '/usr/local/share/dotnet',
  '/opt/dotnet',
  '/snap/dotnet-sdk/current',
];

/**
 * The first place that holds a `dotnet` with a runtime of version 8 or later; null when there is none.
 * On Windows Program Files comes first because edge-js takes that one whatever PATH says.
 */
export function findDotnet(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): Dotnet | null {
  const windows = platform === 'win32';
  const onPath = (env['PATH'] ?? '').split(windows ? ';' : ':');
  const home = env['HOME'] ?? env['USERPROFILE'];
  const places = [
    windows ? path.join(env['ProgramFiles'] ?? 'C:\\Program Files', 'dotnet') : undefined,
    env['DOTNET_ROOT'],
    ...onPath,
    ...(windows ? [] : [...installLocation(), ...USUAL_PLACES]),
    home === undefined || home === '' ? undefined : path.join(home, '.dotnet'),
  ];
  for (const place of places) {
    if (place === undefined || place === '') continue;
    const folder = executableFolder(path.join(place, windows ? 'dotnet.exe' : 'dotnet'));
    const runtime = folder === null ? null : newestRuntime(folder);
    if (folder !== null && runtime !== null) return { folder, runtime };
  }
  return null;
}

function executableFolder(file: string): string | null {
  try {
    const real = fs.realpathSync(file);
    return fs.statSync(real).isFile() ? path.dirname(real) : null;
  } catch {
    return null;
  }
}

/** Linux and macOS installers record their folder there. */
function installLocation(): readonly string[] {
  try {
    return [fs.readFileSync('/etc/dotnet/install_location', 'utf8').trim()];
  } catch {
    return [];
  }
}

function newestRuntime(folder: string): string | null {
  let names: readonly string[];
  try {
    names = fs.readdirSync(path.join(folder, 'shared', 'Microsoft.NETCore.App'));
  } catch {
    return null;
  }
  const parts = (version: string): readonly number[] => version.split('.').map(Number);
  const older = (a: string, b: string): number => {
    const [x, y] = [parts(a), parts(b)];
    return (x[0] ?? 0) - (y[0] ?? 0) || (x[1] ?? 0) - (y[1] ?? 0) || (x[2] ?? 0) - (y[2] ?? 0);
  };
  return (
    names
      .filter((name) => /^\d+\.\d+\.\d+$/.test(name) && Number(name.split('.')[0]) >= OLDEST_MAJOR)
      .sort(older)
      .at(-1) ?? null
  );
}
