/** Undoes a create that failed half-way: terminate, bounded wait, close (B8). What cannot be undone is named. */
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import type { LiveSystem } from './live.js';
import { endSystem } from './endSystem.js';
import { afterRelease, releaseGround } from './ground.js';
import { cleanLeftovers, watchUnproven } from './leftovers.js';
import { applyFact, told } from './turns.js';

export async function rollBack(core: Core, cell: Cell, system: LiveSystem, reason: string): Promise<readonly string[]> {
  const systemLeft = await endSystem(core, cell, system, core.timeouts.terminate);
  const leftovers = await failCreate(core, cell, reason, systemLeft);
  // What our handle could not end is looked for by its id.
  if (systemLeft.length > 0 && system.disconnected.has()) void cleanLeftovers(core, cell);
  return leftovers;
}

/** A create has failed: what it stands on is removed, unless its compute system may still be there. Answers all that is left. */
export async function failCreate(
  core: Core,
  cell: Cell,
  reason: string,
  systemLeft: readonly string[],
): Promise<readonly string[]> {
  if (systemLeft.length > 0) {
    const fact = { kind: 'createFailed', reason, leftovers: systemLeft, at: core.now() } as const;
    await told(
      core,
      applyFact(core, cell, fact).then(() => {
        watchUnproven(core, cell);
      }),
    );
    return systemLeft;
  }
  const left = await releaseGround(core, cell);
  const leftovers = left.map(({ text }) => text);
  const fact = { kind: 'createFailed', reason, leftovers, at: core.now() } as const;
  await told(core, applyFact(core, cell, fact, afterRelease(left)));
  return leftovers;
}
