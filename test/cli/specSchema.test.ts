/** The JSON Schema of a spec says what the decoder says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import test from 'ava';
import { describedPaths, specSchema } from '#src/cli/schema/specSchema.js';
import { decodeSpec } from '#src/core/documents/spec.js';
import { cli, ROOT } from '../helpers/cli.js';

const validate = new Ajv2020.default({ strict: false }).compile(specSchema());
const golden = JSON.parse(readFileSync(join(ROOT, 'test/golden/cases.json'), 'utf8')) as readonly {
  readonly name: string;
  readonly spec?: object;
}[];

const decodes = (spec: unknown): boolean => {
  try {
    decodeSpec(spec);
    return true;
  } catch {
    return false;
  }
};

test('each golden spec that the decoder takes is valid', (t) => {
  let seen = 0;
  for (const { name, spec } of golden) {
    if (spec === undefined || !decodes(spec)) continue;
    // Null is absent to Go, which a schema for people who write specs need not offer.
    const text = JSON.stringify({ ociVersion: '1.0.2', ...spec }, (_, value: unknown) => value ?? undefined);
    t.true(validate(JSON.parse(text)), `${name}: ${JSON.stringify(validate.errors)}`);
    seen++;
  }
  t.true(seen > 20, `${seen} specs`);
});

test('what has the wrong type or is out of range is invalid, as for the decoder', (t) => {
  const wrong = [
    { process: { cwd: 5 } },
    { process: { args: 'cmd' } },
    { windows: { layerFolders: [1] } },
    { windows: { resources: { cpu: { shares: 65536 } } } },
    { windows: { resources: { memory: { limit: -1 } } } },
    { annotations: { a: 1 } },
    { mounts: [{ destination: true }] },
  ];
  for (const part of wrong) {
    const spec = { ociVersion: '1.0.2', ...part };
    t.false(validate(spec), JSON.stringify(part));
    t.false(decodes(spec), JSON.stringify(part));
  }
});

test('every text describes a member that there is', (t) => {
  for (const path of describedPaths()) {
    let schema: unknown = specSchema();
    for (const name of path.split('.').filter((part) => part !== '')) {
      const inList = name.endsWith('[]');
      schema = (schema as { properties?: Record<string, unknown> }).properties?.[inList ? name.slice(0, -2) : name];
      if (inList) schema = (schema as { items?: unknown } | undefined)?.items;
    }
    t.truthy(schema, path);
  }
});

test('hcs schema spec prints it', async (t) => {
  const ran = await cli(t, ['schema', 'spec', '--json']);
  t.is(ran.status, 0);
  const { schemas } = JSON.parse(ran.stdout) as { schemas: readonly { noun: string; schema: object }[] };
  t.is(schemas[0]?.noun, 'spec');
  t.deepEqual(schemas[0]?.schema, JSON.parse(JSON.stringify(specSchema())));
});
