/** HNS refuses with `Success: false` and a text, not with an HRESULT. */
export class HnsRefusal extends Error {}

export function refuse(text: string): never {
  throw new HnsRefusal(text);
}

export function parseBody(request: string): Record<string, unknown> {
  if (request === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(request);
  } catch {
    return refuse('Invalid JSON document string. ');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('Invalid JSON document string. ');
  return value as Record<string, unknown>;
}
