import { schemaOf } from './output/render.js';
import { BODIES, ErrorBody, LINES } from './schema/documents.js';
import { jsonSchema, type JsonSchema } from './schema/jsonSchema.js';

export interface NamedSchema {
  readonly noun: string;
  readonly schema: JsonSchema;
}

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

const withHead = (head: Readonly<Record<string, JsonSchema>>, noun: string, body: JsonSchema): JsonSchema => ({
  $schema: DRAFT,
  $id: schemaOf(noun),
  allOf: [{ type: 'object', properties: head, required: Object.keys(head) }, body],
});

const withEnvelope = (noun: string, ok: boolean | undefined, body: JsonSchema): JsonSchema =>
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
    schema: withEnvelope(noun, noun === 'doctor' ? undefined : true, jsonSchema(body)),
  })),
  { noun: 'error', schema: withEnvelope('error', false, jsonSchema(ErrorBody)) },
  ...Object.entries(LINES).map(([noun, line]) => ({
    noun,
    schema: withHead({ schema: { const: schemaOf(noun) } }, noun, jsonSchema(line)),
  })),
];
