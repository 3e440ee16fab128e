/**
 * A decoded spec holds Maps where Go has maps (annotations, sysctls); on the wire they are objects. Own members only: a key
 * called `__proto__` stays a key.
 */
export function plainSpec(spec: object): Record<string, unknown> {
  return plain(spec) as Record<string, unknown>;
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  const entries: Iterable<[string, unknown]> =
    value instanceof Map ? (value as Map<string, unknown>).entries() : Object.entries(value);
  return Object.fromEntries(Array.from(entries, ([key, item]) => [key, plain(item)]));
}
