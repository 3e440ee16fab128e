/** Rows about the end of `hcs serve --stdio`: how long it stays when its input has ended, or the process that its client named has died. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { connect } from '#src/rpc/client/index.js';
import type { Installation } from './installation.js';
import { must, within, type Row } from './measure.js';

const ID = 'bench-host';

/** A host that has shaken hands, and has an answer outstanding that will not come. */
async function waiting({ node, hcs, env }: Installation, client: number | null): Promise<ChildProcess> {
  const child = spawn(node, [hcs, 'serve', '--stdio', '--framing', 'ndjson'], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout });
  let id = 0;
  const ask = (method: string, params: object): void => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params })}\n`);
  };
  ask('initialize', { processId: client, protocolVersions: [1] });
  await once(lines, 'line');
  ask('container/wait', { id: ID });
  ask('host/info', {});
  await once(lines, 'line');
  return child;
}

/** Milliseconds from `end` to the exit of the host, which has this status. */
async function ending(child: ChildProcess, status: number, end: () => void): Promise<number> {
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const began = performance.now();
  end();
  const [code] = await exited;
  const took = performance.now() - began;
  must(code === status, `the host ended with ${String(code)}, not ${status}`);
  return took;
}

export async function hostEndRows(installation: Installation, rounds: number): Promise<readonly Row[]> {
  const client = await connect({ home: installation.home, backend: 'simulator' });
  await client.create({ id: ID, builtinBase: true, spec: { process: { args: ['sleep', '100000'], cwd: '/' } } });
  await client.start({ id: ID });
  const [input, death]: [number[], number[]] = [[], []];
  try {
    for (let i = 0; i < rounds; i++) {
      const host = await waiting(installation, null);
      input.push(await ending(host, 0, () => host.stdin?.end()));
      const parent = spawn(installation.node, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      const { pid } = parent;
      must(pid !== undefined, 'the client could not be started');
      const watched = await waiting(installation, pid);
      death.push(await ending(watched, 1, () => parent.kill('SIGKILL')));
    }
  } finally {
    await client.delete(ID, true);
    await client.close();
  }
  const bound = { most: 2000 };
  return [
    within('a stdio host ends after its input, an answer outstanding', 'ms', input, bound),
    within('a stdio host ends after the process that its client named', 'ms', death, bound),
  ];
}
