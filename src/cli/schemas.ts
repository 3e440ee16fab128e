import type * as t from 'io-ts';
import { SchemaWriter, type JsonSchema } from '../rpc/jsonSchema.js';
import { schemaOf } from './output/render.js';
import { BODIES, ErrorBody, LINES } from './schema/documents.js';

export interface NamedSchema {
  readonly noun: string;
  readonly schema: JsonSchema;
}

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

function withHead(head: Readonly<Record<string, JsonSchema>>, noun: string, body: t.Mixed): JsonSchema {
  const writer = new SchemaWriter();
  const schema = writer.of(body);
  return {
    $schema: DRAFT,
    $id: schemaOf(noun),
    allOf: [{ type: 'object', properties: head, required: Object.keys(head) }, schema],
    ...(writer.definitions.size === 0 ? {} : { $defs: Object.fromEntries(writer.definitions) }),
  };
}

const withEnvelope = (noun: string, ok: boolean | undefined, body: t.Mixed): JsonSchema =>
  withHead(
    { schema: { const: schemaOf(noun) }, ok: ok === undefined ? { type: 'boolean' } : { const: ok } },
    noun,
    body,
  );

/** JSON Schemas of all documents, by noun. */
export const schemas = (): readonly NamedSchema[] => [
  ...Object.entries(BODIES).map(([noun, body]) => ({
    noun,
    // A check that failed is an answer all the same.
    schema: withEnvelope(noun, noun === 'doctor' ? undefined : true, body),
  })),
  { noun: 'error', schema: withEnvelope('error', false, ErrorBody) },
  ...Object.entries(LINES).map(([noun, line]) => ({
    noun,
    schema: withHead({ schema: { const: schemaOf(noun) } }, noun, line),
  })),
];
