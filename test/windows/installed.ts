/** The package as installed on Windows, its command, and homes of their own for it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, same, say, told } from './checks.js';
import { CannotInstall, installPackage } from './parts.js';
import { windowsPath, type Ran, type Wine } from './wine.js';

export type Verb = (...args: readonly string[]) => Promise<Ran>;
export type Document = Readonly<Record<string, unknown>>;

/** The command over one home. */
export interface Command {
  /** The home, as the system below sees it. */
  readonly home: string;
  readonly hcs: Verb;
  /** With bytes for its stdin. */
  readonly feed: (input: Buffer, ...args: readonly string[]) => Promise<Ran>;
  /** Process id of the engine that runs. */
  readonly enginePid: () => Promise<number>;
  /** Ends the engine as a crash would. */
  readonly killEngine: () => Promise<void>;
}

export interface Installed {
  /** The package's folder, as the system below sees it. */
  readonly root: string;
  command(home: string): Command;
}

export const exitOf = async (ran: Promise<Ran>, code: number): Promise<Ran> => {
  const ended = await ran;
  if (ended.code !== code) throw new Error(`expected status ${code}, got ${String(ended.code)}: ${ended.stderr}`);
  return ended;
};

function commandOf(wine: Wine, root: string, home: string): Command {
  const exe = join(root, 'dist/native/win32-x64/hcs.exe');
  const env = { HCS_NODE: windowsPath(wine.parts.node), HCS_HOME: windowsPath(home), HCS_BACKEND: 'simulator' };
  const hcs: Verb = (...args) => wine.run(exe, args, { env });
  const enginePid = async (): Promise<number> =>
    (told(await hcs('engine', 'status', '--json')) as { readonly pid: number }).pid;
  return {
    home,
    hcs,
    feed: (input, ...args) => wine.run(exe, args, { env, input }),
    enginePid,
    killEngine: async () => {
      const before = await enginePid();
      const killed = await wine.run(wine.system('taskkill.exe'), ['/f', '/pid', String(before)]);
      same('status of taskkill', killed.code, 0);
    },
  };
}

/** Under a path with a blank and letters that are not ASCII. Undefined, and said so, when something cannot be had. */
export function install(wine: Wine, folder: string): Installed | undefined {
  const place = join(folder, 'installed größe');
  const without = wine.parts.withoutDotnet;
  mkdirSync(place);
  try {
    if (without !== undefined) throw new CannotInstall(without);
    const root = installPackage(ROOT, place);
    return { root, command: (home) => commandOf(wine, root, join(folder, home)) };
  } catch (e) {
    if (!(e instanceof CannotInstall)) throw e;
    say(`skipped the engine on Windows: ${e.message}`);
    return undefined;
  }
}
