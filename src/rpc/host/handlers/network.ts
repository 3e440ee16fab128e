/** network/*, endpoint/*. */
import type { EndpointItem, NetworkItem, NetworkRuntime } from '../../../core/runtime.js';
import type { Method } from '../../protocol.js';
import type { Call, Handlers } from '../session.js';
import { contextOf } from './container.js';

type NetworkMethod = Extract<Method, `network/${string}` | `endpoint/${string}`>;

const networks = async (call: Call): Promise<NetworkRuntime> => (await call.session.runtime).networks;

const networkOut = (item: NetworkItem) => ({ ...item, subnets: [...item.subnets] });
const endpointOut = (item: EndpointItem) => ({ ...item, containers: [...item.containers] });

export const networkHandlers: Handlers<NetworkMethod> = {
  'network/list': async (_, call) => ({
    items: (await (await networks(call)).networks(contextOf(call))).map(networkOut),
  }),
  'network/create': async ({ document }, call) =>
    networkOut(await (await networks(call)).createNetwork(document, contextOf(call))),
  'network/delete': async ({ network }, call) => (await networks(call)).deleteNetwork(network, contextOf(call)),
  'endpoint/list': async (_, call) => ({
    items: (await (await networks(call)).endpoints(contextOf(call))).map(endpointOut),
  }),
  'endpoint/create': async ({ network, document }, call) =>
    endpointOut(await (await networks(call)).createEndpoint(network, document ?? {}, contextOf(call))),
  'endpoint/delete': async ({ endpoint }, call) => (await networks(call)).deleteEndpoint(endpoint, contextOf(call)),
};
