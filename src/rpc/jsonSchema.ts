/** io-ts codecs as JSON Schema (2020-12). Codecs with a name of their own become definitions. */
import type * as t from 'io-ts';
import { IntegerType } from './protocol/define.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What io-ts's combinators keep of their parts, by tag. */
type Tagged =
  | { readonly _tag: 'StringType' | 'NumberType' | 'BooleanType' | 'NullType' | 'UnknownType' | 'AnyDictionaryType' }
  | { readonly _tag: 'LiteralType'; readonly value: unknown }
  | { readonly _tag: 'KeyofType'; readonly keys: Readonly<Record<string, unknown>> }
  | { readonly _tag: 'ArrayType' | 'ReadonlyArrayType' | 'ExactType' | 'RefinementType'; readonly type: t.Mixed }
  | { readonly _tag: 'DictionaryType'; readonly codomain: t.Mixed }
  | { readonly _tag: 'InterfaceType' | 'PartialType'; readonly props: Readonly<Record<string, t.Mixed>> }
  | { readonly _tag: 'UnionType' | 'IntersectionType'; readonly types: readonly t.Mixed[] };

/** Gathers definitions while schemas are made; `prefix` is where they will be found. */
export class SchemaWriter {
  readonly definitions = new Map<string, JsonSchema>();

  constructor(private readonly prefix = '#/$defs/') {}

  /** The schema of a codec, or a reference to its definition. */
  of(codec: t.Mixed): JsonSchema {
    const { name } = codec;
    if (!/^[A-Z][A-Za-z0-9]+$/.test(name) || name === 'UnknownRecord') return this.inline(codec);
    if (!this.definitions.has(name)) {
      this.definitions.set(name, {});
      this.definitions.set(name, this.inline(codec));
    }
    return { $ref: `${this.prefix}${name}` };
  }

  /** The schema of a codec itself, its own name aside. */
  inline(codec: t.Mixed): JsonSchema {
    if (codec instanceof IntegerType) return { type: 'integer', minimum: codec.minimum, maximum: codec.maximum };
    const tagged = codec as unknown as Tagged;
    switch (tagged._tag) {
      case 'StringType':
        return { type: 'string' };
      case 'NumberType':
        return { type: 'number' };
      case 'BooleanType':
        return { type: 'boolean' };
      case 'NullType':
        return { type: 'null' };
      case 'AnyDictionaryType':
        return { type: 'object' };
      case 'LiteralType':
        return { const: tagged.value };
      case 'KeyofType':
        return { enum: Object.keys(tagged.keys) };
      case 'ArrayType':
      case 'ReadonlyArrayType':
        return { type: 'array', items: this.of(tagged.type) };
      case 'DictionaryType':
        return { type: 'object', additionalProperties: this.of(tagged.codomain) };
      case 'ExactType':
      case 'RefinementType':
        return this.of(tagged.type);
      case 'InterfaceType':
        return this.object(
          tagged.props,
          Object.keys(tagged.props).filter((key) => !isUnknown(tagged.props[key])),
        );
      case 'PartialType':
        return this.object(tagged.props, []);
      case 'UnionType':
        return { anyOf: tagged.types.map((type) => this.of(type)) };
      case 'IntersectionType':
        return this.merged(tagged.types);
      case 'UnknownType':
        return {};
      default:
        throw new TypeError(`no JSON Schema for codec ${codec.name}`);
    }
  }

  private object(props: Readonly<Record<string, t.Mixed>>, required: readonly string[]): JsonSchema {
    const properties = Object.fromEntries(Object.entries(props).map(([key, type]) => [key, this.of(type)]));
    return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
  }

  /** Objects become one object, in which the last of several properties of a name holds; what is no plain object stays beside it. */
  private merged(types: readonly t.Mixed[]): JsonSchema {
    const parts = types.map((type) => this.inline(type));
    const objects = parts.filter((part) => part['type'] === 'object' && part['properties'] !== undefined);
    const others = types.filter((_, i) => !objects.includes(parts[i] ?? {}));
    const required = [...new Set(objects.flatMap((part) => (part['required'] as string[] | undefined) ?? []))];
    const object: JsonSchema = {
      type: 'object',
      properties: Object.assign({}, ...objects.map((part) => part['properties'])) as unknown,
      ...(required.length === 0 ? {} : { required }),
    };
    if (others.length === 0) return object;
    const rest = others.map((type) => this.of(type));
    return { allOf: objects.length === 0 ? rest : [object, ...rest] };
  }
}

const isUnknown = (codec: t.Mixed | undefined): boolean =>
  (codec as { readonly _tag?: string } | undefined)?._tag === 'UnknownType';
