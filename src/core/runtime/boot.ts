/** What a new engine does with the records of the last one: reattach, finish what was begun, roll back what was half done. */
import { exitUnknown } from '../model/exit.js';
import { Cell } from './cell.js';
import type { Core } from './core.js';
import { brief } from './failures.js';
import { cleanLeftovers } from './leftovers.js';
import { open } from './open.js';
import { attach, reopen } from './recover.js';
import { failCreate, rollBack } from './rollBack.js';
import { applyFact } from './turns.js';

const CONCURRENCY = 32;

/** Takes the records over at once; resolves when all are settled or `lost`. `list` and `state` answer meanwhile. */
export function boot(core: Core): Promise<void> {
  const cells = core.deps.store.load().map((record) => new Cell(record));
  for (const cell of cells) {
    core.cells.set(cell.key, cell);
    if (cell.state.kind === 'failed') core.background('removing a leftover', cell.id, cleanLeftovers(core, cell));
  }
  const queue = cells.filter((cell) => cell.alive);
  // Set before anything is awaited: verbs wait for it.
  const starters = queue.map((cell) => {
    let begin: () => Promise<void> = () => Promise.resolve();
    cell.attaching = new Promise<void>((resolve) => {
      begin = () => settle(core, cell).then(resolve, resolve);
    }).finally(() => {
      cell.attaching = null;
      // A service that could not be reached: the effect came while this was still under way.
      if (cell.state.kind === 'lost' && !core.closed) reopen(core, cell);
    });
    return { cell, begin };
  });
  const worker = async (): Promise<void> => {
    for (let next = starters.shift(); next !== undefined; next = starters.shift())
      await core.tracked('reattaching', next.cell.id, next.begin());
  };
  const workers = Array.from({ length: core.deps.attachConcurrency ?? CONCURRENCY }, worker);
  return Promise.all(workers).then(() => undefined);
}

async function settle(core: Core, cell: Cell): Promise<void> {
  const { kind } = cell.state;
  try {
    if (kind === 'creating') {
      await undoCreate(core, cell);
      return;
    }
    if (kind === 'starting') {
      // Whether init came to be is not known, so the container is brought down.
      const exit = { ...exitUnknown('the engine ended while it was started'), exitedAt: core.now() };
      await applyFact(core, cell, { kind: 'startFailed', cause: 'engineEnded', exit, pid: 0 });
    }
    await attach(core, cell);
  } catch (e) {
    if (core.closed) return;
    core.deps.tracer.log('warn', 'a container cannot be opened', { container: cell.id, reason: brief(e) });
    await applyFact(core, cell, { kind: 'disconnected', reason: brief(e) });
  }
}

async function undoCreate(core: Core, cell: Cell): Promise<void> {
  const reason = 'the engine ended while it was created';
  try {
    const opened = await open(core, cell);
    const { system } = cell;
    if (opened.kind === 'unproven') {
      await failCreate(core, cell, reason, [`compute system ${cell.id} may be left: ${opened.why}`]);
    } else if (opened.kind === 'gone' || system === null) await failCreate(core, cell, reason, []);
    else await rollBack(core, cell, system, reason);
  } catch (e) {
    await failCreate(core, cell, reason, [`compute system ${cell.id} may exist: ${brief(e)}`]);
  }
}
