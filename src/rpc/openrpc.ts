/** `rpc.discover`: the protocol's table as an OpenRPC 1.3.2 document. */
import type * as t from 'io-ts';
import { ErrorDocument } from '../core/errorDocument.js';
import { ERROR_TABLE } from '../core/errors.js';
import { SchemaWriter, type JsonSchema } from './jsonSchema.js';
import { isMethod, methodEntries, notificationEntries, type RequestDefinition } from './protocol.js';

/** One entry of the document's `methods`. Notifications have no `result`; `x-from` says who sends them. */
export function openRpcDocument(version: string): Record<string, unknown> {
  const schemas = new SchemaWriter('#/components/schemas/');
  const errors = Object.entries(ERROR_TABLE).map(([code, { rpc }]) => ({
    code: rpc,
    message: code,
    data: schemas.of(ErrorDocument),
  }));
  const methods = [
    ...methodEntries().map(([name, definition]) => method(name, definition, schemas)),
    ...notificationEntries()
      .filter(([name]) => !isMethod(name))
      .map(([name, { summary, params, from }]) => ({
        name,
        summary,
        paramStructure: 'by-name',
        params: parameters(params, schemas),
        'x-notification': true,
        'x-from': from,
      })),
  ];
  return {
    openrpc: '1.3.2',
    info: { title: 'hostcompute', version },
    methods: methods.map((entry) => ('result' in entry ? { ...entry, errors: errorRefs(errors) } : entry)),
    components: {
      errors: Object.fromEntries(errors.map((error) => [error.message, error])),
      schemas: Object.fromEntries(schemas.definitions),
    },
  };
}

function method(name: string, definition: RequestDefinition, schemas: SchemaWriter): Record<string, unknown> {
  const { summary, params, result, cli, unanswered } = definition;
  return {
    name,
    summary,
    paramStructure: 'by-name',
    params: parameters(params, schemas),
    result: { name: 'result', schema: schemas.of(result) },
    ...(cli === null ? {} : { 'x-cli': `hcs ${cli}` }),
    // Also sent without an id, then by either side.
    ...(unanswered ? { 'x-notification-too': true } : {}),
  };
}

/** The members of a params object, as OpenRPC lists them: required ones first. */
export function parameters(
  codec: t.Mixed,
  schemas: SchemaWriter,
): { name: string; required: boolean; schema: JsonSchema }[] {
  const schema = schemas.inline(codec);
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const required = new Set((schema['required'] as readonly string[] | undefined) ?? []);
  return Object.entries(properties)
    .map(([name, member]) => ({ name, required: required.has(name), schema: member }))
    .sort((a, b) => Number(b.required) - Number(a.required));
}

const errorRefs = (errors: readonly { readonly message: string }[]): { $ref: string }[] =>
  errors.map(({ message }) => ({ $ref: `#/components/errors/${message}` }));
