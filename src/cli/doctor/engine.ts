/** The home and the engine that runs in it. Starts none. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { toRuntimeError } from '../../core/errors.js';
import { checkHome } from '../../home/prepareHome.js';
import type { Context } from '../context.js';
import { distFolder } from '../packageRoot.js';
import { packageVersion } from '../version.js';
import { bad, good, type Check } from './check.js';
import { runProgram } from './run.js';

export async function homeCheck(home: string): Promise<Check> {
  try {
    if (!checkHome(home)) return good('home', `${home} will be made when it is needed`);
  } catch (e) {
    const { message, details } = toRuntimeError(e);
    return bad('home', message, details.hint ?? 'choose another folder with --home or HCS_HOME');
  }
  if (process.platform === 'win32') {
    const tool = join(distFolder(), 'native/win32-x64/hcs-private.exe');
    const { ok, why } = await runProgram(tool, ['--check', home]);
    return ok
      ? good('home', home)
      : bad(
          'home',
          why.startsWith('hcs-private') ? why : `${home} can be entered by others`,
          'close it with: hcs engine restart',
        );
  }
  const mode = statSync(home).mode & 0o777;
  return (mode & 0o077) !== 0
    ? bad('home', `${home} can be entered by others (mode ${mode.toString(8)})`, `close it with: chmod 700 ${home}`)
    : good('home', home);
}

/** Stores that were damaged, and what was done about it. */
export function storeChecks(home: string): readonly Check[] {
  const names = existsSync(home) ? readdirSync(home).filter((name) => name.startsWith('store.damaged-')) : [];
  return names.map((name) =>
    bad(
      'store',
      `the store was damaged; what could be read of it was taken over, and it was set aside as ${join(home, name)}`,
      `see what was lost with: hcs list and hcs engine logs; then remove ${join(home, name)}`,
    ),
  );
}

/** Whether it answers, and whether it is of our version. One that does not run is fine. */
export async function engineChecks(context: Context): Promise<readonly Check[]> {
  try {
    const client = await context.connectIfRunning();
    if (client === undefined) return [good('engine', 'does not run; it is started when it is needed')];
    const status = await client.engineStatus(context.call);
    const version = packageVersion();
    const text = `pid ${status.pid}, version ${status.version}, clients: ${status.clients}`;
    const backend = good(
      'backend',
      status.backend === 'simulator' ? 'simulator: a test double, not a sandbox' : status.backend,
    );
    return status.version === version
      ? [good('engine', text), backend]
      : [bad('engine', `${text}; this command is ${version}`, 'replace it with: hcs engine restart'), backend];
  } catch (e) {
    const { message, details } = toRuntimeError(e);
    return [bad('engine', message, details.hint ?? 'look into it with: hcs engine logs')];
  }
}
