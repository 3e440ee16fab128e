/**
 * Who may use what is ours on Windows, where modes mean nothing and node cannot write access lists: hcs-private.exe (src/home/win32) does it.
 */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { RuntimeError } from '../core/errors.js';

const BOUND_MS = 10_000;
const FOREIGN = 3;
const OPEN = 4;

/** Exit status of `hcs-private ...args`, and what it said. Rejects with `unavailable` when it cannot be run. */
function run(tool: string, args: readonly string[]): Promise<{ readonly status: number; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = execFile(tool, args, { timeout: BOUND_MS, windowsHide: true }, (error, _out, said) => {
      if (error === null || child.exitCode !== null) resolve({ status: child.exitCode ?? 0, said: said.trim() });
      else
        reject(
          new RuntimeError('unavailable', `${tool} cannot be run: ${error.message}`, {
            hint: 'install hostcompute again, or build it with: node scripts/build-native.mjs --windows',
          }),
        );
    });
  });
}

/**
 * Closes the home to all but this user, the administrators and the system. One that others may enter is closed when it is empty or holds one of
 * `ours`, as elsewhere. Rejects with permissionDenied: it is another user's, or open and full of other files.
 */
export async function closeHome(tool: string, home: string, ours: readonly string[], hint: string): Promise<void> {
  const entries = readdirSync(home);
  const closable = entries.length === 0 || entries.some((entry) => ours.includes(entry));
  const { status, said } = await run(tool, closable ? [home] : ['--check', home]);
  if (status === 0) return;
  if (status === FOREIGN) throw new RuntimeError('permissionDenied', `home ${home} belongs to another user`, { hint });
  if (status === OPEN)
    throw new RuntimeError('permissionDenied', `home ${home} is open to other users and holds other files`, {
      hint: 'name an empty folder with --home or HCS_HOME',
    });
  throw new RuntimeError('failedPrecondition', `home ${home} cannot be closed to other users: ${said}`, { hint });
}

/** The same for a named pipe that this process listens at. */
export async function closePipe(tool: string, endpoint: string): Promise<void> {
  const { status, said } = await run(tool, [endpoint]);
  if (status !== 0) throw new RuntimeError('unavailable', `the engine's pipe cannot be closed to other users: ${said}`);
}
