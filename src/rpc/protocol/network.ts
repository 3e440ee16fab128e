/** network/* and endpoint/*: the Host Networking Service. */
import * as t from 'io-ts';
import { HnsEndpoint, HnsNetwork } from '../../core/network/documents.js';
import type { EndpointItem, NetworkItem } from '../../core/runtime.js';
import { always } from './common.js';
import { fields, request } from './define.js';

const nullableString = t.union([t.string, t.null]);

export const NetworkItemCodec = fields(
  {
    id: t.string,
    name: t.string,
    type: t.string,
    subnets: t.array(t.strict({ addressPrefix: nullableString, gatewayAddress: nullableString })),
    hns: HnsNetwork,
  } satisfies Record<keyof NetworkItem, t.Mixed>,
  {},
  'NetworkItem',
);

export const EndpointItemCodec = fields(
  {
    id: t.string,
    name: t.string,
    networkId: t.string,
    networkName: t.string,
    ipAddress: nullableString,
    macAddress: nullableString,
    gatewayAddress: nullableString,
    state: t.string,
    containers: t.array(t.string),
    hns: HnsEndpoint,
  } satisfies Record<keyof EndpointItem, t.Mixed>,
  {},
  'EndpointItem',
);

const Id = fields({ id: t.string }, {});

export const networkMethods = {
  'network/list': request('All networks.', fields({}, always), fields({ items: t.array(NetworkItemCodec) }, {}), {
    cli: 'network list',
  }),
  'network/create': request(
    'Makes a network of an HNSNetwork document.',
    fields({ document: HnsNetwork }, always),
    NetworkItemCodec,
    { cli: 'network create', operations: 2 },
  ),
  'network/delete': request(
    'Deletes a network; `network` is its id or name.',
    fields({ network: t.string }, always),
    Id,
    { cli: 'network delete', operations: 3 },
  ),
  'endpoint/list': request('All endpoints.', fields({}, always), fields({ items: t.array(EndpointItemCodec) }, {}), {
    cli: 'endpoint list',
  }),
  'endpoint/create': request(
    'Makes an endpoint on a network (id or name), with more of an HNSEndpoint document where wanted.',
    fields({ network: t.string }, { document: HnsEndpoint, ...always }),
    EndpointItemCodec,
    { cli: 'endpoint create', operations: 2 },
  ),
  'endpoint/delete': request(
    'Deletes an endpoint; `endpoint` is its id or name.',
    fields({ endpoint: t.string }, always),
    Id,
    { cli: 'endpoint delete', operations: 3 },
  ),
};
