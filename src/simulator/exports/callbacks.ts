import type { CallContext, Handler } from '../call.js';
import { HcsFailure } from '../failure.js';
import type { Handle } from '../handles.js';
import { INVALID_HANDLE } from '../hresult.js';

/** handle, registration id chosen by the stand-in. What is already known is told once this call is answered. */
function register(call: CallContext, handle: Handle): Record<string, never> {
  const id = call.integer(1);
  const { client } = call;
  call.afterReply(() => {
    if (client.handles.get(handle.number) === undefined) return;
    client.handles.register(handle, id, (type, status, data) => {
      client.notify(id, type, status, data);
    });
  });
  return {};
}

function unregister(call: CallContext): Record<string, never> {
  if (!call.client.handles.unregister(call.integer(0))) throw new HcsFailure(INVALID_HANDLE);
  return {};
}

export const HcsRegisterComputeSystemCallback: Handler = (call) => register(call, call.system());
export const HcsUnregisterComputeSystemCallback: Handler = unregister;
export const HcsRegisterProcessCallback: Handler = (call) => register(call, call.process());
export const HcsUnregisterProcessCallback: Handler = unregister;
