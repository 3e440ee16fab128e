/** resize: the console of a process with a terminal. */
import { invalidRequest, RuntimeError } from '../errors.js';
import { idKey, INIT } from '../model/ids.js';
import type { CallContext } from '../runtime.js';
import type { Cell } from './cell.js';
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
  openSystem(cell, 'have a console resized', 'running');
  const process = processOf(cell, execId);
  if (!hasTerminal(cell, execId) || process.exited.has())
    throw new RuntimeError(
      'failedPrecondition',
      `${execId ?? INIT} of container ${cell.id} has ${process.exited.has() ? 'ended' : 'no console'}`,
      { containerId: cell.id, hint: 'only a program that was started with a terminal (-t) has a console' },
    );
  const settings = `{"Operation":"ConsoleSize","ConsoleSize":{"Height":${height},"Width":${width}}}`;
  await ask(
    core,
    cell,
    'resize a console of',
    core.deps.hcs.modifyProcess(process.token, settings),
    boundOf(core, cell, context, 'HcsModifyProcess', core.timeouts.syscall),
    process,
  );
}

const hasTerminal = (cell: Cell, execId: string | undefined): boolean =>
  execId === undefined || execId === INIT
    ? cell.record.process.terminal
    : cell.execs.get(idKey(execId))?.terminal === true;
