import { schemaOf } from './output/render.js';
import { BODIES, ErrorBody, EventLine } from './schema/documents.js';
import { jsonSchema, type JsonSchema } from './schema/jsonSchema.js';

export interface NamedSchema {
  readonly noun: string;
  readonly schema: JsonSchema;
}

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

function withEnvelope(noun: string, ok: boolean | undefined, body: JsonSchema): JsonSchema {
  const head = { schema: { const: schemaOf(noun) }, ok: ok === undefined ? { type: 'boolean' } : { const: ok } };
  const envelope = { type: 'object', properties: head, required: ['schema', 'ok'] };
  return { $schema: DRAFT, $id: schemaOf(noun), allOf: [envelope, body] };
}

/** JSON Schemas of all documents, by noun. */
export const schemas = (): readonly NamedSchema[] => [
  ...Object.entries(BODIES).map(([noun, body]) => ({
    noun,
    // A check that failed is an answer all the same.
    schema: withEnvelope(noun, noun === 'doctor' ? undefined : true, jsonSchema(body)),
  })),
  { noun: 'error', schema: withEnvelope('error', false, jsonSchema(ErrorBody)) },
  { noun: 'event', schema: { $schema: DRAFT, $id: schemaOf('event'), ...jsonSchema(EventLine) } },
];
