/** Networks and endpoints by what people call them. */
import type { HnsEndpoint, HnsNetwork } from './documents.js';
import { hnsKey } from './hns.js';

/** By id, with or without braces, else by name; case does not count. */
function find<T extends { readonly ID?: string | undefined; readonly Name?: string | undefined }>(
  items: readonly T[],
  name: string,
): T | undefined {
  const byId = items.find(({ ID }) => ID !== undefined && hnsKey(ID) === hnsKey(name));
  return byId ?? items.find(({ Name }) => Name?.toLowerCase() === name.toLowerCase());
}

export const findNetwork = (networks: readonly HnsNetwork[], name: string): HnsNetwork | undefined =>
  find(networks, name);
export const findEndpoint = (endpoints: readonly HnsEndpoint[], name: string): HnsEndpoint | undefined =>
  find(endpoints, name);
