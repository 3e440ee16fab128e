/** The network and endpoint verbs over HNS (hcs-facts 7.5). */
import { isRuntimeError, RuntimeError } from '../errors.js';
import type { CallContext, EndpointItem, NetworkItem, NetworkRuntime } from '../runtime.js';
import { failed } from '../runtime/failures.js';
import type { Core } from '../runtime/core.js';
import { hnsOf } from '../runtime/ground.js';
import { ENDPOINT_STATES, type HnsEndpoint, type HnsNetwork } from './documents.js';
import { findEndpoint, findNetwork } from './find.js';
import { hnsKey, type Hns } from './hns.js';

export function networkItem(hns: HnsNetwork): NetworkItem {
  return {
    id: hnsKey(hns.ID ?? ''),
    name: hns.Name ?? '',
    type: hns.Type ?? '',
    subnets: (hns.Subnets ?? []).map(({ AddressPrefix, GatewayAddress }) => ({
      addressPrefix: AddressPrefix ?? null,
      gatewayAddress: GatewayAddress ?? null,
    })),
    hns,
  };
}

export function endpointItem(hns: HnsEndpoint): EndpointItem {
  return {
    id: hnsKey(hns.ID ?? ''),
    name: hns.Name ?? '',
    networkId: hnsKey(hns.VirtualNetwork ?? ''),
    networkName: hns.VirtualNetworkName ?? '',
    ipAddress: hns.IPAddress ?? null,
    macAddress: hns.MacAddress ?? null,
    gatewayAddress: hns.GatewayAddress ?? null,
    state: hns.State === undefined ? 'unknown' : (ENDPOINT_STATES[hns.State] ?? String(hns.State)),
    containers: hns.SharedContainers ?? [],
    hns,
  };
}

export function networkVerbs(core: Core): NetworkRuntime {
  const telling = async <T>(doing: string, context: CallContext | undefined, work: (hns: Hns) => Promise<T>) => {
    core.refuseWhenClosed();
    try {
      return await work(hnsOf(core, context));
    } catch (e) {
      throw failed(e, { doing });
    }
  };
  const network = async (hns: Hns, name: string): Promise<HnsNetwork & { readonly ID: string }> => {
    const found = findNetwork(await hns.networks(), name);
    if (found?.ID === undefined) throw noSuch('network', name);
    return { ...found, ID: found.ID };
  };

  return {
    networks: (context) => telling('list networks', context, async (hns) => (await hns.networks()).map(networkItem)),
    createNetwork: (document, context) =>
      telling('create network', context, async (hns) => {
        try {
          return networkItem(await hns.createNetwork(document));
        } catch (e) {
          throw await nameTaken(hns, document, e);
        }
      }),
    deleteNetwork: (name, context) =>
      telling('delete network', context, async (hns) => {
        const { ID } = await network(hns, name);
        await hns.deleteNetwork(ID);
        return { id: hnsKey(ID) };
      }),
    endpoints: (context) =>
      telling('list endpoints', context, async (hns) => (await hns.endpoints()).map(endpointItem)),
    createEndpoint: (name, document, context) =>
      telling('create endpoint', context, async (hns) => {
        const { ID } = await network(hns, name);
        return endpointItem(await hns.createEndpoint({ ...document, VirtualNetwork: ID }));
      }),
    deleteEndpoint: (name, context) =>
      telling('delete endpoint', context, async (hns) => {
        const found = findEndpoint(await hns.endpoints(), name);
        if (found?.ID === undefined) throw noSuch('endpoint', name);
        const id = hnsKey(found.ID);
        const owner = [...core.cells.values()].find(({ record }) => record.resources?.endpoint?.id === id);
        if (owner !== undefined)
          throw new RuntimeError('failedPrecondition', `endpoint ${id} belongs to container ${owner.id}`, {
            containerId: owner.id,
            hint: 'it goes when the container is deleted',
          });
        await hns.deleteEndpoint(id);
        return { id };
      }),
  };
}

const noSuch = (noun: string, name: string): RuntimeError =>
  new RuntimeError('notFound', `there is no ${noun} ${JSON.stringify(name.slice(0, 128))}`, {
    hint: `see: hcs ${noun} list`,
  });

/** HNS says so only in words of the machine's language: whether the name is in use is looked up. */
async function nameTaken(hns: Hns, { Name }: HnsNetwork, e: unknown): Promise<unknown> {
  if (!isRuntimeError(e) || e.code !== 'hcsFailure' || Name === undefined) return e;
  const other = (await hns.networks()).find((network) => network.Name?.toLowerCase() === Name.toLowerCase());
  if (other === undefined) return e;
  return new RuntimeError('alreadyExists', `there is a network ${JSON.stringify(Name)} already`, e.details, {
    cause: e,
  });
}
