import * as t from 'io-ts';
import { isLeft } from 'fp-ts/lib/Either.js';
import { HcsFailure } from '../failure.js';
import { INVALID_JSON } from '../hresult.js';

const integer = (name: string, least: number, most: number): t.Type<number> =>
  new t.Type<number>(
    name,
    (u): u is number => typeof u === 'number' && Number.isInteger(u) && u >= least && u <= most,
    (u, c) =>
      typeof u === 'number' && Number.isInteger(u) && u >= least && u <= most ? t.success(u) : t.failure(u, c),
    t.identity,
  );

export const u16 = integer('uint16', 0, 0xffff);
export const u32 = integer('uint32', 0, 0xffffffff);
/** Above 2^53 a number is only near its text: enough for a range check. */
export const u64 = integer('uint64', 0, 2 ** 64);
export const i64 = integer('int64', -(2 ** 63), 2 ** 63);

/** An object with these fields and no others: HCS refuses fields that it does not know (0xC037010D). */
export function closed<R extends t.Props, O extends t.Props>(
  name: string,
  required: R,
  optional: O,
): t.Type<t.TypeOfProps<R> & t.TypeOfPartialProps<O>> {
  type A = t.TypeOfProps<R> & t.TypeOfPartialProps<O>;
  const fields = new Map<string, t.Mixed>([...Object.entries(required), ...Object.entries(optional)]);
  const validate = (u: unknown, context: t.Context): t.Validation<A> => {
    if (typeof u !== 'object' || u === null || Array.isArray(u)) return t.failure(u, context, 'expected an object');
    const errors: t.ValidationError[] = [];
    const decoded: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(u)) {
      const codec = fields.get(key);
      const at = t.appendContext(context, key, codec ?? t.never, value);
      if (codec === undefined) errors.push({ value, context: at, message: 'no such field' });
      else {
        const checked = codec.validate(value, at);
        if (isLeft(checked)) errors.push(...checked.left);
        else decoded[key] = checked.right;
      }
    }
    for (const [key, codec] of Object.entries(required)) {
      if (!Object.hasOwn(u, key))
        errors.push({ value: undefined, context: t.appendContext(context, key, codec), message: 'missing' });
    }
    return errors.length === 0 ? t.success(decoded as A) : t.failures(errors);
  };
  return new t.Type<A>(name, (u): u is A => !isLeft(validate(u, [])), validate, t.identity);
}

/** `Layers[0].Path: expected string`. Values are left out: they may be secret. */
function describe(error: t.ValidationError): string {
  let path = '';
  error.context.forEach((entry, i) => {
    const parent = error.context[i - 1]?.type as { readonly _tag?: string } | undefined;
    // The members of a union are steps named 0, 1, ... in io-ts: no fields.
    if (entry.key === '' || parent?._tag === 'UnionType' || parent?._tag === 'IntersectionType') return;
    if (/^\d+$/.test(entry.key)) path += `[${entry.key}]`;
    else path += path === '' ? entry.key : `.${entry.key}`;
  });
  const last = error.context[error.context.length - 1];
  return `${path === '' ? 'document' : path}: ${error.message ?? `expected ${last?.type.name ?? 'something else'}`}`;
}

/** Decodes a document of HCS; an HcsFailure 0xC037010D naming the first field that is wrong. Null and "" are `{}`. */
export function decodeDocument<A>(codec: t.Type<A>, text: string | null): A {
  let value: unknown;
  try {
    value = text === null || text === '' ? {} : JSON.parse(text);
  } catch {
    throw new HcsFailure(INVALID_JSON, `${codec.name}: not JSON`);
  }
  const decoded = codec.decode(value);
  if (isLeft(decoded)) {
    const first = decoded.left[0];
    throw new HcsFailure(INVALID_JSON, `${codec.name}: ${first === undefined ? 'not valid' : describe(first)}`);
  }
  return decoded.right;
}
