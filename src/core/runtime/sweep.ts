/** sweep: removes what failed creates left. Only what is proven to be ours, or what a create of ours left (docs/states.md), is touched; the rest is told. */
import type { CallContext, SweepReport } from '../runtime.js';
import { idKey } from '../model/ids.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { DEFAULT_OWNER } from './deps.js';
import { brief } from './failures.js';
import { cleanLeftovers } from './leftovers.js';
import { enumerate } from './list.js';
import { orphans } from '../layers/list.js';
import { removeOrphan } from './ground.js';
import { apply } from './turns.js';

type Item = SweepReport['items'][number];

export async function sweep(core: Core, dryRun: boolean, context?: CallContext): Promise<SweepReport> {
  const step = (what: string): void =>
    context?.progress?.({ message: `${dryRun ? 'looking at' : 'removing'} ${what}` });
  const items: Item[] = [];
  for (const cell of [...core.cells.values()]) {
    const { state, id } = cell;
    if (state.kind !== 'failed') continue;
    step(`container ${id}`);
    const clean = dryRun ? state.leftovers.length === 0 : await cleanLeftovers(core, cell);
    if (state.leftovers.length > 0)
      items.push({ kind: 'system', id, removed: clean && !dryRun, why: state.leftovers.join('; ') });
    const failure = clean && !dryRun ? await forget(core, cell) : null;
    const why = `its create failed: ${state.reason}${failure === null ? '' : `; ${failure}`}`;
    items.push({ kind: 'record', id, removed: clean && !dryRun && failure === null, why });
  }
  context?.progress?.({ message: 'looking at compute systems' });
  const unknown = await strangers(core);
  items.push(...(await sweepScratch(core, dryRun, unknown === null || unknown.length > 0, step)), ...(unknown ?? []));
  return { items };
}

/** null: it is forgotten; else why it cannot be. */
async function forget(core: Core, cell: Cell): Promise<string | null> {
  try {
    await apply(core, cell, { kind: 'deleteAsked' }, { wish: true });
  } catch (e) {
    return brief(e);
  }
  core.background('removing logs', cell.id, core.deps.logs.remove(cell.key, cell.record.epoch));
  return null;
}

/** Scratch layers that no record names lie in a folder that is ours alone. */
async function sweepScratch(
  core: Core,
  dryRun: boolean,
  mayBeUsed: boolean,
  step: (what: string) => void,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (const folder of await orphans(core)) {
    step(`scratch layer ${folder}`);
    const why = mayBeUsed
      ? 'a scratch layer that no container has, but a compute system without a record may stand on it'
      : 'a scratch layer that no container has';
    const keep = dryRun || mayBeUsed;
    const refusal = keep ? null : await removeOrphan(core, folder);
    items.push({ kind: 'layer', id: folder, removed: !keep && refusal === null, why: refusal ?? why });
  }
  return items;
}

/** Systems with our default owner that no record of this home knows: another home's, or an uninstalled one's. null: not known. */
async function strangers(core: Core): Promise<readonly Item[] | null> {
  try {
    const systems = await core.quick('HcsEnumerateComputeSystems', '', enumerate(core));
    return systems
      .filter((system) => system.Owner === DEFAULT_OWNER && !core.cells.has(idKey(system.Id ?? '')))
      .map((system) => ({
        kind: 'system',
        id: system.Id ?? '',
        removed: false,
        why: 'no record of this home proves that it is ours',
      }));
  } catch (e) {
    core.deps.tracer.log('warn', 'compute systems cannot be listed', { reason: brief(e) });
    return null;
  }
}
