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

/** Answers whether one ran. Resolves when its process is gone, so that what follows meets a free home. */
export async function stopEngine(force: boolean, context: Context): Promise<boolean> {
  const file = readEngineFile(homePaths(await context.home()).engineFile);
  const client = await context.connectIfRunning();
  if (client === undefined) return false;
  const { pid } = client.serverInfo;
  try {
    await client.engineStop({ force }, context.call);
  } catch (e) {
    if (!isRuntimeError(e) || e.code !== 'unavailable') throw e;
  }
  await client.close();
  const deadline = Date.now() + (context.globals.timeout ?? END_MS);
  while (alive(file?.pid ?? pid)) {
    if (Date.now() > deadline) {
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
