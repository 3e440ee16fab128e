/**
 * HNS's documents (hcs-facts 7.5). Every member may be absent; members that we do not know are kept, so that what is read can be
 * written back. Integers beyond 2^53-1 are bigints.
 */
import * as t from 'io-ts';

const strings = t.array(t.string);
const unknowns = t.array(t.unknown);

export const HnsSubnet = t.partial(
  { AddressPrefix: t.string, GatewayAddress: t.string, Policies: unknowns },
  'HnsSubnet',
);

export const HnsNetwork = t.partial(
  {
    ID: t.string,
    Name: t.string,
    Type: t.string,
    NetworkAdapterName: t.string,
    SourceMac: t.string,
    Policies: unknowns,
    MacPools: t.array(t.partial({ StartMacAddress: t.string, EndMacAddress: t.string })),
    Subnets: t.array(HnsSubnet),
    DNSSuffix: t.string,
    DNSServerList: t.string,
    DNSServerCompartment: t.number,
    ManagementIP: t.string,
    AutomaticDNS: t.boolean,
  },
  'HnsNetwork',
);
export type HnsNetwork = t.TypeOf<typeof HnsNetwork>;

export const HnsEndpoint = t.partial(
  {
    ID: t.string,
    Name: t.string,
    VirtualNetwork: t.string,
    VirtualNetworkName: t.string,
    Policies: unknowns,
    MacAddress: t.string,
    IPAddress: t.string,
    IPv6Address: t.string,
    DNSSuffix: t.string,
    DNSServerList: t.string,
    DNSDomain: t.string,
    GatewayAddress: t.string,
    GatewayAddressV6: t.string,
    EnableInternalDNS: t.boolean,
    DisableICC: t.boolean,
    PrefixLength: t.number,
    IPv6PrefixLength: t.number,
    IsRemoteEndpoint: t.boolean,
    EnableLowMetric: t.boolean,
    Namespace: t.unknown,
    EncapOverhead: t.number,
    SharedContainers: strings,
    State: t.number,
  },
  'HnsEndpoint',
);
export type HnsEndpoint = t.TypeOf<typeof HnsEndpoint>;

/** `State` of an endpoint, by number. */
export const ENDPOINT_STATES = [
  'uninitialized',
  'created',
  'attached',
  'attachedSharing',
  'detached',
  'degraded',
  'destroyed',
] as const;

/** What HNSCall answers. `ErrorCode`: an HRESULT, of newer builds. */
export const HnsEnvelope = t.intersection(
  [t.type({ Success: t.boolean }), t.partial({ Error: t.string, ErrorCode: t.number, Output: t.unknown })],
  'HnsEnvelope',
);
