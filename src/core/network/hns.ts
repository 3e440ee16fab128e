/** Calls to the Host Networking Service: method, path and document in, the envelope's output back (hcs-facts 7.5). */
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { RuntimeError } from '../errors.js';
import { hexOf, isAlreadyExists, isNotExist, symbolOf } from '../hresult.js';
import { parseJson } from '../json/lossless.js';
import type { HcsPort } from '../ports.js';
import { HnsEndpoint, HnsEnvelope, HnsNetwork } from './documents.js';
import { hnsJson } from './json.js';

type Method = 'GET' | 'POST' | 'DELETE';

/** Braces and case do not count in an id. */
export const hnsKey = (id: string): string => id.replace(/[{}]/g, '').toLowerCase();

export class Hns {
  constructor(
    private readonly hcs: Pick<HcsPort, 'call'>,
    /** Makes a native call and bounds the wait for it. */
    private readonly wait: <T>(operation: string, call: () => Promise<T>) => Promise<T>,
  ) {}

  async networks(): Promise<readonly HnsNetwork[]> {
    return listOf(HnsNetwork, await this.#call('GET', '/networks/'), '/networks/');
  }

  async endpoints(): Promise<readonly HnsEndpoint[]> {
    return listOf(HnsEndpoint, await this.#call('GET', '/endpoints/'), '/endpoints/');
  }

  async createNetwork(network: HnsNetwork): Promise<HnsNetwork> {
    return decoded(HnsNetwork, await this.#call('POST', '/networks/', network), '/networks/');
  }

  async createEndpoint(endpoint: HnsEndpoint): Promise<HnsEndpoint> {
    return decoded(HnsEndpoint, await this.#call('POST', '/endpoints/', endpoint), '/endpoints/');
  }

  deleteNetwork(id: string): Promise<void> {
    return this.#delete('networks', id, () => this.networks());
  }

  /** One that does not exist (any more) is deleted. */
  deleteEndpoint(id: string): Promise<void> {
    return this.#delete('endpoints', id, () => this.endpoints());
  }

  /** HNS refuses in the machine's language: whether the object is gone is asked, not read. */
  async #delete(noun: string, id: string, list: () => Promise<readonly { readonly ID?: string }[]>): Promise<void> {
    try {
      await this.#call('DELETE', `/${noun}/${hnsKey(id)}`);
    } catch (e) {
      if (!(await list()).some((item) => hnsKey(item.ID ?? '') === hnsKey(id))) return;
      throw e;
    }
  }

  /** The output; undefined when there is none. Rejects with hcsFailure that has HNS's text. */
  async #call(method: Method, path: string, body?: object): Promise<unknown> {
    const phase = `HNSCall ${method} ${path}`;
    const text = await this.wait(phase, () =>
      this.hcs.call('HNSCall', [method, path, body === undefined ? '' : hnsJson(body)]),
    );
    if (typeof text !== 'string' || text === '') return undefined;
    const { Success, Error: why = '', ErrorCode, Output } = decoded(HnsEnvelope, jsonOf(text, phase), path);
    if (Success) return Output ?? undefined;
    const hresult = ErrorCode === undefined ? undefined : ErrorCode >>> 0;
    const code =
      hresult === undefined
        ? 'hcsFailure'
        : isNotExist(hresult)
          ? 'notFound'
          : isAlreadyExists(hresult)
            ? 'alreadyExists'
            : 'hcsFailure';
    throw new RuntimeError(code, `the Host Networking Service refused ${method} ${path}: ${why.trim()}`, {
      phase,
      ...(hresult === undefined ? {} : { hresult: hexOf(hresult), symbol: symbolOf(hresult) }),
    });
  }
}

function jsonOf(text: string, phase: string): unknown {
  try {
    return parseJson(text, phase);
  } catch (e) {
    throw new RuntimeError('hcsFailure', `${phase}: the answer is no JSON`, { phase }, { cause: e });
  }
}

function decoded<A>(codec: t.Type<A, unknown>, value: unknown, path: string): A {
  const result = codec.decode(value);
  if (E.isRight(result)) return result.right;
  const where =
    result.left[0]?.context
      .map(({ key }) => key)
      .filter(Boolean)
      .join('.') ?? '';
  throw new RuntimeError(
    'hcsFailure',
    `the Host Networking Service answered ${path} with something unexpected: ${where}`,
    {
      phase: `HNSCall ${path}`,
    },
  );
}

/** HNS answers a list; one that is empty may be null. */
const listOf = <A>(codec: t.Type<A, unknown>, value: unknown, path: string): readonly A[] =>
  decoded(t.union([t.array(codec), t.null, t.undefined]), value, path) ?? [];
