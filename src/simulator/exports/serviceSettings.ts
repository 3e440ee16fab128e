import type { Handler } from '../call.js';
import { ServiceModification, ServicePropertyQuery } from '../documents/queries.js';
import { decodeDocument } from '../documents/strict.js';
import { HcsFailure } from '../failure.js';
import { NOT_SUPPORTED } from '../hresult.js';

/** query -> `{"Properties":[...]}`; only `Basic` is known here. */
export const HcsGetServiceProperties: Handler = (call) => {
  const query = decodeDocument(ServicePropertyQuery, call.text(0));
  const types = query.PropertyTypes ?? ['Basic'];
  if (types.some((type) => type !== 'Basic'))
    throw new HcsFailure(NOT_SUPPORTED, 'only the property type Basic is simulated');
  return {
    values: [JSON.stringify({ Properties: types.map(() => ({ SupportedSchemaVersions: [{ Major: 1, Minor: 0 }] })) })],
  };
};

/** gMSA credentials and CPU groups: not simulated, and said so. */
export const HcsModifyServiceSettings: Handler = (call) => {
  decodeDocument(ServiceModification, call.text(0));
  throw new HcsFailure(NOT_SUPPORTED, 'service settings are not simulated');
};
