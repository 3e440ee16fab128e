/** Undoes a create that failed half-way: terminate, bounded wait, close (B8). What cannot be undone is named. */
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { brief } from './failures.js';
import { isListed } from './listed.js';
import type { LiveSystem } from './live.js';
import { askToEnd, closeSystem } from './operations.js';
import { within } from './bounded.js';
import { afterRelease, releaseGround } from './ground.js';
import { applyFact } from './turns.js';

/** Ends a system that is no container (any more). Answers what is left, in words. */
export async function endSystem(core: Core, cell: Cell, system: LiveSystem, ms: number): Promise<readonly string[]> {
  const leftovers: string[] = [];
  try {
    if ((await askToEnd(core, cell, system, 'terminate')) === 'pending')
      await within(Promise.race([system.exited.promise, system.disconnected.promise]), ms, core.deps.clock);
    else if (!(await isListed(core, cell))) system.end(0);
    if (!system.exited.has())
      leftovers.push(`compute system ${cell.id}: it did not end within ${ms} ms of being terminated`);
  } catch (e) {
    leftovers.push(`compute system ${cell.id}: ${brief(e)}`);
  }
  try {
    await closeSystem(core, cell, system);
  } catch (e) {
    leftovers.push(`handle of compute system ${cell.id}: ${brief(e)}`);
  }
  return leftovers;
}

export async function rollBack(core: Core, cell: Cell, system: LiveSystem, reason: string): Promise<readonly string[]> {
  return failCreate(core, cell, reason, await endSystem(core, cell, system, core.timeouts.terminate));
}

/** A create has failed: what it stands on is removed, unless its compute system may still be there. Answers all that is left. */
export async function failCreate(
  core: Core,
  cell: Cell,
  reason: string,
  systemLeft: readonly string[],
): Promise<readonly string[]> {
  if (systemLeft.length > 0) {
    await told(core, applyFact(core, cell, { kind: 'createFailed', reason, leftovers: systemLeft, at: core.now() }));
    return systemLeft;
  }
  const left = await releaseGround(core, cell);
  const leftovers = left.map(({ text }) => text);
  const fact = { kind: 'createFailed', reason, leftovers, at: core.now() } as const;
  await told(core, applyFact(core, cell, fact, afterRelease(left)));
  return leftovers;
}

/** A store that can be written at all takes less. */
const TELL_MS = 1000;

/** A fact is written as soon as the store can be; on a full disk whoever asked for the create is not kept waiting for that. */
const told = (core: Core, fact: Promise<unknown>): Promise<unknown> =>
  within(fact, Math.min(TELL_MS, core.timeouts.quickCall), core.deps.clock);
