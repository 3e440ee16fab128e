/** io-ts codecs as JSON Schema (draft 2020-12). Knows the combinators that our documents are made of. */
import type * as t from 'io-ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

interface Tagged {
  readonly _tag?: string;
  readonly types?: readonly t.Mixed[];
  readonly type?: t.Mixed;
  readonly props?: Readonly<Record<string, t.Mixed>>;
  readonly keys?: Readonly<Record<string, unknown>>;
  readonly value?: unknown;
}

function object(props: Readonly<Record<string, t.Mixed>>, required: boolean): JsonSchema {
  const properties = Object.fromEntries(Object.entries(props).map(([name, codec]) => [name, jsonSchema(codec)]));
  return { type: 'object', properties, ...(required ? { required: Object.keys(props) } : {}) };
}

/** Objects that stand together are one object with the members of all. */
function merge(schemas: readonly JsonSchema[]): JsonSchema {
  if (!schemas.every((schema) => schema['type'] === 'object')) return { allOf: schemas };
  const required = schemas.flatMap((schema) => (schema['required'] as readonly string[] | undefined) ?? []);
  return {
    type: 'object',
    properties: Object.assign({}, ...schemas.map((schema) => schema['properties'])) as JsonSchema,
    ...(required.length > 0 ? { required } : {}),
  };
}

/** Throws for a codec that it does not know: every document must be describable. */
export function jsonSchema(codec: t.Mixed): JsonSchema {
  const { _tag, types = [], type, props = {}, keys = {}, value } = codec as Tagged;
  switch (_tag) {
    case 'StringType':
      return { type: 'string' };
    case 'NumberType':
      return { type: 'number' };
    case 'BooleanType':
      return { type: 'boolean' };
    case 'NullType':
      return { type: 'null' };
    case 'UnknownType':
    case 'AnyDictionaryType':
      return {};
    case 'LiteralType':
      return { const: value };
    case 'KeyofType':
      return { enum: Object.keys(keys) };
    case 'ArrayType':
      return { type: 'array', items: type === undefined ? {} : jsonSchema(type) };
    case 'UnionType':
      return { anyOf: types.map(jsonSchema) };
    case 'IntersectionType':
      return merge(types.map(jsonSchema));
    case 'InterfaceType':
    case 'StrictType':
      return object(props, true);
    case 'PartialType':
      return object(props, false);
    case 'ExactType':
    case 'RefinementType':
      return type === undefined ? {} : jsonSchema(type);
    default:
      throw new TypeError(`no JSON Schema for codec ${codec.name}`);
  }
}
