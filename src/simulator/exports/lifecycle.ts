import type { CallContext, Handler } from '../call.js';
import { HcsFailure } from '../failure.js';
import type { SystemHandle } from '../handles.js';
import { NOT_SUPPORTED } from '../hresult.js';
import type { ComputeSystem } from '../system.js';
import { completing, ending } from './completion.js';

export const HcsStartComputeSystem: Handler = (call) => {
  const handle = call.system();
  return completing(call, handle, 'SystemStartCompleted', () => {
    const { system } = handle;
    system.mustAllow('start');
    attachEndpoints(call, system);
    system.start();
  });
};

export const HcsShutdownComputeSystem: Handler = (call) => {
  const handle = call.system();
  handle.system.shutdown();
  return ending(call, handle);
};

export const HcsTerminateComputeSystem: Handler = (call) => {
  const handle = call.system();
  handle.system.terminate();
  return ending(call, handle);
};

export const HcsPauseComputeSystem: Handler = (call) => {
  const handle = hyperV(call, 'pause');
  return completing(call, handle, 'SystemPauseCompleted', () => handle.system.pause());
};

export const HcsResumeComputeSystem: Handler = (call) => {
  const handle = hyperV(call, 'resume');
  return completing(call, handle, 'SystemResumeCompleted', () => handle.system.resume());
};

export const HcsSaveComputeSystem: Handler = (call) => {
  const handle = hyperV(call, 'save');
  return completing(call, handle, 'SystemSaveCompleted', () => undefined);
};

/** Windows can pause and save a utility VM, not a silo. An ended or unstarted system is refused for its state first. */
function hyperV(call: CallContext, operation: 'pause' | 'resume' | 'save'): SystemHandle {
  const handle = call.system();
  const { system } = handle;
  if (!system.config.HvPartition && system.state === 'running')
    throw new HcsFailure(NOT_SUPPORTED, `only Hyper-V isolation can ${operation}`);
  system.mustAllow(operation);
  return handle;
}

/** All endpoints of the document or none. */
function attachEndpoints(call: CallContext, system: ComputeSystem): void {
  for (const endpoint of system.config.EndpointList ?? []) {
    try {
      call.service.hns.attach(endpoint, system.id);
      system.endpoints.push(endpoint);
    } catch (e) {
      for (const attached of system.endpoints.splice(0)) call.service.hns.detach(attached);
      throw e;
    }
  }
}
