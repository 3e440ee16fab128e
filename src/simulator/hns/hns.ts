import { randomUUID } from 'node:crypto';
import * as t from 'io-ts';
import { HcsFailure } from '../failure.js';
import { HCN_ENDPOINT_ALREADY_ATTACHED, NOT_FOUND } from '../hresult.js';
import { readJson, writeJson } from '../jsonFile.js';
import { addressFor, isAddress, isMac, isSubnet, type Subnet } from './addresses.js';
import { HnsRefusal, parseBody, refuse } from './refusal.js';

type Json = Record<string, unknown>;
/** HNSEndpoint.State (hcs-facts 7.5). */
const CREATED = 1;
const ATTACHED = 2;
const DETACHED = 4;

const Stored = t.partial({
  networks: t.array(t.UnknownRecord),
  endpoints: t.array(t.UnknownRecord),
  policyLists: t.array(t.UnknownRecord),
  namespaces: t.array(t.UnknownRecord),
});

/** One kind of object, by upper-case id. */
type Shelf = Map<string, Json>;

/** The Host Networking Service in simple form: objects with ids, addresses given out in order, no traffic. Kept in one file. */
export class Hns {
  readonly #networks: Shelf;
  readonly #endpoints: Shelf;
  readonly #policyLists: Shelf;
  readonly #namespaces: Shelf;

  constructor(
    private readonly file: string,
    private readonly log: (message: string) => void,
  ) {
    const stored = readJson(file, Stored);
    this.#networks = shelf(stored?.networks ?? [defaultNetwork()]);
    this.#endpoints = shelf(stored?.endpoints ?? []);
    this.#policyLists = shelf(stored?.policyLists ?? []);
    this.#namespaces = shelf(stored?.namespaces ?? []);
    // What was attached went with the compute systems of an earlier service.
    for (const endpoint of this.#endpoints.values())
      if (endpoint['State'] === ATTACHED) Object.assign(endpoint, { State: DETACHED, SharedContainers: [] });
  }

  /** Attaches an endpoint to a compute system; 0x80070490 when there is none, 0x803B0014 when another has it. */
  attach(id: string, container: string): void {
    const endpoint = this.#endpoints.get(key(id));
    if (endpoint === undefined) throw new HcsFailure(NOT_FOUND, `there is no network endpoint ${id}`);
    const shared = sharedOf(endpoint);
    if (endpoint['State'] === ATTACHED && !shared.includes(container))
      throw new HcsFailure(HCN_ENDPOINT_ALREADY_ATTACHED, `the network endpoint ${id} is attached elsewhere`);
    Object.assign(endpoint, { State: ATTACHED, SharedContainers: [container] });
    this.#save();
  }

  detach(id: string): void {
    const endpoint = this.#endpoints.get(key(id));
    if (endpoint === undefined) return;
    Object.assign(endpoint, { State: DETACHED, SharedContainers: [] });
    this.#save();
  }

  /** HNSCall: the envelope `{Success, Error, Output}` as text. */
  call(method: string, path: string, request: string): string {
    try {
      const output = this.#route(
        method.toUpperCase(),
        path.split('/').filter((part) => part !== ''),
        request,
      );
      if (method.toUpperCase() !== 'GET') this.#save();
      return JSON.stringify({ Success: true, Error: '', ...(output === undefined ? {} : { Output: output }) });
    } catch (e) {
      if (!(e instanceof HnsRefusal)) throw e;
      return JSON.stringify({ Success: false, Error: e.message });
    }
  }

  #route(method: string, [noun, id, verb]: readonly string[], request: string): unknown {
    switch (noun?.toLowerCase()) {
      case 'globals':
        if (method === 'GET' && id?.toLowerCase() === 'version') return { Major: 9, Minor: 5 };
        break;
      case 'networks':
        return this.#objects(
          this.#networks,
          method,
          id,
          request,
          (body) => this.#newNetwork(body),
          (network) => {
            for (const [endpointKey, endpoint] of this.#endpoints)
              if (key(String(endpoint['VirtualNetwork'])) === key(String(network['ID'])))
                this.#endpoints.delete(endpointKey);
          },
        );
      case 'endpoints':
        if (id !== undefined && verb !== undefined) return this.#attachment(method, id, verb, request);
        return this.#objects(this.#endpoints, method, id, request, (body) => this.#newEndpoint(body));
      case 'endpointstats':
        if (method === 'GET' && id !== undefined) return statsOf(existing(this.#endpoints, id));
        break;
      case 'policylists':
        return this.#objects(this.#policyLists, method, id, request, (body) => body);
      case 'namespaces':
        if (id !== undefined && verb !== undefined) return this.#resource(method, id, verb, request);
        return this.#objects(this.#namespaces, method, id, request, (body) => ({ ...body, ResourceList: [] }));
      default:
    }
    return refuse('The request is not supported. ');
  }

  #objects(
    objects: Shelf,
    method: string,
    id: string | undefined,
    request: string,
    make: (body: Json) => Json,
    onDelete: (object: Json) => void = () => undefined,
  ): unknown {
    if (method === 'GET') return id === undefined ? [...objects.values()] : existing(objects, id);
    if (method === 'DELETE' && id !== undefined) {
      const doomed = existing(objects, id);
      onDelete(doomed);
      objects.delete(key(id));
      return undefined;
    }
    if (method !== 'POST') return refuse('The request is not supported. ');
    const body = parseBody(request);
    if (id !== undefined) return Object.assign(existing(objects, id), body, { ID: existing(objects, id)['ID'] });
    const made: Json = { ID: randomUUID(), ...make(body) };
    objects.set(key(String(made['ID'])), made);
    return made;
  }

  #newNetwork(body: Json): Json {
    const name = body['Name'];
    if ([...this.#networks.values()].some((network) => network['Name'] === name))
      return refuse('An object with this name already exists. ');
    if (!subnetsOf(body).every(isSubnet)) return refuse(INCORRECT);
    return { Type: 'nat', ...body };
  }

  #newEndpoint(body: Json): Json {
    const wanted = body['VirtualNetwork'];
    const byName = body['VirtualNetworkName'];
    const network = [...this.#networks.values()].find((candidate) =>
      typeof wanted === 'string' ? key(String(candidate['ID'])) === key(wanted) : candidate['Name'] === byName,
    );
    if (network === undefined) return refuse('Element not found. ');
    if (!isAddress(body['IPAddress']) || !isMac(body['MacAddress'])) return refuse(INCORRECT);
    const taken = [...this.#endpoints.values()].map((endpoint) => String(endpoint['IPAddress']));
    const address = addressFor(subnetsOf(network)[0], taken);
    return {
      ...address,
      ...body,
      VirtualNetwork: network['ID'],
      VirtualNetworkName: network['Name'],
      State: CREATED,
      SharedContainers: [],
    };
  }

  #attachment(method: string, id: string, verb: string, request: string): unknown {
    const endpoint = existing(this.#endpoints, id);
    if (method !== 'POST') return refuse('The request is not supported. ');
    if (verb.toLowerCase() === 'attach') {
      const container = parseBody(request)['ContainerId'];
      const shared = typeof container === 'string' && container !== '' ? [container] : [];
      Object.assign(endpoint, { State: ATTACHED, SharedContainers: shared });
    } else if (verb.toLowerCase() === 'detach') Object.assign(endpoint, { State: DETACHED, SharedContainers: [] });
    else return refuse('The request is not supported. ');
    return undefined;
  }

  #resource(method: string, id: string, verb: string, request: string): unknown {
    const namespace = existing(this.#namespaces, id);
    if (method !== 'POST') return refuse('The request is not supported. ');
    const resources = (namespace['ResourceList'] as readonly unknown[] | undefined) ?? [];
    const text = JSON.stringify(parseBody(request));
    const others = resources.filter((resource) => JSON.stringify(resource) !== text);
    if (verb.toLowerCase() === 'addresource') namespace['ResourceList'] = [...others, JSON.parse(text)];
    else if (verb.toLowerCase() === 'removeresource') namespace['ResourceList'] = others;
    else return refuse('The request is not supported. ');
    return undefined;
  }

  #save(): void {
    try {
      writeJson(this.file, {
        networks: [...this.#networks.values()],
        endpoints: [...this.#endpoints.values()],
        policyLists: [...this.#policyLists.values()],
        namespaces: [...this.#namespaces.values()],
      });
    } catch (e) {
      this.log(`${this.file}: ${e instanceof Error ? e.message : String(e)}`);
    }
  }
}

const INCORRECT = 'The parameter is incorrect. ';

const subnetsOf = (network: Json): readonly Subnet[] =>
  Array.isArray(network['Subnets']) ? (network['Subnets'] as readonly Subnet[]) : [];

/** Ids come with or without braces, in any case. */
const key = (id: string): string => id.replace(/[{}]/g, '').toUpperCase();

const shelf = (objects: readonly Json[]): Shelf =>
  new Map(objects.map((object) => [key(String(object['ID'])), object]));

function existing(objects: Shelf, id: string): Json {
  return objects.get(key(id)) ?? refuse('Element not found. ');
}

function sharedOf(endpoint: Json): readonly unknown[] {
  return Array.isArray(endpoint['SharedContainers']) ? endpoint['SharedContainers'] : [];
}

/** Windows hosts with containers have a network named nat. */
function defaultNetwork(): Json {
  return {
    ID: randomUUID(),
    Name: 'nat',
    Type: 'nat',
    Subnets: [{ AddressPrefix: '172.28.16.0/20', GatewayAddress: '172.28.16.1' }],
  };
}

function statsOf(endpoint: Json): Json {
  return {
    BytesReceived: 0,
    BytesSent: 0,
    PacketsReceived: 0,
    PacketsSent: 0,
    DroppedPacketsIncoming: 0,
    DroppedPacketsOutgoing: 0,
    EndpointId: endpoint['ID'],
    InstanceId: endpoint['ID'],
  };
}
