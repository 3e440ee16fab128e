import test from 'ava';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { openRpcDocument } from '#src/rpc/openrpc.js';
import { methodEntries, notificationEntries } from '#src/rpc/protocol.js';
import { protocolPage } from './protocolPage.js';

// Compiled tests lie in build/test/rpc.
const PAGE = new URL('../../../docs/rpc.md', import.meta.url);
const MARK = /<!-- From here on generated .*-->\n/;

test('docs/rpc.md tells of the protocol as it is', async (t) => {
  const page = readFileSync(PAGE, 'utf8');
  const mark = MARK.exec(page);
  t.truthy(mark, 'docs/rpc.md has lost its mark');
  const intro = page.slice(0, mark!.index + mark![0].length);
  const wanted = await format(protocolPage(intro), {
    ...(await resolveConfig(fileURLToPath(PAGE))),
    parser: 'markdown',
  });
  if (process.env['HCS_UPDATE_DOCS'] === '1') writeFileSync(PAGE, wanted);
  else t.is(page, wanted, 'stale: HCS_UPDATE_DOCS=1 npx ava build/test/rpc/docs.test.js');
});

test('rpc.discover is an OpenRPC document with every method once, and every reference in it leads somewhere', (t) => {
  const document = openRpcDocument('1.2.3');
  t.is(document['openrpc'], '1.3.2');
  const names = (document['methods'] as { name: string }[]).map(({ name }) => name);
  t.is(new Set(names).size, names.length);
  for (const [name] of [...methodEntries(), ...notificationEntries()]) t.true(names.includes(name), name);
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map((m) => m[1]!.split('/'));
  t.true(references.length > 50);
  for (const path of references) {
    const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
    t.truthy(found, path.join('/'));
  }
});

test('parameters in the document are required where the codec requires them', (t) => {
  const methods = openRpcDocument('1')['methods'] as { name: string; params: { name: string; required: boolean }[] }[];
  const required = (method: string): string[] =>
    methods
      .find(({ name }) => name === method)!
      .params.filter((p) => p.required)
      .map(({ name }) => name);
  t.deepEqual(required('container/exec'), ['id', 'process']);
  t.deepEqual(required('container/list'), []);
  t.deepEqual(required('stream/open'), ['id', 'stream']);
  t.deepEqual(required('container/update'), ['id']);
});
