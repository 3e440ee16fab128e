/** Ending the engine, for the verbs that do. */
import { setTimeout as pause } from 'node:timers/promises';
import { isRuntimeError, RuntimeError } from '../../core/errors.js';
import { readEngineFile } from '../../home/engineFile.js';
import { homePaths } from '../../home/paths.js';
import type { Context } from '../context.js';

/** How long an engine may take to close what it holds. */
const END_MS = 15_000;
const LOOK_EVERY_MS = 20;

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (e) {
    return (e as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Answers the process id of the engine that is ending now; undefined when none runs. One that hangs is killed, by force. */
async function askToEnd(force: boolean, filed: number | undefined, context: Context): Promise<number | undefined> {
  let client;
  try {
    client = await context.connectIfRunning();
  } catch (e) {
    // Somebody listens where the file says, so the process that the file names is the engine.
    if (!force || filed === undefined || !isRuntimeError(e) || e.code !== 'unavailable') throw e;
    process.kill(filed, 'SIGKILL');
    return filed;
  }
  if (client === undefined) return undefined;
  const { pid } = client.serverInfo;
  try {
    await client.engineStop({ force }, context.call);
  } catch (e) {
    if (!isRuntimeError(e) || e.code !== 'unavailable') throw e;
  }
  await client.close();
  return filed ?? pid;
}

/** Answers whether one ran. Resolves when its process is gone, so that what follows meets a free home. */
export async function stopEngine(force: boolean, context: Context): Promise<boolean> {
  const file = readEngineFile(homePaths(await context.home()).engineFile);
  const pid = await askToEnd(force, file?.pid, context);
  if (pid === undefined) return false;
  const deadline = performance.now() + (context.globals.timeout ?? END_MS);
  while (alive(pid)) {
    if (performance.now() > deadline) {
      throw new RuntimeError(
        'timeout',
        `the engine (pid ${pid}) has not ended within ${context.globals.timeout ?? END_MS} ms`,
        {
          hint: 'look into it with: hcs engine logs',
        },
      );
    }
    await pause(LOOK_EVERY_MS, undefined, { signal: context.signal });
  }
  return true;
}
