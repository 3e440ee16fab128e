/** The protocol only grows: the committed document is what clients were promised. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { openRpcDocument } from '#src/rpc/openrpc.js';
import { breaches, type OpenRpc } from './compatibility.js';

const FILE = fileURLToPath(new URL('../../../test/rpc/openrpc.snapshot.json', import.meta.url));
const now = openRpcDocument('snapshot') as unknown as OpenRpc;
const promised = JSON.parse(readFileSync(FILE, 'utf8')) as OpenRpc;

test('the protocol takes nothing back of what it has promised', (t) => {
  t.deepEqual(breaches(promised, now), []);
});

test('the committed document has what was added since', (t) => {
  if (process.env['HCS_UPDATE_DOCS'] === '1' && breaches(promised, now).length === 0) {
    writeFileSync(FILE, `${JSON.stringify(now, null, 1)}\n`);
  }
  t.deepEqual(
    JSON.parse(readFileSync(FILE, 'utf8')),
    JSON.parse(JSON.stringify(now)),
    'HCS_UPDATE_DOCS=1 npx ava build/test/rpc/compatibility.test.js writes it, when nothing was taken back',
  );
});

type Json = Record<string, unknown>;
type Mutant = readonly [place: string, document: OpenRpc];

/** The document once for each member of `holder` at a path, without it. */
function* without(path: readonly (string | number)[], keys: (holder: Json) => readonly string[]): Generator<Mutant> {
  const at = (document: unknown): Json => path.reduce((value, key) => (value as Json)[key] as never, document) as Json;
  for (const key of keys(at(promised))) {
    const copy = structuredClone(promised);
    const holder = at(copy);
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a mutation is what is wanted
    else delete holder[key];
    yield [[...path, key].join('.'), copy];
  }
}

/** Paths of all objects and arrays that are the value of `name`, in the part of the document at `path`. */
function* found(name: string, value: unknown, path: readonly (string | number)[] = []): Generator<(string | number)[]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    if (key === name && typeof member === 'object') yield here;
    yield* found(name, member, here);
  }
}

function* removals(): Generator<Mutant> {
  yield* without(['methods'], Object.keys);
  yield* without(['components', 'errors'], Object.keys);
  for (const [i] of promised.methods.entries()) yield* without(['methods', i, 'params'], Object.keys);
  for (const path of found('properties', promised)) yield* without(path, Object.keys);
  for (const path of found('enum', promised)) yield* without(path, Object.keys);
}

test('taking away any method, error, parameter, member or word is found', (t) => {
  let count = 0;
  for (const [place, mutant] of removals()) {
    count++;
    if (breaches(promised, mutant).length === 0) t.fail(`${place} is not missed`);
  }
  t.true(count > 500, `${count} mutants`);
});

test('a parameter that becomes required, whether old or new, is found', (t) => {
  for (const [i, { name, params, ...rest }] of promised.methods.entries()) {
    if (rest['x-from'] === 'host') continue;
    const news = [...params, { name: 'brandNew', required: false, schema: { type: 'string' } }];
    for (const [j, parameter] of news.entries()) {
      if (parameter.required) continue;
      const methods = promised.methods.slice();
      methods[i] = { name, ...rest, params: news.map((p, k) => (k === j ? { ...p, required: true } : p)) };
      const told = breaches(promised, { ...promised, methods });
      t.deepEqual(told, [`${name} ${parameter.name} is newly required`]);
    }
  }
});

test('an answer that no longer always has a member, and a type that changes, are found', (t) => {
  const summary = promised.components.schemas['ContainerSummary'] as { required: string[]; properties: Json };
  const as = (schema: object): OpenRpc => ({
    ...promised,
    components: {
      ...promised.components,
      schemas: { ...promised.components.schemas, ContainerSummary: { ...summary, ...schema } },
    },
  });
  t.regex(
    breaches(promised, as({ required: summary.required.filter((name) => name !== 'pid') }))[0] ?? '',
    /items\[\]\.pid is no longer always there/,
  );
  t.regex(
    breaches(promised, as({ properties: { ...summary.properties, pid: { type: 'string' } } }))[0] ?? '',
    /items\[\]\.pid is string, not number/,
  );
});

test('methods, optional parameters, members and words may be added', (t) => {
  const { methods, components } = structuredClone(promised) as unknown as {
    methods: { name: string; params: object[]; result?: object }[];
    components: { schemas: Record<string, { enum?: string[]; properties?: Json; required?: string[] }>; errors: Json };
  };
  methods.push({ name: 'container/rename', params: [], result: { name: 'result', schema: {} } });
  for (const { params } of methods) params.push({ name: 'brandNew', required: false, schema: { type: 'string' } });
  for (const schema of Object.values(components.schemas)) {
    if (schema.properties !== undefined) schema.properties['brandNew'] = { type: 'string' };
    schema.enum?.push('brand-new');
  }
  t.deepEqual(breaches(promised, { methods, components } as unknown as OpenRpc), []);
});
