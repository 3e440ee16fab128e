import * as t from 'io-ts';
import { closed } from './strict.js';

const strings = t.array(t.string);

/** Query of HcsEnumerateComputeSystems (hcs-facts 3.8); `{}` is all. */
export const ComputeSystemQuery = closed(
  'ComputeSystemQuery',
  {},
  { Ids: strings, Types: strings, Names: strings, Owners: strings },
);
export type ComputeSystemQuery = t.TypeOf<typeof ComputeSystemQuery>;

/** Query of HcsGetComputeSystemProperties; the four kinds of schema 1. */
export const PropertyQuery = closed(
  'PropertyQuery',
  {},
  {
    PropertyTypes: t.array(
      t.keyof({ Statistics: null, ProcessList: null, MappedVirtualDisk: null, GuestConnection: null }),
    ),
  },
);
export type PropertyQuery = t.TypeOf<typeof PropertyQuery>;

/** HcsModifyComputeSystem: schema 1 can change the network only (hcs-facts 3.7, 7.5). */
export const ModifyRequest = closed(
  'ResourceModificationRequest',
  { ResourceType: t.keyof({ Network: null }), RequestType: t.keyof({ Add: null, Remove: null }), Settings: t.string },
  {},
);

export const ServicePropertyQuery = closed('ServicePropertyQuery', {}, { PropertyTypes: strings });
export const ServiceModification = closed('ServiceModification', {}, { PropertyType: t.string, Settings: t.unknown });
