/**
 * `npm run soak:recover [-- --containers 1000]`: that many running containers, then kill -9 of the engine, then the time that the next one takes to
 * have all of them again.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connect, type Client } from '#src/rpc/client/index.js';

const { values } = parseArgs({ options: { containers: { type: 'string', default: '1000' } } });
const count = Number(values.containers);
const REACH_MS = 2000;
const home = await mkdtemp(join(tmpdir(), 'hcs-recover-'));
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function each(act: (id: string) => Promise<unknown>, atOnce = 8): Promise<void> {
  const ids = Array.from({ length: count }, (_, n) => `c${n}`);
  const worker = async (): Promise<void> => {
    for (let id = ids.shift(); id !== undefined; id = ids.shift()) await act(id);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const enter = (): Promise<Client> => connect({ home, backend: 'simulator', timeoutMs: 120_000 });
let client = await enter();
try {
  const process_ = { args: ['sleep', '100000'], cwd: 'C:\\', user: { username: '' } };
  await each(async (id) => {
    await client.create({ id, builtinBase: true, spec: { ociVersion: '1.0.2', process: process_ } });
    await client.start({ id });
  });
  const cursor = (await client.eventsList(0, 10_000)).events.at(-1)?.cursor ?? 0;
  const { pid } = JSON.parse(await readFile(join(home, 'engine.json'), 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
  await client.closed;
  const killed = performance.now();
  client = await enter();
  await client.list(false);
  const answered = performance.now();
  let recovered = 0;
  for await (const event of client.events({ after: cursor })) {
    if (event.type === 'recovered' && ++recovered === count) break;
  }
  const done = performance.now();
  const { items } = await client.list(false);
  const running = items.filter(({ status }) => status === 'running').length;
  say(
    `${count} containers: the first list ${Math.round(answered - killed)} ms after the kill, all recovered ${Math.round(done - killed)} ms after it (${Math.round(done - answered)} ms after that list); ${running} running`,
  );
  const good = running === count && done - answered <= REACH_MS;
  say(good ? 'passed recover' : `failed recover: not all within ${REACH_MS} ms`);
  say(`${good ? 1 : 0} passed, ${good ? 0 : 1} failed`);
  process.exitCode = good ? 0 : 1;
} finally {
  await each((id) => client.delete(id, true).catch(() => undefined), 16);
  await client.engineStop({ force: true }).catch(() => undefined);
  await rm(home, { recursive: true, force: true, maxRetries: 10 });
}
