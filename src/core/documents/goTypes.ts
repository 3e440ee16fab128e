/**
 * io-ts codecs with the rules of Go's encoding/json: what moby's specs-go types accept, we accept, and what they refuse we refuse
 * with a path. Decoding: null is absent, unknown members are ignored, names match exactly or case-insensitively, the last of two
 * members for one field counts, integers keep all 64 bits and are refused out of range. Encoding: declared order and `omitempty`,
 * as {@link GoJson} for the writer.
 * In decoded values a field that is absent or null is absent; Go's zero value stands for it.
 */
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { omitEmpty, type GoJson } from '../json/goJson.js';
import { plainNumber } from '../json/lossless.js';

/** What a type is made of, for those who describe it (the JSON Schema of a spec). */
export type GoShape =
  | { readonly kind: 'string' | 'boolean' | 'any' }
  | { readonly kind: 'integer'; readonly min: bigint; readonly max: bigint }
  | { readonly kind: 'list' | 'map'; readonly item: GoShape }
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, GoShape> };

/** A codec that knows what Go writes for the zero value of its type. */
export class GoType<A> extends t.Type<A, GoJson> {
  constructor(
    name: string,
    is: (u: unknown) => u is A,
    validate: t.Validate<unknown, A>,
    encode: (a: A) => GoJson,
    readonly zero: () => GoJson,
    /** What a null element of a list becomes: the zero value, as in Go. */
    readonly fromNull: () => A,
    readonly shape: GoShape,
  ) {
    super(name, is, validate, encode);
  }
}

export type TypeOf<C> = C extends GoType<infer A> ? A : never;

const LONE_SURROGATE = /[\ud800-\udfff]/gu;

/** Half a surrogate pair becomes U+FFFD, as Go's decoder has it. */
export const string = new GoType<string>(
  'string',
  (u): u is string => typeof u === 'string',
  (u, c) => (typeof u === 'string' ? t.success(u.replace(LONE_SURROGATE, '\ufffd')) : t.failure(u, c)),
  (a) => a,
  () => '',
  () => '',
  { kind: 'string' },
);

export const bool = new GoType<boolean>(
  'boolean',
  (u): u is boolean => typeof u === 'boolean',
  (u, c) => (typeof u === 'boolean' ? t.success(u) : t.failure(u, c)),
  (a) => a,
  () => false,
  () => false,
  { kind: 'boolean' },
);

/** A number where it is exact, else a bigint. */
export type Integer = number | bigint;

function integer(name: string, min: bigint, max: bigint): GoType<Integer> {
  const read = (u: unknown): Integer | undefined => {
    if (typeof u === 'number' && !Number.isSafeInteger(u)) return undefined;
    if (typeof u !== 'number' && typeof u !== 'bigint') return undefined;
    const value = BigInt(u);
    return value >= min && value <= max ? plainNumber(value) : undefined;
  };
  return new GoType<Integer>(
    name,
    (u): u is Integer => read(u) !== undefined,
    (u, c) => {
      const value = read(u);
      return value === undefined ? t.failure(u, c) : t.success(value);
    },
    (a) => a,
    () => 0,
    () => 0,
    { kind: 'integer', min, max },
  );
}

export const uint16 = integer('integer from 0 to 65535', 0n, 0xffffn);
export const uint32 = integer('integer from 0 to 4294967295', 0n, 0xffffffffn);
export const uint64 = integer('integer from 0 to 18446744073709551615', 0n, 2n ** 64n - 1n);
export const int64 = integer('integer from -9223372036854775808 to 9223372036854775807', -(2n ** 63n), 2n ** 63n - 1n);

/** A Go slice. Absent is nil, which is written as `null` where the field has no `omitempty`. */
export function list<A>(item: GoType<A>): GoType<readonly A[]> {
  return new GoType<readonly A[]>(
    `list of ${item.name}`,
    (u): u is readonly A[] => Array.isArray(u) && u.every(item.is),
    (u, c) => {
      if (!Array.isArray(u)) return t.failure(u, c);
      return collect(
        u.map((value: unknown, i) =>
          value === null
            ? t.success(item.fromNull())
            : item.validate(value, t.appendContext(c, String(i), item, value)),
        ),
      );
    },
    (a) => a.map((value) => item.encode(value)),
    () => null,
    () => [],
    { kind: 'list', item: item.shape },
  );
}

/** A Go map with string keys, as a Map: user-chosen keys never meet an object's prototype. */
export function map<A>(item: GoType<A>): GoType<ReadonlyMap<string, A>> {
  return new GoType<ReadonlyMap<string, A>>(
    `object of ${item.name}`,
    (u): u is ReadonlyMap<string, A> => u instanceof Map,
    (u, c) => {
      const members = membersOf(u);
      if (members === undefined) return t.failure(u, c);
      const values = members.map(([key, value]) =>
        value === null ? t.success(item.fromNull()) : item.validate(value, t.appendContext(c, key, item, value)),
      );
      const keys = members.map(([key]) => key.replace(LONE_SURROGATE, '\ufffd'));
      return E.map((all: readonly A[]) => new Map(all.map((value, i) => [keys[i] ?? '', value])))(collect(values));
    },
    (a) => new Map([...a].map(([key, value]) => [key, item.encode(value)])),
    () => null,
    () => new Map(),
    { kind: 'map', item: item.shape },
  );
}

/** Go's interface{}: any JSON value. Numbers become float64 and object members are sorted when it is written, as in Go. */
export const any = new GoType<unknown>(
  'any JSON value',
  (u): u is unknown => u !== undefined,
  (u) => t.success(u),
  (a) => anyJson(a),
  () => null,
  () => null,
  { kind: 'any' },
);

function anyJson(value: unknown): GoJson {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return value.replace(LONE_SURROGATE, '\ufffd');
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(anyJson);
  const members = membersOf(value);
  return members === undefined ? null : new Map(members.map(([key, item]) => [key, anyJson(item)]));
}

/** Members of a JSON object, or of a Map that stands for one; undefined for anything else. */
function membersOf(u: unknown): [string, unknown][] | undefined {
  if (u instanceof Map) return [...(u as ReadonlyMap<string, unknown>)];
  return typeof u === 'object' && u !== null && !Array.isArray(u) ? Object.entries(u) : undefined;
}

function collect<A>(results: readonly t.Validation<A>[]): t.Validation<readonly A[]> {
  const errors: t.ValidationError[] = [];
  const values: A[] = [];
  for (const result of results) {
    if (E.isLeft(result)) errors.push(...result.left);
    else values.push(result.right);
  }
  return errors.length > 0 ? t.failures(errors) : t.success(values);
}

/** How a field is written: `always`; `omitempty` drops the zero value; `pointer` drops it only when absent. */
export interface GoField<A> {
  readonly codec: GoType<A>;
  readonly presence: 'always' | 'omitempty' | 'pointer';
}
export const always = <A>(codec: GoType<A>): GoField<A> => ({ codec, presence: 'always' });
export const omit = <A>(codec: GoType<A>): GoField<A> => ({ codec, presence: 'omitempty' });
export const pointer = <A>(codec: GoType<A>): GoField<A> => ({ codec, presence: 'pointer' });

type Fields = Readonly<Record<string, GoField<never>>>;
type StructOf<F> = { readonly [K in keyof F]?: F[K] extends GoField<infer A> ? A | undefined : never };

/** A Go struct: `fields` in declaration order under their JSON names. */
export function struct<F extends Readonly<Record<string, unknown>>>(fields: F): GoType<StructOf<F>> {
  const declared = new Map(Object.entries(fields as unknown as Fields));
  const folded = new Map([...declared.keys()].map((key) => [fold(key), key]));
  const fieldOf = (key: string): string | undefined => (declared.has(key) ? key : folded.get(fold(key)));

  return new GoType<StructOf<F>>(
    'object',
    (u): u is StructOf<F> => membersOf(u) !== undefined,
    (u, c) => {
      const members = membersOf(u);
      if (members === undefined) return t.failure(u, c);
      // Last one counts, as in Go; its spelling goes into the path.
      const given = new Map<string, { readonly key: string; readonly value: unknown }>();
      for (const [key, value] of members) {
        const field = fieldOf(key);
        if (field !== undefined && !(value === null && keepsOnNull(declared.get(field))))
          given.set(field, { key, value });
      }
      const results = [...declared].flatMap(([field, { codec }]) => {
        const member = given.get(field);
        if (member === undefined || member.value === null || member.value === undefined) return [];
        const context = t.appendContext(c, member.key, codec, member.value);
        return [E.map((value: unknown) => [field, value] as const)(codec.validate(member.value, context))];
      });
      return E.map((all: readonly (readonly [string, unknown])[]) => Object.fromEntries(all) as StructOf<F>)(
        collect(results),
      );
    },
    (a) => Object.fromEntries([...declared].map(([field, how]) => [field, encodeField(how, a[field])])),
    () => Object.fromEntries([...declared].map(([field, how]) => [field, encodeField(how, undefined)])),
    () => ({}),
    { kind: 'struct', fields: new Map([...declared].map(([field, { codec }]) => [field, codec.shape])) },
  );
}

/** In Go, null empties a pointer, slice, map or interface, and leaves anything else as an earlier member has set it. */
const keepsOnNull = (field: GoField<never> | undefined): boolean =>
  field !== undefined && field.presence !== 'pointer' && field.codec.zero() !== null;

function encodeField({ codec, presence }: GoField<never>, value: unknown): GoJson | undefined {
  if (value === undefined || value === null) return presence === 'always' ? codec.zero() : undefined;
  const encoded = (codec as unknown as GoType<unknown>).encode(value);
  return presence === 'omitempty' ? omitEmpty(encoded) : encoded;
}

/** Go folds these two letters to ASCII ones when it compares names. */
const fold = (name: string): string =>
  name
    .replace(/\u017f/g, 's')
    .replace(/\u212a/g, 'k')
    .toLowerCase();
