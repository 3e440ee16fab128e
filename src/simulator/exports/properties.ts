import type { Handler } from '../call.js';
import { ModifyRequest, PropertyQuery } from '../documents/queries.js';
import { decodeDocument } from '../documents/strict.js';
import { HcsFailure } from '../failure.js';
import { NOT_FOUND, SYSTEM_ALREADY_STOPPED } from '../hresult.js';
import { propertiesOf } from '../properties.js';

/** handle, query -> properties. */
export const HcsGetComputeSystemProperties: Handler = async (call) => {
  const { system } = call.system();
  const query = decodeDocument(PropertyQuery, call.text(1));
  const document = await propertiesOf(system, query, call.service.options.build);
  if (document === null) throw new HcsFailure(SYSTEM_ALREADY_STOPPED);
  return { values: [JSON.stringify(document)] };
};

/** handle, request: adds or removes a network endpoint of a running system. */
export const HcsModifyComputeSystem: Handler = (call) => {
  const { system } = call.system();
  const request = decodeDocument(ModifyRequest, call.string(1));
  system.mustAllow('modify');
  const held = system.endpoints.findIndex((id) => id.toLowerCase() === request.Settings.toLowerCase());
  if (request.RequestType === 'Add') {
    call.service.hns.attach(request.Settings, system.id);
    system.endpoints.push(request.Settings);
  } else {
    if (held < 0) throw new HcsFailure(NOT_FOUND, 'the endpoint is not attached to this compute system');
    call.service.hns.detach(request.Settings);
    system.endpoints.splice(held, 1);
  }
  return {};
};
