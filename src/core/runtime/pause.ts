/** pause and resume: Hyper-V isolation only (the seed's rule); anything else is refused before HCS is asked. */
import { RuntimeError } from '../errors.js';
import type { CallContext } from '../runtime.js';
import type { Core } from './core.js';
import type { Cell } from './cell.js';
import { operation } from './operations.js';
import { apply, told } from './turns.js';
import { ask, boundOf, openSystem } from './verb.js';

export async function pause(core: Core, id: string, context?: CallContext): Promise<void> {
  const cell = core.find(id);
  refuseProcessIsolation(cell, 'paused');
  const system = openSystem(cell, 'be paused', 'running');
  const bound = boundOf(core, cell, context, 'HcsPauseComputeSystem', core.timeouts.systemPause);
  const { hcs } = core.deps;
  await ask(
    core,
    cell,
    'pause',
    operation(system, 'SystemPauseCompleted', () => hcs.pauseComputeSystem(system.token), bound),
    bound,
  );
  await told(core, apply(core, cell, { kind: 'pauseDone' }));
}

export async function resume(core: Core, id: string, context?: CallContext): Promise<void> {
  const cell = core.find(id);
  refuseProcessIsolation(cell, 'resumed');
  const system = openSystem(cell, 'be resumed', 'paused');
  const bound = boundOf(core, cell, context, 'HcsResumeComputeSystem', core.timeouts.systemResume);
  const { hcs } = core.deps;
  await ask(
    core,
    cell,
    'resume',
    operation(system, 'SystemResumeCompleted', () => hcs.resumeComputeSystem(system.token), bound),
    bound,
  );
  await told(core, apply(core, cell, { kind: 'resumeDone' }));
}

function refuseProcessIsolation(cell: Cell, what: string): void {
  if (cell.record.isolation === 'hyperv') return;
  throw new RuntimeError(
    'unsupported',
    `container ${cell.id} has process isolation; only a Hyper-V container can be ${what}`,
    {
      containerId: cell.id,
      hint: 'create it with --isolation hyperv',
    },
  );
}
