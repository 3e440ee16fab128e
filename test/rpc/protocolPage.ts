/** docs/rpc.md from the protocol's table: docs.test.ts compares, and with HCS_UPDATE_DOCS=1 writes. */
import { ERROR_TABLE } from '#src/core/errors.js';
import { SchemaWriter, type JsonSchema } from '#src/rpc/jsonSchema.js';
import { parameters } from '#src/rpc/openrpc.js';
import { methodEntries, notificationEntries, PROTOCOL_VERSIONS, type RequestDefinition } from '#src/rpc/protocol.js';

/** The whole page, ending with a line feed; `intro` is the hand-written part that comes first. */
export function protocolPage(intro: string): string {
  const schemas = new SchemaWriter('#');
  const nouns = new Map<string, string[]>();
  for (const [name, definition] of methodEntries()) {
    const noun = name.includes('/') ? (name.split('/')[0] ?? name) : 'session';
    nouns.set(noun, [...(nouns.get(noun) ?? []), method(name, definition, schemas)]);
  }
  const notices = notificationEntries().map(([name, { summary, from, params }]) =>
    [
      `### ${name}`,
      '',
      `From ${from === 'both' ? 'both sides' : `the ${from}`}. ${summary}`,
      '',
      ...table(parameters(params, schemas)),
    ].join('\n'),
  );
  const sections = [...nouns].map(([noun, entries]) => [`## ${noun}`, '', entries.join('\n\n')].join('\n'));
  return `${[intro.trim(), errors(), ...sections, ['## Notifications', '', notices.join('\n\n')].join('\n'), definitions(schemas)].join('\n\n')}\n`;
}

/** Of every request; the introduction tells of them. */
const COMMON = new Set(['timeoutMs', 'workDoneToken']);

function method(name: string, definition: RequestDefinition, schemas: SchemaWriter): string {
  const { summary, params, result, cli, unanswered } = definition;
  const also = [cli === null ? '' : `As \`hcs ${cli}\`.`, unanswered ? 'May be sent as a notification.' : ''];
  return [
    `### ${name}`,
    '',
    [summary, ...also].filter((text) => text !== '').join(' '),
    '',
    ...table(parameters(params, schemas).filter((member) => name === 'container/stop' || !COMMON.has(member.name))),
    `Answer: ${type(schemas.of(result))}`,
  ].join('\n');
}

function table(members: readonly { name: string; required: boolean; schema: JsonSchema }[]): string[] {
  if (members.length === 0) return [];
  return [
    '| parameter | type | |',
    '| --- | --- | --- |',
    ...members.map(
      ({ name, required, schema }) =>
        `| ${name} | ${type(schema).replaceAll('|', '\\|')} | ${required ? 'required' : ''} |`,
    ),
    '',
  ];
}

function errors(): string {
  const rows = Object.entries(ERROR_TABLE).map(([code, { rpc }]) => `| ${code} | ${rpc} |`);
  return ['## Errors', '', '| `data.code` | `code` |', '| --- | --- |', ...rows].join('\n');
}

/** Shapes with a name, as far as they were referred to. */
function definitions(schemas: SchemaWriter): string {
  const entries = [...schemas.definitions]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, schema]) => `### ${name}\n\n${type(schema)}`);
  return [
    '## Shapes',
    '',
    `Protocol version ${PROTOCOL_VERSIONS.join(', ')}. Members with \`?\` may be absent.`,
    '',
    entries.join('\n\n'),
  ].join('\n');
}

/** A schema in one line, in the manner of TypeScript, each part in code marks of its own. */
const type = (schema: JsonSchema): string => (schema['$ref'] === undefined ? `\`${text(schema)}\`` : link(schema));

const link = (schema: JsonSchema): string => {
  const name = nameOf(schema);
  return `[${name}](#${name.toLowerCase()})`;
};

const nameOf = (schema: JsonSchema): string => String(schema['$ref']).slice(1);

function text(schema: JsonSchema): string {
  if (schema['$ref'] !== undefined) return nameOf(schema);
  if ('const' in schema) return JSON.stringify(schema['const']);
  const {
    enum: words,
    anyOf,
    allOf,
    items,
    properties,
    additionalProperties,
  } = schema as {
    readonly enum?: readonly string[];
    readonly anyOf?: readonly JsonSchema[];
    readonly allOf?: readonly JsonSchema[];
    readonly items?: JsonSchema;
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly additionalProperties?: JsonSchema;
  };
  if (words !== undefined) return words.map((word) => JSON.stringify(word)).join(' | ');
  if (anyOf !== undefined) return anyOf.map(text).join(' | ');
  if (allOf !== undefined) return allOf.map(text).join(' & ');
  if (items !== undefined) return `${bracketed(text(items))}[]`;
  if (additionalProperties !== undefined) return `{[name]: ${text(additionalProperties)}}`;
  if (properties !== undefined) return object(properties, (schema['required'] as readonly string[] | undefined) ?? []);
  return typeof schema['type'] === 'string' ? schema['type'] : 'any';
}

function object(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]): string {
  const members = Object.entries(properties).map(
    ([name, member]) => `${name}${required.includes(name) ? '' : '?'}: ${text(member)}`,
  );
  return `{${members.join(', ')}}`;
}

const bracketed = (of: string): string => (of.includes(' ') && !of.startsWith('{') ? `(${of})` : of);
