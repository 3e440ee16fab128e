import { delimiter } from 'node:path';
import { isWindowsPath } from './paths.js';
import { findInContainer, type Roots } from './roots.js';

export interface EnvironmentRequest {
  readonly given: Readonly<Record<string, string>>;
  readonly hostName: string;
  readonly user: string;
  readonly terminal: boolean;
  readonly roots: Roots;
  /** Folder of scripts for the programs file, first in the search path; null when there are none. */
  readonly programs: string | null;
}

/**
 * The environment of a simulated process: a small base, what a Windows container has, and over it what was given. Names meet
 * without case, as on Windows; a name of the base keeps its spelling. A Windows search path becomes the host folders that it
 * means in the container, and the service's own path behind them.
 */
export function environmentOf(request: EnvironmentRequest): Map<string, string> {
  const hostPathVariable = process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin';
  const merged = new Map<string, { name: string; value: string }>();
  const put = (name: string, value: string): void => {
    const key = name.toLowerCase();
    merged.set(key, { name: merged.get(key)?.name ?? name, value });
  };
  if (process.platform === 'win32') for (const [name, value] of windowsBase()) put(name, value);
  put('PATH', hostPathVariable);
  if (process.platform !== 'win32') {
    put('HOME', request.roots.scratch);
    put('LANG', process.env['LANG'] ?? 'C.UTF-8');
    if (request.terminal) put('TERM', 'xterm-256color');
  }
  put('COMPUTERNAME', request.hostName.toUpperCase());
  put('USERNAME', request.user === '' ? 'ContainerAdministrator' : request.user);
  put('USERPROFILE', `C:\\Users\\${request.user === '' ? 'ContainerAdministrator' : request.user}`);
  put('OS', 'Windows_NT');
  put('SystemDrive', 'C:');
  if (process.platform !== 'win32') {
    put('SystemRoot', 'C:\\Windows');
    put('ComSpec', 'C:\\Windows\\System32\\cmd.exe');
  }
  for (const [name, value] of Object.entries(request.given)) {
    if (name === '' || name.includes('=') || name.includes('\0') || value.includes('\0')) continue;
    put(name, name.toLowerCase() === 'path' ? searchPath(value, hostPathVariable, request.roots) : value);
  }
  const path = merged.get('path')?.value ?? hostPathVariable;
  if (request.programs !== null) put('PATH', [request.programs, path].join(delimiter));
  return new Map([...merged.values()].map(({ name, value }) => [name, value]));
}

/** What a Windows program does not start without, of the service's own environment: the programs are the host's. */
const WINDOWS_BASE =
  /^(SystemRoot|windir|ComSpec|PATHEXT|TEMP|TMP|ProgramData|ProgramFiles|CommonProgramFiles|NUMBER_OF_PROCESSORS|PROCESSOR_.*)$/i;

const windowsBase = (): readonly (readonly [string, string])[] =>
  Object.entries(process.env).flatMap(([name, value]) =>
    WINDOWS_BASE.test(name) && value !== undefined ? [[name, value] as const] : [],
  );

function searchPath(value: string, behind: string, roots: Roots): string {
  if (delimiter === ';' || !(value.includes(';') || isWindowsPath(value))) return value;
  const folders = value
    .split(';')
    .filter((folder) => isWindowsPath(folder))
    .map((folder) => findInContainer(folder, roots))
    .filter((folder) => folder !== undefined);
  return [...folders, behind].join(delimiter);
}
