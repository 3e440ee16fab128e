/** The examples do what they say. The one with vscode-jsonrpc is in firstLight.test.ts. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { HCS, Home, ROOT } from './support.js';

const run = promisify(execFile);

test('a client of a few lines of bash, without a library, speaks ndjson through a whole lifecycle', async (t) => {
  const home = await Home.make(t);
  const { stdout, stderr } = await run('bash', [join(ROOT, 'examples/rpc/ndjson.sh'), process.execPath, HCS], {
    env: home.env,
    timeout: 60_000,
  });
  t.is(stderr, '');
  const lines = stdout.trim().split('\n');
  t.deepEqual(
    lines.filter((line) => line.startsWith('event ')),
    ['create', 'start', 'stopping', 'exit', 'delete'].map((type) => `event ${type}`),
  );
  for (const line of ['ended with 7', 'said hello\\n']) t.true(lines.includes(line), line);
  t.is(lines.at(-1), 'the host has ended well');
});
