import type { Handler } from '../call.js';
import { ContainerConfig } from '../documents/containerConfig.js';
import { ComputeSystemQuery } from '../documents/queries.js';
import { decodeDocument } from '../documents/strict.js';
import { admit } from '../host/admission.js';
import { basicProperties, matches } from '../properties.js';
import { completing } from './completion.js';

/** id, configuration, identity -> handle. */
export const HcsCreateComputeSystem: Handler = (call) => {
  const id = call.string(0);
  const config = decodeDocument(ContainerConfig, call.string(1));
  admit(config, call.service.drives, call.service.options.build);
  const system = call.service.add(id, config);
  call.created = system;
  const handle = call.client.handles.openSystem(system);
  const answer = completing(call, handle, 'SystemCreateCompleted', () => {
    system.state = 'created';
  });
  return answer instanceof Promise
    ? answer.then((done) => ({ ...done, values: [handle.number] }))
    : { ...answer, values: [handle.number] };
};

/** id -> handle. */
export const HcsOpenComputeSystem: Handler = (call) => ({
  values: [call.client.handles.openSystem(call.service.find(call.string(0))).number],
});

export const HcsCloseComputeSystem: Handler = (call) => {
  call.client.handles.close(call.system());
  return {};
};

/** query -> array of identity and state. */
export const HcsEnumerateComputeSystems: Handler = (call) => {
  const query = decodeDocument(ComputeSystemQuery, call.text(0));
  const found = call.service.systems.filter((system) => matches(system, query));
  return {
    values: [JSON.stringify(found.map((system) => basicProperties(system, call.service.options.build)))],
  };
};
