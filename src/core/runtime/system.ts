/** Taking over the token of a compute system and listening to it. */
import { isFailure } from '../hresult.js';
import type { SystemToken } from '../ports.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { LiveSystem, type SystemNotification } from './live.js';
import { applyFact } from './turns.js';

export function adoptSystem(core: Core, cell: Cell, token: SystemToken): LiveSystem {
  const system = new LiveSystem(token);
  cell.system = system;
  cell.asked = null;
  cell.ending = false;
  system.onLate = (type) => {
    const kind =
      type === 'SystemPauseCompleted' ? 'pauseDone' : type === 'SystemResumeCompleted' ? 'resumeDone' : undefined;
    if (kind !== undefined && cell.system === system)
      core.background('a late completion', cell.id, applyFact(core, cell, { kind }));
  };
  core.router.adoptSystem(token, (n) => {
    onNotification(core, cell, system, n);
  });
  return system;
}

function onNotification(core: Core, cell: Cell, system: LiveSystem, n: SystemNotification): void {
  const fact = (what: string, input: Parameters<typeof applyFact>[2]): void => {
    if (cell.system === system) core.background(what, cell.id, applyFact(core, cell, input));
  };
  switch (n.type) {
    case 'SystemExited':
      if (system.end(n.status)) fact('noting the end of a system', { kind: 'systemExited' });
      break;
    case 'ServiceDisconnect':
      if (system.disconnect())
        fact('noting a lost service', {
          kind: 'disconnected',
          reason: 'the connection to the Host Compute Service was lost',
        });
      break;
    case 'SystemPauseCompleted':
    case 'SystemResumeCompleted':
      if (!system.complete(n.type, n.status) && system.abandoned.delete(n.type) && !isFailure(n.status))
        system.onLate(n.type);
      break;
    case 'SystemCreateCompleted':
    case 'SystemStartCompleted':
    case 'SystemSaveCompleted':
      system.complete(n.type, n.status);
      break;
    case 'SystemShutdownFailed':
    case 'SystemCrashInitiated':
    case 'SystemCrashReport':
    case 'SystemGuestConnectionClosed':
      core.deps.tracer.log('warn', n.type, { container: cell.id, status: n.status });
      break;
    case 'SystemSiloJobCreated':
    case 'SystemRdpEnhancedModeStateChanged':
    case 'SystemGetPropertiesCompleted':
    case 'SystemModifyCompleted':
      break;
  }
}
