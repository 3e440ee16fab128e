import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

const LONGEST_SOCKET_PATH = 100;

/** Where the service of a home listens. The same for every start, since clients keep the endpoint over a restart. */
export interface Endpoints {
  /** Folder of this home's sockets in the runtime folder (Windows: the common prefix of its pipes). */
  readonly folder: string;
  readonly endpoint: string;
  readonly control: string;
}

/**
 * `runtimeDir/<hash of the home>/{e,c,s1,s2,...}`. Throws when a path would be too long for a socket: it is never cut, or two homes
 * could meet.
 */
export function endpointsOf(home: string, runtimeDir: string): Endpoints {
  const hash = createHash('sha256').update(realpathSync(home)).digest('hex').slice(0, 12);
  if (process.platform === 'win32') {
    const prefix = `\\\\.\\pipe\\hostcompute-${hash}-sim`;
    return { folder: prefix, endpoint: `${prefix}\\e`, control: `${prefix}\\c` };
  }
  const folder = join(runtimeDir, `sim-${hash}`);
  const longest = join(folder, 's9999999');
  if (Buffer.byteLength(longest) > LONGEST_SOCKET_PATH)
    throw new Error(`the runtime folder ${runtimeDir} is too long for sockets (${Buffer.byteLength(longest)} bytes)`);
  return { folder, endpoint: join(folder, 'e'), control: join(folder, 'c') };
}

/** Makes a folder that only its owner can enter; throws when it belongs to somebody else. */
export function privateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (process.platform === 'win32') return;
  const stat = lstatSync(path);
  if (!stat.isDirectory() || stat.uid !== process.getuid?.()) throw new Error(`${path} is not a folder of this user`);
  if ((stat.mode & 0o077) !== 0) chmodSync(path, 0o700);
}
