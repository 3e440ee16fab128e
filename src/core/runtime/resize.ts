/** resize: the console of a process with a terminal. */
import { invalidRequest } from '../errors.js';
import type { CallContext } from '../runtime.js';
import type { Core } from './core.js';
import { ask, boundOf, openSystem, processOf } from './verb.js';

/** HCS takes 16 bits; the seed wrapped larger numbers around (B22). */
const MOST = 65535;

export async function resize(
  core: Core,
  id: string,
  execId: string | undefined,
  width: number,
  height: number,
  context?: CallContext,
): Promise<void> {
  const issues = Object.entries({ width, height })
    .filter(([, n]) => !Number.isInteger(n) || n < 1 || n > MOST)
    .map(([path, n]) => ({ path, expected: `1 to ${MOST}`, got: String(n) }));
  if (issues.length > 0) throw invalidRequest('the console cannot have this size', issues);
  const cell = core.find(id);
  await openSystem(core, cell, context, 'have a console resized', 'running');
  const process = processOf(cell, execId);
  const settings = `{"Operation":"ConsoleSize","ConsoleSize":{"Height":${height},"Width":${width}}}`;
  await ask(
    core,
    cell,
    'resize a console of',
    core.deps.hcs.modifyProcess(process.token, settings),
    boundOf(core, cell, context, 'HcsModifyProcess', core.timeouts.syscall),
  );
}
